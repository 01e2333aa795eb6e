import test from "ava";
import type { Rect } from "../../../mixer/contract.js";
import { createCanvas, type Canvas } from "../../../mixer/video/canvas.js";
import { colourOf } from "../../../mixer/video/colour.js";
import { fitPicture } from "../../../mixer/video/fit.js";
import { overlayFromRgba } from "../../../mixer/video/overlay.js";
import { createScaler } from "../../../mixer/video/scaler.js";
import { cameras, tilesOf } from "../../helpers/layouts.js";
import {
  averageYuv,
  colourDistance,
  movingPicture,
  psnr,
  solidPicture,
  yuvOf,
} from "../../helpers/picture.js";

const GREY = { y: 77, u: 77, v: 77 };
const ORANGE = yuvOf(230, 140, 20);

/** How many samples of all planes outside `rect` are not the grey they were. */
const spilt = (canvas: Canvas, rect: Rect): number => {
  let count = 0;
  for (const [plane, data] of canvas.planes.data.entries()) {
    const shift = plane === 0 ? 0 : 1;
    const stride = canvas.planes.strides[plane]!;
    for (let at = 0; at < data.length; at++) {
      const [x, y] = [(at % stride) << shift, Math.floor(at / stride) << shift];
      const inside =
        x >= rect.x &&
        x < rect.x + rect.width &&
        y >= rect.y &&
        y < rect.y + rect.height;
      if (!inside && data[at] !== 77) count++;
    }
  }
  return count;
};

/** swscale rounds its coefficients: 2 levels were seen at 1279 to 18 pixels, none at the usual sizes. */
const LEVELS = 3;

const whole = { x: 0, y: 0, width: 640, height: 360 };
const PLACES = [
  [418, 234],
  [402, 230],
  [398, 222],
  [416, 234],
  [30, 18],
  [18, 16],
  [130, 74],
] as const;
const SOURCES = [
  [640, 360],
  [641, 361],
  [37, 63],
  [320, 180],
  [1279, 719],
] as const;

for (const [width, height] of PLACES) {
  test(`a picture scaled to ${width}x${height} fills its place and touches nothing around it`, async (t) => {
    const canvas = createCanvas(640, 360);
    for (const [sourceWidth, sourceHeight] of SOURCES) {
      canvas.fill(whole, GREY);
      const scaler = createScaler(canvas.planes);
      const tile = { x: 102, y: 66, width, height };
      const source = solidPicture(sourceWidth, sourceHeight, ORANGE);
      const crop = { x: 0, y: 0, width: sourceWidth, height: sourceHeight };
      await scaler.draw(source, { crop, place: tile });
      scaler.close();
      const label = `${sourceWidth}x${sourceHeight}`;
      const found = averageYuv(canvas.frame, tile);
      t.true(colourDistance(found, ORANGE) < LEVELS, label);
      t.is(spilt(canvas, tile), 0, label);
    }
    canvas.close();
  });
}

test("all tiles of a grid scaled at once keep to themselves, for every count", async (t) => {
  const canvas = createCanvas(1280, 720);
  for (const count of [2, 3, 5, 7, 10, 13, 17, 21, 25]) {
    const tiles = tilesOf("grid", cameras(count));
    canvas.fill({ x: 0, y: 0, width: 1280, height: 720 }, GREY);
    const scalers = tiles.map(() => createScaler(canvas.planes));
    const colours = tiles.map((_, index) =>
      yuvOf((index * 53) % 256, (index * 97) % 256, (index * 151) % 256),
    );
    await Promise.all(
      tiles.map((tile, index) => {
        const picture = solidPicture(320, 180, colours[index]!);
        return scalers[index]!.draw(picture, fitPicture(picture, tile));
      }),
    );
    for (const [index, tile] of tiles.entries()) {
      const { x, y, width, height } = tile;
      for (const edge of [
        { ...tile, width: 2 },
        { ...tile, height: 2 },
        { x: x + width - 2, y, width: 2, height },
        { x, y: y + height - 2, width, height: 2 },
      ]) {
        const found = averageYuv(canvas.frame, edge);
        t.true(colourDistance(found, colours[index]!) < 1, `${index}/${count}`);
      }
    }
    for (const scaler of scalers) scaler.close();
  }
  canvas.close();
});

test("a picture of the tile's own size arrives unchanged, also when its size changes on the way", async (t) => {
  const canvas = createCanvas(640, 360);
  const scaler = createScaler(canvas.planes);
  for (const [width, height] of [
    [640, 360],
    [320, 180],
    [640, 360],
  ] as const) {
    const picture = movingPicture(width, height, 3);
    await scaler.draw(picture, fitPicture(picture, whole));
    if (width === 640) t.is(psnr(canvas.frame, picture), Infinity);
  }
  t.is(scaler.scaled, 3);
  scaler.close();
  scaler.close();
  canvas.close();
});

test("only the middle of a cropped picture is shown", async (t) => {
  const canvas = createCanvas(640, 360);
  const picture = solidPicture(640, 480, ORANGE);
  picture.data.fill(16, 0, 640 * 56);
  picture.data.fill(16, 640 * 424, 640 * 480);
  const scaler = createScaler(canvas.planes);
  await scaler.draw(picture, fitPicture(picture, whole));
  t.true(colourDistance(averageYuv(canvas.frame), ORANGE) < 1);
  scaler.close();
  canvas.close();
});

test("an overlay is blended in proportion to its opacity and leaves what is clear", (t) => {
  const canvas = createCanvas(640, 360);
  canvas.fill(whole, colourOf("#000000"));
  const half = new Uint8ClampedArray(16 * 8 * 4);
  for (let at = 0; at < 16 * 8; at++) {
    const opaque = at % 16 < 8;
    half.set([255, 255, 255, opaque ? 255 : 128], at * 4);
  }
  const overlay = overlayFromRgba(half, 16, 8);
  canvas.blend(overlay, 20, 40);
  const left = averageYuv(canvas.frame, { x: 20, y: 40, width: 8, height: 8 });
  const right = averageYuv(canvas.frame, { x: 28, y: 40, width: 8, height: 8 });
  t.true(colourDistance(left, yuvOf(255, 255, 255)) < 1);
  t.true(Math.abs(right.y - (16 + 219 / 2)) < 2, `${right.y}`);
  t.is(averageYuv(canvas.frame, { x: 36, y: 40, width: 8, height: 8 }).y, 16);
  canvas.close();
});

test("an overlay is laid inside of its clip only, and as one when that is done in pieces", (t) => {
  const canvas = createCanvas(640, 360);
  const pixels = new Uint8ClampedArray(32 * 16 * 4).fill(200);
  const overlay = overlayFromRgba(pixels, 32, 16);
  const clip = { x: 110, y: 66, width: 8, height: 6 };
  canvas.fill(whole, GREY);
  canvas.blend(overlay, 100, 60, clip);
  t.is(spilt(canvas, clip), 0);
  t.true(averageYuv(canvas.frame, clip).y > 100);
  canvas.fill(whole, GREY);
  canvas.blend(overlay, 100, 60);
  const once = averageYuv(canvas.frame);
  canvas.fill(whole, GREY);
  for (const x of [0, 112, 120]) {
    const width = { 0: 112, 112: 8, 120: 520 }[x]!;
    canvas.blend(overlay, 100, 60, { x, y: 0, width, height: 360 });
  }
  t.deepEqual(averageYuv(canvas.frame), once);
  canvas.close();
});

test("what lies outside of the canvas is left out", (t) => {
  const canvas = createCanvas(640, 360);
  canvas.fill(whole, GREY);
  const pixels = new Uint8ClampedArray(64 * 64 * 4).fill(255);
  const overlay = overlayFromRgba(pixels, 64, 64);
  for (const [x, y] of [
    [-32, -32],
    [620, 340],
    [-200, 100],
    [700, 100],
    [100, 400],
  ] as const) {
    canvas.fill({ x, y, width: 64, height: 64 }, GREY);
    canvas.copy({ x, y, width: 64, height: 64 }, canvas.planes);
    canvas.blend(overlay, x, y);
  }
  t.true(averageYuv(canvas.frame, { ...whole, width: 32, height: 32 }).y > 200);
  t.is(averageYuv(canvas.frame, { ...whole, y: 32, height: 300 }).y, 77);
  canvas.close();
  canvas.close();
});
