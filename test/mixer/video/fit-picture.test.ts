import test from "ava";
import { fitPicture } from "../../../mixer/video/fit.js";
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
