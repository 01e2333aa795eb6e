import test from "ava";
import {
  addPerson,
  BLUE,
  compositorFor,
  middleOf,
  RED,
  shows,
  snapshotOf,
  tileOf,
} from "../../helpers/canvas.js";
import { averageYuv, solidPicture, yuvOf } from "../../helpers/picture.js";

const TALKER = yuvOf(0x3d, 0xdc, 0x84);
const GROUND = yuvOf(0x26, 0x2b, 0x33);

for (const count of [1, 2, 3, 5, 7, 9, 12, 25]) {
  test(`${count} cameras: every tile has the colour of its own source`, async (t) => {
    const it = compositorFor(t);
    const colours = Array.from({ length: count }, (_, index) =>
      yuvOf((index * 67) % 256, (index * 131) % 256, (index * 29) % 256),
    );
    for (const [index, colour] of colours.entries()) {
      addPerson(it, `${index}`);
      it.putFrame(`${index}`, solidPicture(640, 360, colour), 0);
    }
    t.true(await it.compose(0));
    const { tiles } = it.layout();
    t.is(tiles.length, count);
    for (const [index, tile] of tiles.entries()) {
      t.is(tile.participant, `${index}`);
      t.is(tile.state, "live");
      t.true(shows(it, middleOf(tile), colours[index]!), `tile ${index}`);
      const edge = { ...tile, height: 2 };
      t.true(shows(it, edge, colours[index]!), `upper edge of ${index}`);
    }
  });
}

test("a portrait picture stands whole between dark bars, and its label does not darken from frame to frame", async (t) => {
  const it = compositorFor(t);
  addPerson(it, "a", { name: "A name that is wider than a phone" });
  addPerson(it, "b", { active: false });
  let first = "";
  for (let index = 0; index < 20; index++) {
    it.putFrame("a", solidPicture(360, 640, RED), index);
    t.true(await it.compose(index));
    if (index === 0) first = snapshotOf(it);
  }
  t.is(snapshotOf(it), first);
  const { x, y, width, height } = tileOf(it, "a");
  const bar = { x, y, width: 80, height: height / 2 };
  t.true(shows(it, bar, GROUND));
  t.true(
    shows(it, middleOf({ x: x + width / 2 - 60, y, width: 120, height }), RED),
  );
});

test("an unchanged room is not painted again; one new picture paints one tile", async (t) => {
  const it = compositorFor(t);
  for (const id of ["a", "b", "c"]) addPerson(it, id);
  for (const id of ["a", "b"]) it.putFrame(id, solidPicture(64, 36, RED), 0);
  t.true(await it.compose(0));
  const before = snapshotOf(it);
  t.false(await it.compose(33_000));
  t.false(await it.compose(66_000));
  t.is(snapshotOf(it), before);
  it.putFrame("b", solidPicture(64, 36, BLUE), 70_000);
  // What is not painted keeps whatever stands there.
  const mark = tileOf(it, "a");
  const luma = it.frame.data![0]!;
  const at = (mark.y + 8) * it.frame.linesize[0]! + mark.x + 8;
  luma[at] = 7;
  t.true(await it.compose(99_000));
  t.is(luma[at], 7);
  t.true(shows(it, middleOf(tileOf(it, "b")), BLUE));
});

test("after a second without pictures the face is gone and the tile says so, until the next picture", async (t) => {
  const it = compositorFor(t);
  addPerson(it, "a");
  addPerson(it, "b", { active: false });
  it.putFrame("a", solidPicture(640, 360, RED), 0);
  await it.compose(0);
  t.false(await it.compose(1_000_000));
  t.is(tileOf(it, "a").state, "live");
  t.true(await it.compose(1_000_001));
  const tile = tileOf(it, "a");
  t.is(tile.state, "stalled");
  const left = averageYuv(it.frame, middleOf(tile));
  t.true(Math.abs(left.v - 128) < 6, "no red is left");
  t.false(await it.compose(5_000_000), "and it costs nothing from then on");
  it.putFrame("a", solidPicture(640, 360, BLUE), 6_000_000);
  t.true(await it.compose(6_000_000));
  t.is(tileOf(it, "a").state, "live");
  t.true(shows(it, middleOf(tile), BLUE));
});

test("off, waiting and live follow the camera, and an old face does not come back with it", async (t) => {
  const it = compositorFor(t);
  addPerson(it, "a", { active: false });
  it.putFrame("a", solidPicture(640, 360, RED), 0);
  const states: string[] = [];
  const look = async (now: number) => {
    await it.compose(now);
    states.push(tileOf(it, "a").state);
  };
  await look(0);
  it.updateSource("a", { active: true });
  await look(1);
  it.putFrame("a", solidPicture(640, 360, RED), 2);
  await look(2);
  it.updateSource("a", { active: false });
  await look(3);
  it.updateSource("a", { active: true });
  await look(4);
  t.deepEqual(states, ["off", "waiting", "live", "off", "waiting"]);
});

test("a talker's border lies in the gap, and goes, without painting the tile", async (t) => {
  const it = compositorFor(t);
  for (const id of ["a", "b"]) {
    addPerson(it, id);
    it.putFrame(id, solidPicture(64, 36, RED), 0);
  }
  await it.compose(0);
  const before = snapshotOf(it);
  it.setTalkers(new Set(["b"]));
  t.true(await it.compose(1));
  const { x, y, height } = tileOf(it, "b");
  const line = { x: x - 4, y, width: 4, height };
  t.true(shows(it, line, TALKER));
  t.true(shows(it, { ...line, x }, RED));
  t.false(shows(it, { ...line, x: tileOf(it, "a").x - 4 }, TALKER));
  t.false(await it.compose(2));
  it.setTalkers(new Set());
  t.true(await it.compose(3));
  t.is(snapshotOf(it), before);
});

test("who is alone has the border inside, picture after picture", async (t) => {
  const it = compositorFor(t);
  addPerson(it, "a");
  it.setTalkers(new Set(["a"]));
  const top = { x: 0, y: 0, width: 1280, height: 4 };
  for (const now of [0, 33_000]) {
    it.putFrame("a", solidPicture(640, 360, RED), now);
    await it.compose(now);
    t.true(shows(it, top, TALKER));
  }
  it.setTalkers(new Set());
  t.true(await it.compose(40_000));
  t.true(shows(it, top, RED));
});

test("name and muted sign appear at the bottom left, and change when they change", async (t) => {
  const it = compositorFor(t);
  addPerson(it, "a", { name: "" });
  addPerson(it, "b", { name: "" });
  it.putFrame("a", solidPicture(640, 360, RED), 0);
  await it.compose(0);
  const tile = tileOf(it, "a");
  const corner = {
    x: tile.x,
    y: tile.y + tile.height - 60,
    width: 180,
    height: 60,
  };
  const lumas = [averageYuv(it.frame, corner).y];
  for (const change of [
    { name: "Nguyễn" },
    { muted: true },
    { name: "山田" },
  ]) {
    it.updateSource("a", change);
    t.true(await it.compose(1), JSON.stringify(change));
    lumas.push(averageYuv(it.frame, corner).y);
  }
  t.is(new Set(lumas.map((luma) => luma.toFixed(3))).size, 4, `${lumas}`);
  it.updateSource("a", { muted: true });
  t.false(await it.compose(2));
});

test("joining and leaving: who stays keeps the seat, and nothing of the old stays", async (t) => {
  const it = compositorFor(t);
  for (const id of ["a", "b", "c"]) {
    addPerson(it, id);
    it.putFrame(id, solidPicture(64, 36, RED), 0);
  }
  await it.compose(0);
  it.removeSource("b");
  addPerson(it, "d", { active: false });
  t.true(await it.compose(1));
  t.deepEqual(
    it.layout().tiles.map(({ participant }) => participant),
    ["a", "d", "c"],
  );
  for (const id of ["a", "c", "d"]) it.removeSource(id);
  t.true(await it.compose(2));
  t.deepEqual(it.layout().tiles, []);
  const background = averageYuv(it.frame, { x: 0, y: 0, width: 4, height: 4 });
  t.deepEqual(averageYuv(it.frame), background);
  t.false(await it.compose(3));
});
