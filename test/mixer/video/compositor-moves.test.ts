import test from "ava";
import type { LayoutName, Rect } from "../../../mixer/contract.js";
import type { Compositor } from "../../../mixer/video/compositor.js";
import { intersect } from "../../../mixer/video/rects.js";
import {
  addPerson,
  addShare,
  BLUE,
  colourAt,
  compositorFor,
  isAsNew,
  middleOf,
  MOVED,
  RED,
  shows,
  snapshotOf,
  tileOf,
} from "../../helpers/canvas.js";
import { solidPicture } from "../../helpers/picture.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const FRAME = 33_333;

const people = (it: Compositor, count: number): void => {
  for (let index = 0; index < count; index++) {
    addPerson(it, `p${index}`);
    const picture = solidPicture(640, 360, colourAt(index));
    it.putFrame(`p${index}`, picture, 0);
  }
};

/** Composes picture after picture until nothing changes; how many were painted. */
const play = async (
  it: Compositor,
  start: number,
  look: () => void = () => undefined,
): Promise<number> => {
  let painted = 0;
  while (await it.compose(start + painted * FRAME)) {
    painted++;
    look();
  }
  return painted;
};

/** The inner part of where a tile is before and after: it lies there all the way, whatever its border. */
const always = (before: Rect, after: Rect): Rect => {
  const { x, y, width } = intersect(before, after);
  return { x: x + 8, y: y + 8, width: width - 16, height: 8 };
};

for (const [from, to] of [
  ["grid", "speaker"],
  ["speaker", "grid"],
  ["grid", "side-by-side"],
  ["solo", "grid"],
  ["pip", "speaker"],
] as [LayoutName, LayoutName][]) {
  test(`from ${from} to ${to}: a tile that stays is there in each picture, and the last is as if nothing had moved`, async (t) => {
    const settings = { ...MAIN_VIEW, labels: "off" as const };
    const it = compositorFor(t, { ...settings, layout: from });
    people(it, 5);
    await it.compose(0);
    const before = tileOf(it, "p0");
    it.setSettings({ ...settings, layout: to });
    let spot: Rect | undefined;
    const painted = await play(it, FRAME, () => {
      spot ??= always(before, tileOf(it, "p0"));
      t.true(shows(it, spot, colourAt(0)));
    });
    t.true(painted >= 7 && painted <= 9, `${painted} pictures`);
    const fresh = compositorFor(t, { ...settings, layout: to });
    people(fresh, 5);
    await fresh.compose(0);
    t.is(snapshotOf(it), snapshotOf(fresh));
    t.deepEqual(it.layout().tiles, fresh.layout().tiles);
  });
}

test("labels, avatars, borders and stacked tiles come to rest as if nothing had moved, whoever comes and goes", async (t) => {
  const it = compositorFor(t, { layout: "speaker" });
  people(it, 3);
  addPerson(it, "off", { active: false, name: "Zoë Off", muted: true });
  addShare(it, "p1");
  await it.compose(0);
  let now = 0;
  const layouts: LayoutName[] = ["grid", "pip", "speaker", "side-by-side"];
  for (const [round, layout] of [...layouts, ...layouts].entries()) {
    const settings = { ...MAIN_VIEW, layout, autoShare: round % 2 === 0 };
    it.setSettings(settings);
    it.setTalkers(new Set([`p${round % 3}`]));
    if (round === 2) it.putFrame("p1:share", solidPicture(800, 600, BLUE), now);
    if (round === 3) it.removeSource("p0");
    if (round === 4) addPerson(it, "p0");
    // Some moves are overtaken by the next.
    const steps = round % 3 === 1 ? 3 : 12;
    for (let step = 0; step < steps; step++) {
      now += FRAME;
      it.putFrame("p2", solidPicture(320, 240, colourAt(step)), now);
      await it.compose(now);
    }
    await it.compose(now);
    if (steps === 12) t.true(await isAsNew(it, settings, now), layout);
  }
});

test("who did not move is not painted while others do", async (t) => {
  const half = { y: 0, width: 0.5, height: 1 };
  const layout = (x: number) => ({
    regions: [
      { x: 0, ...half },
      { x, y: 0.25, width: 0.25, height: 0.5 },
    ],
  });
  const it = compositorFor(t, { layout: layout(0.5) });
  people(it, 2);
  await it.compose(0);
  it.setSettings({ ...MAIN_VIEW, layout: layout(0.75) });
  await it.compose(FRAME);
  const luma = it.frame.data![0]!;
  const at = 8 * it.frame.linesize[0]! + 8;
  luma[at] = 7;
  await play(it, 2 * FRAME);
  t.is(luma[at], 7);
});

test("new pictures are shown while tiles move, and a face that stalls does not stay", async (t) => {
  const it = compositorFor(t, { labels: "off" });
  people(it, 1);
  await it.compose(900_000);
  addPerson(it, "p1");
  it.putFrame("p1", solidPicture(640, 360, BLUE), 990_000);
  await it.compose(1_000_001);
  const { x, width } = tileOf(it, "p0");
  const inside = { x: x + width / 4, y: 300, width: width / 2, height: 8 };
  t.false(shows(it, inside, colourAt(0)), "stalled");
  it.putFrame("p0", solidPicture(640, 360, RED), 1_000_002);
  await it.compose(1_033_000);
  t.true(shows(it, inside, RED));
  await it.compose(1_000_002 + MOVED);
  t.true(shows(it, middleOf(tileOf(it, "p1")), BLUE));
});

test("the tile map tells at once where tiles will rest, and once", async (t) => {
  const it = compositorFor(t);
  people(it, 1);
  await it.compose(0);
  const version = it.layoutVersion;
  addPerson(it, "p1", { active: false });
  await it.compose(FRAME);
  const told = it.layout().tiles;
  await play(it, 2 * FRAME);
  t.deepEqual(it.layout().tiles, told);
  t.is(it.layoutVersion, version + 1);
});
