import test from "ava";
import type { CustomLayout } from "../../../mixer/contract.js";
import { readPictureFile } from "../../../mixer/video/picture-file.js";
import {
  addPerson,
  BLUE,
  colourAt,
  compositorFor,
  isAsNew,
  middleOf,
  MOVED,
  RED,
  shows,
  tileOf,
} from "../../helpers/canvas.js";
import { halvesJpeg, solidPng } from "../../helpers/picture-file.js";
import { solidPicture, yuvOf } from "../../helpers/picture.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const base64 = (file: Buffer): string => file.toString("base64");

/** A region in the middle; the background is around it. */
const MIDDLE = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };
const left = { x: 0, y: 200, width: 300, height: 300 };
const right = { x: 980, y: 200, width: 300, height: 300 };

const withLayout = (layout: CustomLayout) => ({
  ...MAIN_VIEW,
  layout: { labels: "off" as const, ...layout },
});

test("the background has its colour where no tile is, and another layout gives the plain one back", async (t) => {
  const it = compositorFor(t);
  await it.compose(0);
  const plain = yuvOf(0x14, 0x17, 0x1c);
  t.true(shows(it, left, plain));
  const background = { colour: "#2040C0" };
  it.setSettings(withLayout({ regions: [MIDDLE], background }));
  addPerson(it, "a");
  it.putFrame("a", solidPicture(640, 360, RED), 1);
  await it.compose(1);
  t.true(shows(it, left, yuvOf(0x20, 0x40, 0xc0)));
  t.true(shows(it, middleOf(tileOf(it, "a")), RED));
  it.setSettings({ ...MAIN_VIEW, layout: "side-by-side" });
  it.removeSource("a");
  await it.compose(2);
  t.true(shows(it, left, plain));
});

test("a background picture covers the canvas, cut evenly, in its own colours, behind the tiles", async (t) => {
  const image = base64(halvesJpeg(600, 600, ["#c82828", "#283cc8"]));
  const settings = withLayout({ regions: [MIDDLE], background: { image } });
  const it = compositorFor(t, settings);
  addPerson(it, "a");
  it.putFrame("a", solidPicture(640, 360, colourAt(3)), 0);
  await it.compose(0);
  t.true(shows(it, left, RED));
  t.true(shows(it, right, BLUE));
  t.true(shows(it, middleOf(tileOf(it, "a")), colourAt(3)));
  it.removeSource("a");
  await it.compose(1);
  const seam = { x: 638, y: 200, width: 2, height: 300 };
  t.true(shows(it, { ...seam, x: 560, width: 60 }, RED), "the tile is gone");
  t.true(await isAsNew(it, settings, 2));
});

test("the holes of a background picture show the colour", async (t) => {
  const image = base64(solidPng(64, 36, "rgba(255, 255, 255, 0.5)"));
  const background = { image, colour: "#000000" };
  const it = compositorFor(t, withLayout({ regions: [MIDDLE], background }));
  await it.compose(0);
  t.true(shows(it, left, yuvOf(128, 128, 128)));
});

test("a logo lies over tiles and ground where it should, and gets no darker with each picture", async (t) => {
  const image = base64(solidPng(80, 40, "rgba(255, 255, 255, 0.5)"));
  const settings = withLayout({
    regions: [
      { x: 0, y: 0, width: 0.5, height: 1 },
      { x: 0.5, y: 0, width: 0.4, height: 0.9 },
      { x: 0.3, y: 0.4, width: 0.3, height: 0.3, z: 1 },
    ],
    logo: { image, x: 0.4, y: 0.3, width: 0.6 },
  });
  const it = compositorFor(t, settings);
  for (const id of ["a", "b", "c"]) addPerson(it, id);
  const white = yuvOf(255, 255, 255);
  const half = (colour: { y: number; u: number; v: number }) => ({
    y: (colour.y + white.y) / 2,
    u: (colour.u + white.u) / 2,
    v: (colour.v + white.v) / 2,
  });
  for (let now = 0; now < 10; now++) {
    for (const [index, id] of ["a", "b", "c"].entries())
      if (now % (index + 1) === 0)
        it.putFrame(id, solidPicture(640, 360, colourAt(index)), now);
    it.setTalkers(new Set(now % 2 ? ["b"] : []));
    await it.compose(now);
  }
  const probe = { y: 240, width: 40, height: 40 };
  t.true(shows(it, { ...probe, x: 540 }, half(colourAt(0))), "over the first");
  t.true(shows(it, { ...probe, x: 800 }, half(colourAt(1))), "the second");
  t.true(
    shows(it, { ...probe, x: 560, y: 360 }, half(colourAt(2))),
    "and the one above both",
  );
  t.true(shows(it, { ...probe, x: 460 }, colourAt(0)), "not beside it");
  t.true(await isAsNew(it, settings, 11));
});

test("a logo stays over everything while tiles move below it", async (t) => {
  const image = base64(solidPng(40, 40, "#ffffff"));
  const logo = { image, x: 0.5, y: 0.5, width: 0.05 };
  const layout = (x: number) =>
    withLayout({ regions: [{ ...MIDDLE, x }], logo });
  const it = compositorFor(t, layout(0));
  addPerson(it, "a");
  it.putFrame("a", solidPicture(640, 360, RED), 0);
  await it.compose(0);
  it.setSettings(layout(0.5));
  for (let now = 0; now <= MOVED + 50_000; now += 50_000) {
    await it.compose(now);
    const place = { x: 640, y: 360, width: 64, height: 64 };
    t.true(shows(it, place, yuvOf(255, 255, 255)), `${now}`);
  }
});

test("a picture that only looks whole is left out, and all else is shown", async (t) => {
  const file = solidPng(64, 36, "#ffffff");
  const header = file.subarray(0, 33);
  const end = file.subarray(-12);
  const image = base64(Buffer.concat([header, end]));
  const it = compositorFor(
    t,
    withLayout({ regions: [MIDDLE], background: { image, colour: "#2040c0" } }),
  );
  await it.compose(0);
  t.true(shows(it, left, yuvOf(0x20, 0x40, 0xc0)));
});

const PNG = solidPng(64, 36, "#ffffff");
const JPEG = halvesJpeg(64, 36, ["#ffffff", "#000000"]);
const damaged = Buffer.from(PNG);
damaged[45]! ^= 0x10;
const huge = Buffer.from(JPEG);
const frame = huge.indexOf(Buffer.from([0xff, 0xc0]));
huge.writeUInt16BE(65_535, frame + 5);
huge.writeUInt16BE(200, frame + 7);

for (const [what, file, message] of [
  ["a PNG cut short", PNG.subarray(0, -20), /whole PNG or JPEG/],
  ["a PNG with a flipped bit", damaged, /whole PNG or JPEG/],
  ["a JPEG cut short", JPEG.subarray(0, -40), /whole PNG or JPEG/],
  ["a GIF", Buffer.from("GIF89a, and more than that"), /whole PNG or JPEG/],
  ["nothing", Buffer.alloc(0), /whole PNG or JPEG/],
  ["a signature alone", PNG.subarray(0, 8), /whole PNG or JPEG/],
  ["one of more than 4K", huge, /at most 8294400 pixels, got 200x65535/],
] as const) {
  test(`as a picture, ${what} is refused by the name of its field`, (t) => {
    const error = t.throws(() => readPictureFile("logo.image", base64(file)), {
      instanceOf: TypeError,
      message,
    });
    t.regex(error.message, /^logo\.image /);
  });
}

test("whole PNGs and JPEGs are taken", (t) => {
  for (const file of [PNG, JPEG])
    t.deepEqual(readPictureFile("logo.image", base64(file)), file);
});
