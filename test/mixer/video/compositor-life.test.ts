import test from "ava";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { ViewSettings } from "../../../mixer/contract.js";
import { createCompositor } from "../../../mixer/video/compositor.js";
import {
  addPerson,
  BLUE,
  compositorFor,
  middleOf,
  RED,
  shows,
  tileOf,
} from "../../helpers/canvas.js";
import { averageRgb, solidPicture, yuvOf } from "../../helpers/picture.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

test("sources that go, come and change while it composes do no harm", async (t) => {
  const it = compositorFor(t, { width: 640, height: 360 });
  for (let round = 0; round < 40; round++) {
    const id = `p${round % 7}`;
    addPerson(it, id);
    it.putFrame(id, solidPicture(322 + round, 180, RED), round);
    const composing = it.compose(round);
    it.putFrame(id, solidPicture(160, 90 + round, BLUE), round);
    it.updateSource(id, { name: `n${round}`, muted: round % 2 === 0 });
    if (round % 3 > 0) it.removeSource(id);
    await composing;
    if (round % 3 === 0) {
      await it.compose(round);
      t.true(shows(it, middleOf(tileOf(it, id)), BLUE), `round ${round}`);
      it.removeSource(id);
    }
  }
});

test("who leaves and comes back between two pictures is there with the new pictures only", async (t) => {
  const it = compositorFor(t);
  for (const id of ["a", "b"]) addPerson(it, id);
  it.putFrame("a", solidPicture(640, 360, RED), 0);
  await it.compose(0);
  it.removeSource("a");
  addPerson(it, "a");
  t.true(await it.compose(1));
  t.is(tileOf(it, "a").state, "waiting");
  t.false(shows(it, middleOf(tileOf(it, "a")), RED));
  it.putFrame("a", solidPicture(640, 360, BLUE), 2);
  await it.compose(300_000);
  t.true(shows(it, middleOf(tileOf(it, "a")), BLUE));
});

test("pictures received and replaced are counted; those of people who left are not", async (t) => {
  const it = compositorFor(t);
  addPerson(it, "a");
  for (const now of [0, 1, 2]) it.putFrame("a", solidPicture(64, 36, RED), now);
  await it.compose(3);
  it.putFrame("a", solidPicture(64, 36, RED), 4);
  it.putFrame("gone", solidPicture(64, 36, RED), 4);
  t.like(it.counters, { framesReceived: 4, framesReplaced: 2 });
});

test("pictures of absurd sizes harm nobody else", async (t) => {
  const it = compositorFor(t);
  for (const id of ["a", "b"]) addPerson(it, id);
  for (const [width, height] of [
    [1, 1],
    [2, 3],
    [9000, 2],
    [2, 9000],
    [15, 4001],
  ] as const) {
    it.putFrame("a", solidPicture(width, height, RED), 0);
    it.putFrame("b", solidPicture(640, 360, BLUE), 0);
    await it.compose(0);
    t.true(shows(it, middleOf(tileOf(it, "b")), BLUE), `${width}x${height}`);
  }
});

test("the JPEG has the canvas' colours, in RGB as a browser shows them", async (t) => {
  const it = compositorFor(t);
  addPerson(it, "a", { name: "" });
  for (const [r, g, b] of [
    [200, 40, 40],
    [255, 255, 255],
    [0, 0, 0],
    [30, 160, 220],
  ] as const) {
    it.putFrame("a", solidPicture(640, 360, yuvOf(r, g, b)), 0);
    await it.compose(0);
    const jpeg = await it.jpeg();
    const image = await loadImage(jpeg);
    t.deepEqual([image.width, image.height], [1280, 720]);
    const context = createCanvas(1280, 720).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, 1280, 720);
    const area = { x: 320, y: 180, width: 640, height: 360 };
    const found = averageRgb(new Uint8Array(data.buffer), 1280, area, 4);
    const off = [r, g, b].map((value, at) => Math.abs(value - found[at]!));
    t.true(Math.max(...off) < 4, `${r},${g},${b} became ${found}`);
  }
});

test("jpeg waits for a running compose, and compose refuses a second one at a time", async (t) => {
  const it = compositorFor(t);
  addPerson(it, "a");
  it.putFrame("a", solidPicture(640, 360, RED), 0);
  const composing = it.compose(0);
  const picture = it.jpeg();
  await t.throwsAsync(it.compose(0), { message: /still running/ });
  t.true(await composing);
  t.is((await picture).readUInt16BE(0), 0xffd8);
});

test("close is idempotent, lets a running compose end, and stops the rest", async (t) => {
  const it = compositorFor(t);
  addPerson(it, "a");
  it.putFrame("a", solidPicture(640, 360, RED), 0);
  const composing = it.compose(0);
  it.close();
  it.close();
  t.true(await composing);
  t.false(await it.compose(1));
  t.deepEqual(it.layout().tiles, []);
  await t.throwsAsync(it.jpeg(), { message: /closed/ });
  addPerson(it, "b");
  it.putFrame("b", solidPicture(64, 36, RED), 0);
});

const instanceOf = TypeError;
const wrong = (change: object) => ({ ...MAIN_VIEW, ...change }) as ViewSettings;
const REGION = { x: 0, y: 0, width: 1, height: 1 };

for (const [change, message] of [
  [{ width: 1281 }, /width .*got 1281/],
  [{ height: 0 }, /height .*got 0/],
  [{ width: Number.NaN }, /width .*got NaN/],
  [{ layout: "mosaic" }, /got mosaic/],
  [{ layout: { regions: [] } }, /layout\.regions/],
  [{ labels: "sometimes" }, /labels .*got sometimes/],
  [{ temperament: "wild" }, /temperament .*got wild/],
  [{ page: -1 }, /page .*got -1/],
  [
    {
      layout: { regions: [REGION], background: { image: "iVBORw0KGgoAAAAN" } },
    },
    /background\.image/,
  ],
] as const) {
  test(`settings with ${JSON.stringify(change)} are refused, at first and later, and change nothing`, async (t) => {
    const settings = wrong(change);
    const expected = { instanceOf, message };
    t.throws(() => createCompositor({ view: "main", settings }), expected);
    const it = compositorFor(t);
    addPerson(it, "a");
    await it.compose(0);
    const before = [it.layoutVersion, it.layout()];
    t.throws(() => it.setSettings(settings), expected);
    t.false(await it.compose(1));
    t.deepEqual([it.layoutVersion, it.layout()], before);
  });
}

test("wrong arguments are refused with what came", (t) => {
  const it = compositorFor(t);
  addPerson(it, "a");
  t.throws(() => addPerson(it, "a"), { instanceOf, message: /a is there/ });
  const short = { width: 640, height: 360, data: new Uint8Array(1000) };
  t.throws(() => it.putFrame("a", short, 0), {
    instanceOf,
    message: /got 1000/,
  });
  t.throws(() => it.setSettings({ ...MAIN_VIEW, width: 640 }), {
    instanceOf,
    message: /must stay 1280x720, got 640x720/,
  });
  for (const interval of [0, 1.5, Number.NaN])
    t.throws(() => it.setTileInterval(interval), { instanceOf });
});
