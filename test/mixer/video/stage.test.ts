import test from "ava";
import type { ViewSettings } from "../../../mixer/contract.js";
import type { LayoutSource } from "../../../mixer/video/layouts/index.js";
import { MOVE, Stage } from "../../../mixer/video/stage.js";
import { camera, cameras, screen } from "../../helpers/layouts.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const FRAME = 33_333;
const NOBODY: ReadonlySet<string> = new Set();

/** A stage, its sources, and what it says at each step of a clock. */
const playing = (change: Partial<ViewSettings>, sources: LayoutSource[]) => {
  const stage = new Stage({ ...MAIN_VIEW, ...change });
  let now = 0;
  let asked = 0;
  let there = sources;
  const places = (talkers = NOBODY, step = FRAME) => {
    const found = stage.places(
      () => {
        asked++;
        return there;
      },
      { talkers, speaking: talkers },
      (now += step),
    );
    const large = found.targets.reduce<string | undefined>((best, tile) => {
      const other = found.targets.find(({ id }) => id === best);
      return other && other.width >= tile.width ? best : tile.id;
    }, undefined);
    return { ...found, large };
  };
  return {
    stage,
    places,
    asked: () => asked,
    become(next: LayoutSource[]) {
      there = next;
      stage.touch();
    },
    settle: () => places(NOBODY, MOVE),
  };
};

test("the first places are taken at once; later ones in 250 ms, and exactly", (t) => {
  const it = playing({}, cameras(1));
  const first = it.places();
  t.is(first.tiles, first.targets);
  it.become(cameras(4));
  const seen = new Set<string>();
  let steps = 0;
  for (let { tiles, targets } = it.places(); tiles !== targets; steps++) {
    const { x, y, width, height } = tiles.find(({ id }) => id === "p0")!;
    seen.add([x, y, width, height].join());
    ({ tiles, targets } = it.places());
  }
  t.true(steps >= 6 && steps <= 8, `${steps}`);
  t.is(seen.size, steps, "each picture shows another place");
  const { tiles } = it.places();
  t.is(tiles, it.places().tiles, "at rest nothing is made anew");
});

test("a second change on the way goes on from where the tiles are", (t) => {
  const it = playing({}, cameras(1));
  it.places();
  it.become(cameras(2));
  it.places();
  const before = it.places().tiles.find(({ id }) => id === "p0")!;
  it.become(cameras(9));
  const after = it.places().tiles.find(({ id }) => id === "p0")!;
  t.true(Math.abs(before.width - after.width) < 200, "no jump");
  it.settle();
  t.is(it.places().tiles.length, 9);
});

test("who has not been looking sees the places at once", (t) => {
  const it = playing({}, cameras(1));
  it.places();
  it.become(cameras(2));
  const { tiles, targets } = it.places(NOBODY, 600_000);
  t.is(tiles, targets);
});

test("who is gone is gone at once, also while moving", (t) => {
  const it = playing({}, cameras(2));
  it.places();
  it.become(cameras(3));
  it.places();
  it.become([camera("p2")]);
  for (let step = 0; step < 4; step++)
    t.deepEqual(
      it.places().tiles.map(({ id }) => id),
      ["p2"],
    );
});

test("sources are asked for only when something was touched", (t) => {
  const it = playing({}, cameras(3));
  for (let step = 0; step < 5; step++) it.places(new Set(["p1"]));
  t.is(it.asked(), 1);
  it.become(cameras(4));
  it.places();
  t.is(it.asked(), 2);
});

test("the talker becomes large, a pinned one stays so, and after the unpinning the talker is back", (t) => {
  const it = playing({ layout: "speaker" }, cameras(4));
  const talk = (who: string) => {
    let large: string | undefined;
    for (let step = 0; step < 90; step++)
      large = it.places(new Set([who])).large;
    return large;
  };
  t.is(talk("p2"), "p2");
  it.stage.set({ ...MAIN_VIEW, layout: "speaker", pinned: "p0" });
  t.is(talk("p3"), "p0");
  it.stage.set({ ...MAIN_VIEW, layout: "speaker" });
  t.is(talk("p3"), "p3");
});

test("one who is pinned and not there leaves the large tile to the speaker, but a solo view empty", (t) => {
  const speaker = playing({ layout: "speaker", pinned: "gone" }, cameras(3));
  t.truthy(speaker.places().large);
  const solo = playing({ layout: "solo", pinned: "gone" }, cameras(3));
  t.deepEqual(solo.places().targets, []);
  solo.become([...cameras(3), camera("gone")]);
  t.is(solo.places().large, "gone");
});

test("a screen takes over and gives back; a custom layout and one without autoShare do not let it", (t) => {
  const custom = { regions: [{ x: 0, y: 0, width: 1, height: 1 }] };
  for (const [change, name] of [
    [{}, "share"],
    [{ layout: "speaker" }, "share"],
    [{ autoShare: false }, "grid"],
    [{ layout: "solo" }, "solo"],
    [{ layout: custom }, "custom"],
  ] as const) {
    const it = playing(change, cameras(3));
    it.places();
    const before = it.stage.name;
    it.become([...cameras(3), screen("p1", 1)]);
    const { large } = it.places();
    t.is(it.stage.name, name);
    if (name === "share") t.is(large, "p1:share");
    it.become(cameras(3));
    it.places();
    t.is(it.stage.name, before);
  }
});

test("a grid of 60 has two pages, and who stays keeps the seat when the first leaves", (t) => {
  const it = playing({ page: 1 }, cameras(60));
  t.is(it.places().targets.length, 11);
  t.is(it.stage.pages, 2);
  it.stage.set({ ...MAIN_VIEW, page: 0 });
  const before = it.settle().targets.map(({ id }) => id);
  it.become(cameras(60).slice(1));
  const after = it.settle().targets.map(({ id }) => id);
  t.is(after[0], "p59");
  t.deepEqual(after.slice(1), before.slice(1));
});
