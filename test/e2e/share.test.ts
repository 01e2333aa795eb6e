import test from "ava";
import {
  isColour,
  type Conference,
  type Person,
  type Tile,
} from "../helpers/conference.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test);

const pressShare = (person: Person): Promise<void> =>
  person.page.getByTestId("share").click();

const isIn = async (call: Conference, layout: string): Promise<Tile[]> => {
  const { value } = await until({
    what: `the layout is ${layout}`,
    read: () => call.layout(),
    accept: (shown) => shown.layout === layout,
  });
  return value.tiles;
};

const seesScreen = async (viewer: Person, { id }: Person): Promise<void> => {
  await until({
    what: "the shared screen is seen",
    read: () => viewer.colourOf({ id, source: "share" }),
    accept: (seen) => isColour(seen, "magenta"),
  });
};

test.serial(
  "a shared screen takes over, is heard by the others alone, and gives back",
  async (t) => {
    const call = conference(t);
    const [red, green] = await Promise.all([
      call.join("red"),
      call.join("green"),
    ]);
    await Promise.all([red.hears(["green"]), green.hears(["red"])]);
    t.is((await call.layout()).layout, "grid");

    await pressShare(green);
    const tiles = await isIn(call, "share");
    const [largest] = tiles.toSorted(
      (a, b) => b.width * b.height - a.width * a.height,
    );
    t.like(largest, { participant: green.id, source: "share" });
    t.is(tiles.length, 3, "both faces stay");
    for (const viewer of [red, green]) {
      await seesScreen(viewer, green);
      for (const face of [red, green]) await viewer.sees(face);
    }
    const all = await call.participants();
    t.true(all.find(({ id }) => id === green.id)?.sharing);

    // Its microphone and its tab: it hears neither, the other hears both.
    await red.hears(["green", "magenta"]);
    await green.hears(["red"]);
    await green.hearsNot(["green", "magenta"]);

    await pressShare(green);
    t.is((await isIn(call, "grid")).length, 2);
    await red.hearsNot(["magenta"], 2000);
    await Promise.all([red.hears(["green"]), red.sees(green), red.sees(red)]);
    t.deepEqual([red.problems, green.problems], [[], []]);
  },
);

test.serial(
  "a screen takes over from a chosen layout too, and gives that back",
  async (t) => {
    const call = conference(t);
    const [red, green] = await Promise.all([
      call.join("red"),
      call.join("green"),
    ]);
    await red.sees(green);
    const path = `/v1/rooms/${call.room}/layout`;
    await call.api(path, "PUT", { layout: "pip" });
    await pressShare(red);
    await isIn(call, "share");
    await seesScreen(green, red);
    // As when the browser's own button is pressed, or the tab is closed: the page is not asked.
    await red.page.evaluate(() => window.tools.endScreen());
    await isIn(call, "pip");
    await until({
      what: "the page knows that nothing is shared",
      read: () => red.page.getByTestId("share").getAttribute("aria-pressed"),
      accept: (pressed) => pressed === "false",
    });
    t.pass();
  },
);
