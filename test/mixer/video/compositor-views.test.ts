import test from "ava";
import { fitShare } from "../../../mixer/video/fit.js";
import {
  addPerson,
  addShare,
  BLUE,
  colourAt,
  compositorFor,
  middleOf,
  MOVED,
  RED,
  shows,
  tileOf,
} from "../../helpers/canvas.js";
import { movingPicture, psnr, solidPicture } from "../../helpers/picture.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const WHOLE = { x: 0, y: 0, width: 1, height: 1 };
const SCREEN = {
  regions: [{ ...WHOLE, source: "share" as const }],
  labels: "off" as const,
};

test("a screen of the tile's size arrives to the pixel; nearly so, its middle does", async (t) => {
  const it = compositorFor(t, { layout: SCREEN });
  addShare(it, "a");
  const exact = movingPicture(1280, 720, 1);
  it.putFrame("a:share", exact, 0);
  await it.compose(0);
  t.is(psnr(it.frame, exact), Infinity);
  const smaller = movingPicture(1240, 700, 2);
  it.putFrame("a:share", smaller, 1);
  await it.compose(1);
  const luma = it.frame.data![0]!;
  const stride = it.frame.linesize[0]!;
  for (const row of [0, 350, 699])
    t.deepEqual(
      Buffer.from(luma.subarray((10 + row) * stride + 20).subarray(0, 1240)),
      Buffer.from(smaller.data.subarray(row * 1240, (row + 1) * 1240)),
    );
});

test("a screen has a tile only while it is shared and has a picture, and no talker's border", async (t) => {
  const it = compositorFor(t);
  addPerson(it, "a");
  addShare(it, "a", { active: false });
  const look = async (now: number) => {
    await it.compose(now);
    return it.layout();
  };
  t.is((await look(0)).tiles.length, 1);
  it.updateSource("a:share", { active: true });
  t.is((await look(1)).tiles.length, 1);
  it.putFrame("a:share", solidPicture(1280, 720, BLUE), 2);
  it.setTalkers(new Set(["a"]));
  const shared = await look(3);
  t.is(shared.layout, "share");
  t.is(shared.tiles.length, 2);
  await look(MOVED + 3);
  const tile = tileOf(it, "a", "share");
  const { place } = fitShare({ width: 1280, height: 720 }, tile);
  t.true(shows(it, { ...place, height: 4 }, BLUE));
  it.updateSource("a:share", { active: false });
  const after = await look(2 * MOVED);
  t.is(after.layout, "grid");
  t.is(after.tiles.length, 1);
});

test("somebody's own view has none of their tiles, camera or screen", async (t) => {
  const it = compositorFor(t, {}, "a");
  for (const id of ["a", "b", "c"]) {
    addPerson(it, id);
    it.putFrame(id, solidPicture(64, 36, id === "a" ? RED : BLUE), 0);
  }
  addShare(it, "a");
  it.putFrame("a:share", solidPicture(1280, 720, RED), 0);
  it.setTalkers(new Set(["a"]));
  await it.compose(0);
  const { layout, tiles } = it.layout();
  t.is(layout, "grid");
  t.deepEqual(
    tiles.map(({ participant }) => participant),
    ["b", "c"],
  );
  for (const tile of tiles) t.true(shows(it, middleOf(tile), BLUE));
});

test("labels: on, off, or only of who talks", async (t) => {
  const corner = { x: 8, y: 660, width: 60, height: 40 };
  const lit = async (labels: "on" | "off" | "talking", talking: boolean) => {
    const it = compositorFor(t, { labels, layout: "solo" });
    addPerson(it, "a");
    it.putFrame("a", solidPicture(640, 360, RED), 0);
    await it.compose(0);
    if (talking) it.setTalkers(new Set(["a"]));
    await it.compose(1);
    if (!talking) it.setTalkers(new Set());
    return !shows(it, corner, RED);
  };
  for (const [labels, talking, expected] of [
    ["on", false, true],
    ["on", true, true],
    ["off", true, false],
    ["talking", false, false],
    ["talking", true, true],
  ] as const)
    t.is(await lit(labels, talking), expected, `${labels} ${talking}`);
});

test("under overload each tile shows every third picture, in turns, and changes of state at once", async (t) => {
  const it = compositorFor(t);
  const ids = ["a", "b", "c"];
  for (const id of ids) {
    addPerson(it, id);
    it.putFrame(id, solidPicture(64, 36, colourAt(0)), 0);
  }
  await it.compose(0);
  it.setTileInterval(3);
  const shown = new Map(ids.map((id) => [id, 0]));
  for (let now = 1; now <= 9; now++) {
    const colour = colourAt(now);
    for (const id of ids) it.putFrame(id, solidPicture(64, 36, colour), now);
    t.true(await it.compose(now));
    const fresh = ids.filter((id) =>
      shows(it, middleOf(tileOf(it, id)), colour),
    );
    t.is(fresh.length, 1, `picture ${now}`);
    shown.set(fresh[0]!, shown.get(fresh[0]!)! + 1);
  }
  t.deepEqual([...shown.values()], [3, 3, 3]);
  for (const id of ids) it.updateSource(id, { active: false });
  t.true(await it.compose(10));
  for (const id of ids) t.is(tileOf(it, id).state, "off");
});

test("the version of the tile map grows with places, states, pins and pages, and with nothing else", async (t) => {
  const it = compositorFor(t);
  const versions = async (change: () => void, now: number) => {
    const before = it.layoutVersion;
    change();
    await it.compose(now);
    return it.layoutVersion - before;
  };
  t.is(await versions(() => addPerson(it, "a"), 0), 1);
  const picture = solidPicture(64, 36, RED);
  t.is(await versions(() => it.putFrame("a", picture, 1), 1), 1);
  t.is(await versions(() => it.putFrame("a", picture, 2), 2), 0);
  t.is(await versions(() => it.setTalkers(new Set(["a"])), 3), 0);
  t.is(await versions(() => it.updateSource("a", { muted: true }), 4), 0);
  t.is(await versions(() => addPerson(it, "b", { active: false }), 5), 1);
  t.is(await versions(() => undefined, 100_000), 0, "nor while tiles move");
  t.is(await versions(() => undefined, MOVED + 5), 0);
  const pin = () => it.setSettings({ ...MAIN_VIEW, pinned: "b" });
  t.is(await versions(pin, MOVED + 6), 1);
  t.is(it.layout().pinned, "b");
  t.is(await versions(pin, MOVED + 7), 0);
  t.is(await versions(() => it.removeSource("a"), MOVED + 8), 1);
});
