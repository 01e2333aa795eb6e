import test from "ava";
import { barsOf, fitPicture } from "../../../mixer/video/fit.js";
import { layoutTiles, type Tile } from "../../../mixer/video/layout.js";
import type { LayoutName, Rect } from "../../../mixer/contract.js";

const sources = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `p${index}` }));
const grid = (count: number, width = 1280, height = 720) =>
  layoutTiles({ layout: "grid", sources: sources(count), width, height });
const area = (rects: Rect[]) =>
  rects.reduce((sum, rect) => sum + rect.width * rect.height, 0);
const overlap = (a: Tile, b: Tile) =>
  a.x < b.x + b.width &&
  b.x < a.x + a.width &&
  a.y < b.y + b.height &&
  b.y < a.y + a.height;

const SIZES = [
  [1280, 720],
  [640, 360],
  [1920, 1080],
  [720, 1280],
  [320, 180],
] as const;

for (const [width, height] of SIZES) {
  test(`1 to 49 tiles are even, inside ${width}x${height} and apart from each other`, (t) => {
    for (let count = 1; count <= 49; count++) {
      const tiles = grid(count, width, height);
      t.is(tiles.length, count);
      for (const [index, tile] of tiles.entries()) {
        const { x, y } = tile;
        for (const value of [x, y, tile.width, tile.height])
          t.is(value % 2, 0, `${count}: ${value}`);
        t.true(x >= 0 && y >= 0 && tile.width >= 16 && tile.height >= 16);
        t.true(x + tile.width <= width && y + tile.height <= height);
        t.false(tiles.slice(0, index).some((other) => overlap(other, tile)));
      }
    }
  });
}

test("the grid fills 1280x720 well for 1 to 25", (t) => {
  const fill = Array.from(
    { length: 25 },
    (_, index) => area(grid(index + 1)) / (1280 * 720),
  );
  t.log(fill.map((part) => Math.round(part * 100)).join(" "));
  t.is(fill[0], 1);
  for (const [index, part] of fill.entries())
    t.true(part > 0.6, `${index + 1} sources fill only ${part}`);
  for (const full of [4, 9, 16, 25]) t.true(fill[full - 1]! > 0.88);
});

test("two are side by side, the last row is centred, and tiles keep their order", (t) => {
  const [left, right] = grid(2);
  t.is(left!.y, right!.y);
  t.true(left!.x < right!.x);
  const five = grid(5);
  const last = five.slice(3);
  t.is(last[0]!.x, 1280 - last[1]!.x - last[1]!.width);
  t.deepEqual(
    five.map((tile) => tile.id),
    ["p0", "p1", "p2", "p3", "p4"],
  );
});

test("the talker's frame has its own room between two tiles", (t) => {
  const [first, second] = grid(9);
  const gap = second!.x - first!.x - first!.width;
  t.is(gap, 8);
  t.is(first!.border.thickness, 4);
  t.false(first!.border.inside);
  t.true(grid(1)[0]!.border.inside);
});

test("more than the canvas can hold: the first keep their tiles", (t) => {
  const tiles = grid(500, 320, 180);
  t.true(tiles.length > 49 && tiles.length < 500);
  t.is(tiles.at(-1)!.id, `p${tiles.length - 1}`);
  t.true(tiles.every((tile) => tile.width >= 16 && tile.height >= 16));
});

test("nobody has no tile, and an unknown layout is refused by name", (t) => {
  t.deepEqual(grid(0), []);
  const layout = "mosaic" as LayoutName;
  t.throws(
    () => layoutTiles({ layout, sources: sources(1), width: 64, height: 64 }),
    { instanceOf: TypeError, message: /grid, got mosaic/ },
  );
});

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
  t.is(area(barsOf(tile, place)) + area([place]), area([tile]));
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
