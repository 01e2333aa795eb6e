import test from "ava";
import {
  isColour,
  type ColourName,
  type Conference,
  type Someone,
} from "../helpers/conference.js";
import type { WhepOptions } from "../helpers/page/http.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test);

const watch = (
  someone: Someone,
  call: Conference,
  wanted: Omit<WhepOptions, "room">,
) =>
  someone.page.evaluate((options) => window.tools.whep(options), {
    room: call.room,
    ...wanted,
  });

const seesColour = async (
  viewer: Someone,
  id: string,
  colour: ColourName,
): Promise<void> => {
  await until({
    what: `the viewer sees ${colour}`,
    read: () => viewer.colourOf(id),
    accept: (seen) => isColour(seen, colour),
  });
};

for (const codec of ["video/H264", "video/VP8"])
  test.serial(
    `a viewer gets the full mix by WHEP, the picture as ${codec}`,
    async (t) => {
      const call = conference(t);
      const [red, green] = await Promise.all([
        call.join("red"),
        call.join("green"),
      ]);
      const viewer = await call.open("blue");
      const answer = await watch(viewer, call, { codec });
      t.is(answer.status, 201, answer.body);
      t.regex(answer.location, new RegExp(`/whep/${call.room}/[\\w-]+$`));
      await viewer.hears(["red", "green"]);
      await seesColour(viewer, red.id, "red");
      await seesColour(viewer, green.id, "green");
      const stats = await viewer.page.evaluate(() => window.tools.stats());
      t.is(stats.videoCodec, codec);
      t.is((await call.participants()).length, 2, "a viewer is nobody");
    },
  );

test.serial("a viewer can listen without a picture", async (t) => {
  const call = conference(t);
  await call.join("red");
  const viewer = await call.open("blue");
  const { status } = await watch(viewer, call, {});
  t.is(status, 201);
  await viewer.hears(["red"]);
});

test.serial("DELETE ends what a viewer watches", async (t) => {
  const call = conference(t);
  await call.join("red");
  const viewer = await call.open("blue");
  const { location } = await watch(viewer, call, { codec: "video/VP8" });
  await viewer.hears(["red"]);
  const url = new URL(location, call.server.url);
  const gone = await fetch(url, { method: "DELETE" });
  t.true(gone.ok);
  await viewer.hearsNot(["red"], 3000);
  const again = await fetch(url, { method: "DELETE" });
  t.is(again.status, 404);
});

test.serial(
  "an encoder that sends by WHIP is a participant: seen, heard, listed",
  async (t) => {
    const call = conference(t);
    const red = await call.join("red");
    const encoder = await call.open("green");
    const { status, location, body } = await encoder.page.evaluate(
      (room) => window.tools.whip(room, "The encoder"),
      call.room,
    );
    t.is(status, 201, body);
    const id = location.split("/").at(-1)!;
    await red.hears(["green"]);
    await seesColour(red, id, "green");
    const listed = (await call.participants()).find((one) => one.id === id);
    t.is(listed?.name, "The encoder");

    const gone = await fetch(new URL(location, call.server.url), {
      method: "DELETE",
    });
    t.true(gone.ok);
    await red.hearsNot(["green"], 2000);
    t.is((await call.layout()).tiles.length, 1);
  },
);

for (const codec of ["video/VP9", "video/AV1"])
  test.serial(`a camera that comes as ${codec} is seen`, async (t) => {
    const call = conference(t);
    const red = await call.join("red");
    const encoder = await call.open("green");
    const { status, location, body } = await encoder.page.evaluate(
      ([room, only]) => window.tools.whip(room!, "The encoder", only),
      [call.room, codec],
    );
    t.is(status, 201, body);
    await seesColour(red, location.split("/").at(-1)!, "green");
  });

test.serial("an offer with nothing that fits is told what would", async (t) => {
  const call = conference(t);
  await call.join("red");
  const viewer = await call.open("blue");
  const wanted = { codec: "video/AV1", sound: false };
  const answer = await watch(viewer, call, wanted);
  t.is(answer.status, 406);
  t.regex(answer.body, /VP8/);
});
