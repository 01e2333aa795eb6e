import test from "ava";
import { type Conference, type Person } from "../helpers/conference.js";
import { choose, chooseMore, levelOf, openMenuOf } from "../helpers/menus.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test);

const threeOf = (call: Conference): Promise<[Person, Person, Person]> =>
  Promise.all([call.join("red"), call.join("green"), call.join("blue")]);

declare global {
  interface Window {
    captured?: MediaStream;
  }
}

test.serial(
  "a moderator ends somebody's share, whose page stops capturing and says why",
  async (t) => {
    const call = conference(t);
    const [red, green] = await Promise.all([
      call.join("red"),
      call.join("green"),
    ]);
    await red.page.evaluate(() => {
      const media = navigator.mediaDevices;
      const capture = media.getDisplayMedia.bind(media);
      media.getDisplayMedia = async (options) =>
        (window.captured = await capture(options));
    });
    await red.page.getByTestId("share").click();
    await green.hears(["magenta"]);
    await openMenuOf(green, red);
    await choose(green, "end-share");
    await until({
      what: "nothing is captured any more",
      read: () =>
        red.page.evaluate(() =>
          window.captured!.getTracks().map(({ readyState }) => readyState),
        ),
      accept: (states) => states.every((state) => state === "ended"),
    });
    const share = red.page.getByTestId("share");
    t.is(await share.getAttribute("aria-pressed"), "false");
    const notices = await red.page.locator("#notices").innerText();
    t.regex(notices, /moderator ended your shared screen/);
    await green.hearsNot(["magenta"], 2000);
    await green.hears(["red"]);
    await share.click();
    await green.hears(["magenta"]);
    t.deepEqual([red.problems, green.problems], [[], []]);
  },
);

test.serial(
  "who is turned down for one listener is quieter there and nowhere else",
  async (t) => {
    const call = conference(t);
    const [red, green, blue] = await threeOf(call);
    await Promise.all([
      red.hears(["green", "blue"]),
      blue.hears(["green", "red"]),
    ]);
    const before = await levelOf(red, green);
    const elsewhere = await levelOf(blue, green);
    await openMenuOf(red, green);
    await red.page.locator('[data-item="balance"]').fill("20");
    await until({
      what: "green is 14 dB quieter for red",
      read: async () => (await levelOf(red, green)) - before,
      accept: (change) => change < -11 && change > -17,
    });
    t.true(Math.abs((await levelOf(blue, green)) - elsewhere) < 3);
    await red.hears(["blue"]);
    await red.hearsNot(["red"]);
    t.deepEqual(red.problems, []);
  },
);

test.serial(
  "who wants to hear nothing is still heard; who is on hold is neither heard, hearing nor seen, and comes back",
  async (t) => {
    const call = conference(t);
    const [red, green] = await Promise.all([
      call.join("red"),
      call.join("green"),
    ]);
    await Promise.all([red.hears(["green"]), green.sees(red)]);
    await chooseMore(red, "deaf");
    await red.hearsNot(["green"]);
    await green.hears(["red"]);
    await red.page.locator("[data-part=end-deaf]").click();
    await red.hears(["green"]);

    await openMenuOf(green, red);
    await choose(green, "hold");
    await Promise.all([red.hearsNot(["green"]), green.hearsNot(["red"])]);
    await until({
      what: "red's tile is an avatar",
      read: async () =>
        (await call.layout()).tiles.find((one) => one.participant === red.id),
      accept: (tile) => tile?.state === "off",
    });
    await red.page.locator("[data-part=end-hold]").click();
    await Promise.all([red.hears(["green"]), green.hears(["red"])]);
    await green.sees(red);
    const all = await call.participants();
    t.true(all.every(({ held, deaf }) => !held && !deaf));
    t.deepEqual([red.problems, green.problems], [[], []]);
  },
);

test.serial(
  "on a phone the buttons are one row with nothing cut off, and the rest is in the menu",
  async (t) => {
    const call = conference(t);
    const red = await call.join("red");
    await red.sees(red);
    for (const size of [
      { width: 390, height: 844 },
      { width: 320, height: 568 },
    ]) {
      await red.page.setViewportSize(size);
      const boxes = await red.page.locator(".control").evaluateAll((buttons) =>
        buttons
          .map((one) => one.getBoundingClientRect())
          .filter(({ width }) => width > 0)
          .map(({ left, right, top, bottom }) => [left, right, top, bottom]),
      );
      t.is(boxes.length, 6);
      t.is(new Set(boxes.map(([, , top]) => top)).size, 1, "one row");
      for (const [left, right, , bottom] of boxes) {
        t.true(left! >= 0 && right! <= size.width);
        t.true(right! - left! >= 40, "wide enough for a thumb");
        t.true(bottom! <= size.height);
      }
      for (let index = 1; index < boxes.length; index++)
        t.true(boxes[index]![0]! >= boxes[index - 1]![1]!, "apart");
    }
    await chooseMore(red, "more-layout");
    await choose(red, "speaker");
    await until({
      what: "the layout is chosen",
      read: () => call.layout(),
      accept: ({ layout }) => layout === "speaker",
    });
    t.deepEqual(red.problems, []);
  },
);
