import test from "ava";
import { isColour, SILENT, type Person } from "../helpers/conference.js";
import { joinTwo } from "../helpers/joining.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test);

/** A kept seat: 15 s, and a moment for the news. */
const GRACE_LIMIT = 18_000;

const press = (person: Person, control: string): Promise<void> =>
  person.page.getByTestId(control).click();

test.serial(
  "two people hear each other, not themselves, and see both",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    for (const viewer of [red, green])
      for (const shown of [red, green]) await viewer.sees(shown);
    // A window in which a tone begins has something of every frequency, so the first ones may not count.
    const { value } = await until({
      what: "one's own tone is 50 dB below the other's",
      read: () => red.levels(["red", "green"]),
      accept: ([own, other]) => own! < other! - 50,
    });
    t.log(`own ${value[0]} dB, the other's ${value[1]} dB`);
    t.deepEqual([red.problems, green.problems], [[], []]);
  },
);

test.serial("three people hear and see all others", async (t) => {
  const call = conference(t);
  const people = await Promise.all([
    call.join("red"),
    call.join("green"),
    call.join("blue"),
  ]);
  for (const person of people) {
    const others = people.filter((one) => one !== person);
    await person.hears(others.map(({ colour }) => colour));
    await person.hearsNot([person.colour]);
    for (const shown of people) await person.sees(shown);
  }
  const { tiles } = await call.layout();
  t.is(tiles.length, 3);
  for (const person of people) {
    const names = person.page.getByTestId("participants");
    for (const { name } of people)
      t.true((await names.textContent())?.includes(name));
  }
});

test.serial("every tile has its name written on it", async (t) => {
  const call = conference(t);
  const red = await call.join("red", { name: "Nguyễn Thị Ánh 東京 مرحبا 🎉" });
  await red.sees(red);
  const { tiles, width, height } = await call.layout();
  const [tile] = tiles;
  // The label lies along the lower edge of its tile; a camera of one colour has no contrast of its own there.
  const edge = {
    x: tile!.x / width,
    y: (tile!.y + 0.85 * tile!.height) / height,
    width: (0.5 * tile!.width) / width,
    height: (0.13 * tile!.height) / height,
  };
  const { value } = await until({
    what: "the label stands out",
    read: () => red.page.evaluate((area) => window.tools.contrast(area), edge),
    accept: (contrast) => contrast > 10,
  });
  t.log(`contrast ${value.toFixed(1)}`);
  t.pass();
});

test.serial("muting oneself silences at once, for everybody", async (t) => {
  const call = conference(t);
  const [red, green, blue] = await Promise.all([
    call.join("red"),
    call.join("green"),
    call.join("blue"),
  ]);
  await Promise.all([red.hears(["green"]), blue.hears(["green", "red"])]);
  await press(green, "mic");
  // The window of the measurement is a third of a second long, and what was on its way is still played.
  const after = await Promise.all([
    red.hearsNot(["green"], 1500),
    blue.hearsNot(["green"], 1500),
  ]);
  t.log(`silent after ${after.map(Math.round)} ms`);
  await blue.hears(["red"]);
  await press(green, "mic");
  await red.hears(["green"]);
  t.pass();
});

test.serial(
  "muting somebody by REST silences at once, and the page knows",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    const path = `/v1/rooms/${call.room}/participants/${green.id}`;
    await call.api(path, "PATCH", { muted: true });
    const after = await red.hearsNot(["green"], 1500);
    t.log(`silent after ${Math.round(after)} ms`);
    await until({
      what: "the page shows that its microphone is off",
      read: () => green.page.getByTestId("mic").getAttribute("aria-pressed"),
      accept: (pressed) => pressed === "false",
    });
    const all = await call.participants();
    t.true(all.find(({ id }) => id === green.id)?.muted);
  },
);

test.serial("a camera that is off becomes an avatar, and back", async (t) => {
  const call = conference(t);
  const [red, green] = await Promise.all([
    call.join("red"),
    call.join("green"),
  ]);
  await red.sees(green);
  await press(green, "camera");
  await until({
    what: "the tile is not green any more",
    read: () => red.colourOf(green.id),
    accept: (seen) => seen !== undefined && !isColour(seen, "green"),
  });
  const { tiles } = await call.layout();
  t.is(tiles.find((tile) => tile.participant === green.id)?.state, "off");
  await press(green, "camera");
  await red.sees(green);
});

test.serial(
  "who leaves is gone from picture, sound and list at once",
  async (t) => {
    const call = conference(t);
    const [red, green] = await Promise.all([
      call.join("red"),
      call.join("green"),
    ]);
    await Promise.all([red.hears(["green"]), red.sees(green)]);
    await press(green, "leave");
    await red.hearsNot(["green"], 1500);
    await until({
      what: "one tile is left",
      read: () => call.layout(),
      accept: ({ tiles }) => tiles.length === 1,
      within: 1000,
    });
    await red.sees(red);
    t.deepEqual(
      (await call.participants()).map(({ id }) => id),
      [red.id],
    );
  },
);

test.serial("a page that is closed is gone at once", async (t) => {
  const call = conference(t);
  const [, green] = await joinTwo(call);
  await green.page.goto("about:blank");
  await until({
    what: "one participant is left",
    read: () => call.participants(),
    accept: (all) => all.length === 1,
    within: 2000,
  });
  t.pass();
});

test.serial(
  "a page that crashes is gone when its seat's grace is over",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    const devtools = await green.context.newCDPSession(green.page);
    // It answers nothing any more, so nobody waits for its answer.
    devtools.send("Page.crash").catch(() => undefined);
    const { after } = await until({
      what: "one participant is left",
      read: () => call.participants(),
      accept: (all) => all.length === 1,
      within: GRACE_LIMIT,
    });
    t.log(`gone after ${Math.round(after)} ms`);
    t.is((await call.layout()).tiles.length, 1);
    await red.hearsNot(["green"], 1000);
  },
);

test.serial(
  "one can take part without a camera, or a microphone",
  async (t) => {
    const call = conference(t);
    const [red, green] = await Promise.all([
      call.join("red", { camera: false }),
      call.join("green", { microphone: false }),
    ]);
    await Promise.all([green.hears(["red"]), red.sees(green)]);
    const [level] = await red.levels(["green"]);
    t.true(level! < SILENT);
    const { tiles } = await call.layout();
    t.is(tiles.find(({ participant }) => participant === red.id)?.state, "off");
  },
);

test.serial("one can take part with neither", async (t) => {
  const call = conference(t);
  const [red, green] = await Promise.all([
    call.join("red", { camera: false, microphone: false }),
    call.join("green"),
  ]);
  await Promise.all([red.hears(["green"]), red.sees(green)]);
  await red.hearsNot(["red"]);
  t.is((await call.participants()).length, 2);
  t.is((await call.layout()).tiles.length, 2);
});
