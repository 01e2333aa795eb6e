import test from "ava";
import {
  isColour,
  type Conference,
  type Person,
  type Someone,
  type Tile,
} from "../helpers/conference.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test);

const change = (call: Conference, body: object): Promise<void> =>
  call.api(`/v1/rooms/${call.room}/layout`, "PUT", body);

const choose = async (person: Person, layout: string): Promise<void> => {
  await person.page.getByTestId("layout").click();
  await person.page.locator(`[data-item="${layout}"]`).click();
};

const areaOf = ({ width, height }: Tile): number => width * height;

/** Waits for this layout in effect, and for so many tiles of it; resolves with them, the largest first. */
const tilesOf = async (
  call: Conference,
  layout: string,
  count: number,
): Promise<Tile[]> => {
  const { value } = await until({
    what: `the layout is ${layout} with ${count} tiles`,
    read: () => call.layout(),
    accept: (shown) =>
      shown.layout === layout &&
      shown.tiles.length === count &&
      shown.tiles.every(({ state }) => state === "live"),
  });
  return value.tiles.toSorted((a, b) => areaOf(b) - areaOf(a));
};

const three = (call: Conference): Promise<[Person, Person, Person]> =>
  Promise.all([call.join("red"), call.join("green"), call.join("blue")]);

const LAYOUTS = [
  { layout: "speaker", count: 3, isRight: ([a, b]: number[]) => a! > 4 * b! },
  { layout: "side-by-side", count: 2, isRight: ([a, b]: number[]) => a === b },
  { layout: "pip", count: 2, isRight: ([a, b]: number[]) => a! > 4 * b! },
];

test.serial(
  "layouts chosen by REST and by the page's menu show each in its tile",
  async (t) => {
    const call = conference(t);
    const people = await three(call);
    const [red, , blue] = people;
    const check = async (by: string): Promise<void> => {
      for (const { layout, count, isRight } of LAYOUTS) {
        if (by === "REST") await change(call, { layout });
        else await choose(red!, layout);
        const tiles = await tilesOf(call, layout, count);
        t.true(isRight(tiles.map(areaOf)), `${layout} by ${by}`);
        for (const { participant } of tiles)
          await blue.sees(people.find(({ id }) => id === participant)!);
      }
    };
    await check("REST");
    await check("menu");
    t.deepEqual(red.problems, []);
  },
);

test.serial(
  "a custom layout shows whom it names where it says, what has the higher z above",
  async (t) => {
    const call = conference(t);
    const [red, green, blue] = await three(call);
    const full = { x: 0, y: 0, width: 1, height: 1 };
    const middle = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };
    const regions = [
      { ...middle, z: 1, source: { participant: green.id } },
      { ...full, source: { participant: blue.id } },
    ];
    await change(call, { layout: { regions } });
    const [large, small] = await tilesOf(call, "custom", 2);
    t.is(large?.participant, blue.id);
    t.true(small!.z > large!.z);
    await red.sees(green);
    await red.seesAt({ x: 0.05, y: 0.4, width: 0.1, height: 0.2 }, "blue");
    await red.seesAt({ x: 0.85, y: 0.4, width: 0.1, height: 0.2 }, "blue");

    // The time is that of the newest map: one that says the same may follow.
    const shown = async () => ({ ...(await call.layout()), timestamp: 0 });
    const before = await shown();
    const bad = [regions[0]!, { ...full, x: 0.5 }];
    const refused = await fetch(
      `${call.server.url}/v1/rooms/${call.room}/layout`,
      {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ layout: { regions: bad } }),
      },
    );
    t.is(refused.status, 400);
    t.regex(await refused.text(), /layout\.regions\.1\.width/);
    t.deepEqual(await shown(), before);
  },
);

test.serial("who is pinned stays large whoever talks", async (t) => {
  const call = conference(t);
  const [red, green, blue] = await Promise.all([
    call.join("red"),
    call.join("green", { microphone: false }),
    call.join("blue", { microphone: false }),
  ]);
  const large = async (): Promise<string | undefined> =>
    (await tilesOf(call, "speaker", 3))[0]?.participant;
  const isLarge = ({ id, name }: Person) =>
    until({
      what: `${name} is large`,
      read: large,
      accept: (shown) => shown === id,
    });
  await change(call, { layout: "speaker", temperament: "fast" });
  await isLarge(red);
  await blue.sees(red);
  // Nobody else talks: without the pin it would be red again after 2 s at most.
  await change(call, { layout: "speaker", pinned: blue.id });
  await isLarge(blue);
  await blue.sees(blue);
  const changed = until({
    what: "somebody else is large",
    read: large,
    accept: (shown) => shown !== blue.id,
    within: 2500,
  });
  await t.throwsAsync(changed, { message: /not within/ });
  await change(call, { layout: "speaker", pinned: null });
  const { after } = await isLarge(red);
  t.log(`the talker is large ${Math.round(after)} ms after the pin is gone`);
  await green.sees(red);
});

const watch = (call: Conference, viewer: Someone, view: string) =>
  viewer.page.evaluate((options) => window.tools.whep(options), {
    room: call.room,
    codec: "video/VP8",
    query: `?view=${view}`,
  });

test.serial("a portrait view has the size that it was made with", async (t) => {
  const call = conference(t);
  const red = await call.join("red");
  const size = { width: 720, height: 1280 };
  const path = `/v1/rooms/${call.room}/views/portrait`;
  const made = await call.api(path, "PUT", { ...size, layout: "grid" });
  t.like(made, { view: "portrait", ...size });
  const viewer = await call.open("blue");
  const { status } = await watch(call, viewer, "portrait");
  t.is(status, 201);
  await until({
    what: "the picture is 720x1280",
    read: () => Promise.all([viewer.stats(), call.overload()]),
    // A machine with too much to do gives three quarters of it.
    accept: ([{ frameWidth, frameHeight }, level]) =>
      (frameWidth === 720 && frameHeight === 1280) ||
      (level >= 3 && frameWidth === 540 && frameHeight === 960),
  });
  await until({
    what: "it shows red",
    read: () => viewer.colourOf({ id: red.id, view: "portrait" }),
    accept: (seen) => isColour(seen, "red"),
  });
});

test.serial("solo:ID shows that participant alone", async (t) => {
  const call = conference(t);
  const [, green] = await Promise.all([call.join("red"), call.join("green")]);
  const viewer = await call.open("blue");
  const { status } = await watch(call, viewer, `solo:${green.id}`);
  t.is(status, 201);
  // All but the edges, where the label is and the square wanders.
  for (const x of [0.05, 0.35, 0.65])
    await viewer.seesAt({ x, y: 0.3, width: 0.3, height: 0.4 }, "green");
  const { tiles } = await call.layout(call.room, `solo:${green.id}`);
  t.deepEqual(
    tiles.map(({ participant }) => participant),
    [green.id],
  );
});
