import test from "ava";
import {
  containedBox,
  inReadingOrder,
  placeInCanvas,
  placeMenu,
} from "../../../public/app/geometry.js";

const box = (x: number, y: number, width: number, height: number) => ({
  x,
  y,
  width,
  height,
});
const size = (width: number, height: number) => ({ width, height });

for (const [where, element, picture, expected] of [
  ["the same shape", size(640, 360), size(1280, 720), box(0, 0, 640, 360)],
  [
    "bars above and below",
    size(360, 600),
    size(1280, 720),
    box(0, 198.75, 360, 202.5),
  ],
  ["bars beside", size(1000, 360), size(1280, 720), box(180, 0, 640, 360)],
  [
    "a portrait canvas",
    size(1280, 720),
    size(720, 1280),
    box(437.5, 0, 405, 720),
  ],
  [
    "a square in a phone",
    size(360, 740),
    size(720, 720),
    box(0, 190, 360, 360),
  ],
  [
    "larger than the canvas",
    size(2560, 1440),
    size(1280, 720),
    box(0, 0, 2560, 1440),
  ],
  ["no element yet", size(0, 0), size(1280, 720), box(0, 0, 0, 0)],
  ["no picture yet", size(640, 360), size(0, 0), box(0, 0, 0, 0)],
] as const)
  test(`the picture lies where the browser draws it: ${where}`, (t) => {
    t.deepEqual(containedBox(element, picture), expected);
  });

test("a tile's place in per cent holds at every size of the picture", (t) => {
  const tile = box(640, 360, 640, 360);
  t.deepEqual(placeInCanvas(tile, size(1280, 720)), box(50, 50, 50, 50));
  const third = placeInCanvas(box(426, 0, 428, 240), size(1280, 720));
  const shown = containedBox(size(1000, 360), size(1280, 720));
  const left = shown.x + (third.x / 100) * shown.width;
  t.true(Math.abs(left - (180 + 426 / 2)) < 1e-9);
});

test("tiles are read row by row, however they are listed", (t) => {
  const named = (name: string, x: number, y: number, height = 240) => ({
    name,
    ...box(x, y, 426, height),
  });
  const listed = [
    named("6", 640, 480),
    named("1", 0, 0),
    named("3", 852, 2),
    named("2", 426, 0),
    named("5", 213, 480),
  ];
  const read = inReadingOrder(listed).map(({ name }) => name);
  t.deepEqual(read, ["1", "2", "3", "5", "6"]);
  const pip = [named("corner", 960, 520, 180), named("all", 0, 0, 720)];
  t.deepEqual(
    inReadingOrder(pip).map(({ name }) => name),
    ["all", "corner"],
  );
  t.deepEqual(inReadingOrder([]), []);
});

const WINDOW = size(1280, 800);
for (const [where, anchor, menu, expected] of [
  [
    "above a button of the bar",
    box(600, 730, 92, 58),
    size(300, 400),
    { x: 496, y: 322 },
  ],
  [
    "below what lies high",
    box(600, 60, 0, 0),
    size(300, 400),
    { x: 450, y: 68 },
  ],
  [
    "in the window at its left edge",
    box(4, 730, 40, 40),
    size(300, 400),
    { x: 8, y: 322 },
  ],
  [
    "in the window at its right edge",
    box(1270, 730, 0, 0),
    size(300, 400),
    { x: 972, y: 322 },
  ],
  [
    "in the window when neither side has room",
    box(600, 390, 0, 0),
    size(300, 700),
    { x: 450, y: 92 },
  ],
  [
    "at the edge when it is larger than the window",
    box(600, 390, 0, 0),
    size(1400, 900),
    { x: 8, y: 8 },
  ],
] as const)
  test(`a menu opens ${where}`, (t) => {
    t.deepEqual(placeMenu(anchor, menu, WINDOW), expected);
  });
