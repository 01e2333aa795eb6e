import test from "ava";
import type { Fit } from "../../../mixer/contract.js";
import { fitPicture, fitShare } from "../../../mixer/video/fit.js";
import { around } from "../../../mixer/video/rects.js";
import { areaOf as area } from "../../helpers/layouts.js";

const tile = { x: 8, y: 8, width: 416, height: 234 };

test("a picture of nearly the tile's shape is cropped in the middle and fills it", (t) => {
  const { crop, place } = fitPicture({ width: 640, height: 480 }, tile);
  t.deepEqual(place, tile);
  t.is(crop.width, 640);
  t.is(crop.height, 360);
  t.is(crop.y, 60);
});

test("a portrait picture is shown whole, between bars that cover the rest", (t) => {
  const { crop, place } = fitPicture({ width: 360, height: 640 }, tile);
  t.deepEqual(crop, { x: 0, y: 0, width: 360, height: 640 });
  t.is(place.height, 234);
  t.is(place.width, 132);
  t.is(area(around(tile, place)) + area([place]), area([tile]));
});

test("odd and extreme sizes stay inside picture and tile", (t) => {
  for (const width of [1, 3, 37, 641, 4097]) {
    for (const height of [1, 5, 63, 361, 2161]) {
      const { crop, place } = fitPicture({ width, height }, tile);
      const label = `${width}x${height}`;
      t.true(crop.x + crop.width <= width && crop.width > 0, label);
      t.true(crop.y + crop.height <= height && crop.height > 0, label);
      t.is((crop.x % 2) + (crop.y % 2) + (place.x % 2) + (place.y % 2), 0);
      t.true(place.x >= tile.x && place.x + place.width <= 424, label);
      t.true(place.y >= tile.y && place.y + place.height <= 242, label);
    }
  }
});

const WHOLE_SCREEN = { x: 0, y: 0, width: 1280, height: 720 };
const fits = (width: number, height: number, fit?: Fit) =>
  fitPicture({ width, height }, tile, fit);

test("crop and letterbox are done whatever is lost, and blur places like letterbox", (t) => {
  t.deepEqual(fits(360, 640, "crop").place, tile);
  const whole = fits(640, 480, "letterbox");
  t.deepEqual(whole.crop, { x: 0, y: 0, width: 640, height: 480 });
  t.deepEqual([whole.place.width, whole.place.height], [312, 234]);
  t.deepEqual(fits(640, 480, "blur"), whole);
});

/** A screen in a tile of 1280x720: its size on the canvas, and of what is shown of it. */
const SCREENS = [
  ["of the tile's size is native", 1280, 720, [1280, 720], [1280, 720]],
  [
    "a little smaller is native between bars",
    1240,
    698,
    [1240, 698],
    [1240, 698],
  ],
  [
    "a pixel larger is native, cut at the edges",
    1282,
    722,
    [1280, 720],
    [1280, 720],
  ],
  ["much larger is scaled and whole", 1920, 1080, [1280, 720], [1920, 1080]],
  [
    "of another shape is scaled and whole",
    1920,
    1200,
    [1152, 720],
    [1920, 1200],
  ],
  ["much smaller is scaled and whole", 640, 360, [1280, 720], [640, 360]],
] as const;

for (const [claim, width, height, place, crop] of SCREENS) {
  test(`a screen ${claim}`, (t) => {
    const fit = fitShare({ width, height }, WHOLE_SCREEN, "letterbox");
    t.deepEqual([fit.place.width, fit.place.height], [...place]);
    t.deepEqual([fit.crop.width, fit.crop.height], [...crop]);
  });
}

test("a screen is cut only where that was asked for", (t) => {
  const fit = fitShare({ width: 1920, height: 1200 }, WHOLE_SCREEN, "crop");
  t.deepEqual(fit.place, WHOLE_SCREEN);
  t.deepEqual([fit.crop.width, fit.crop.height], [1920, 1080]);
});
