import test from "ava";
import type { CustomLayout, LayoutChoice } from "../../../mixer/contract.js";
import { FITS } from "../../../mixer/video/fit.js";
import {
  addPerson,
  addShare,
  BLUE,
  colourAt,
  compositorFor,
  isAsNew,
  middleOf,
  openPart,
  RED,
  shows,
} from "../../helpers/canvas.js";
import { averageYuv, solidPicture, yuvOf } from "../../helpers/picture.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const GROUND = yuvOf(0x26, 0x2b, 0x33);
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };
const STACK: CustomLayout = {
  regions: [
    { x: 0.1, y: 0.1, width: 0.5, height: 0.5, z: 3 },
    { ...WHOLE, z: -1 },
    { x: 0.3, y: 0.3, width: 0.6, height: 0.6, z: 1 },
    { x: 0.7, y: 0.05, width: 0.25, height: 0.4, z: 2, source: "share" },
  ],
};
const SIZES = [
  { width: 1280, height: 720 },
  { width: 720, height: 1280 },
  { width: 1080, height: 1080 },
];
const LAYOUTS: [string, LayoutChoice, number][] = [
  ["grid", "grid", 6],
  ["speaker", "speaker", 6],
  ["share", "share", 6],
  ["pip", "pip", 2],
  ["side-by-side", "side-by-side", 2],
  ["solo", "solo", 1],
  ["custom", STACK, 4],
];

for (const [name, layout, count] of LAYOUTS)
  for (const size of SIZES) {
    test(`${name} on ${size.width}x${size.height}: every tile shows its own source where nothing lies above`, async (t) => {
      const settings = { ...MAIN_VIEW, ...size, layout, autoShare: false };
      const it = compositorFor(t, settings);
      const colours = new Map<string, ReturnType<typeof colourAt>>();
      for (let index = 0; index < 5; index++) {
        addPerson(it, `p${index}`);
        colours.set(`p${index}/camera`, colourAt(index));
        it.putFrame(`p${index}`, solidPicture(640, 360, colourAt(index)), 0);
      }
      addShare(it, "p1");
      colours.set("p1/share", colourAt(9));
      it.putFrame("p1:share", solidPicture(640, 360, colourAt(9)), 0);
      await it.compose(0);
      const { tiles } = it.layout();
      t.is(tiles.length, count);
      for (const tile of tiles) {
        const { participant, source } = tile;
        const colour = colours.get(`${participant}/${source}`)!;
        const picture = { width: 640, height: 360 };
        const { place } = FITS[source](picture, tile);
        const part = openPart(it, tile, place);
        t.true(shows(it, part, colour), `${participant} ${source}`);
      }
      t.true(await isAsNew(it, settings, 1));
    });
  }

test("a tile that lies above is whole again after each new picture below, and one below stays hidden", async (t) => {
  const settings = { ...MAIN_VIEW, layout: STACK };
  const it = compositorFor(t, settings);
  for (const [index, id] of ["top", "bottom", "middle"].entries()) {
    addPerson(it, id);
    it.putFrame(id, solidPicture(64, 36, colourAt(index)), 0);
  }
  await it.compose(0);
  const [bottom, middle, top] = it.layout().tiles;
  t.deepEqual(
    [bottom, middle, top].map((tile) => tile!.participant),
    ["bottom", "middle", "top"],
  );
  it.setTalkers(new Set(["middle"]));
  for (let now = 1; now < 10; now++) {
    const id = ["bottom", "middle", "top"][now % 3]!;
    it.putFrame(id, solidPicture(64, 36, colourAt(now + 10)), now);
    t.true(await it.compose(now));
    t.false(await it.compose(now));
    t.true(await isAsNew(it, settings, now), `after ${id}`);
  }
  t.true(shows(it, openPart(it, bottom!), colourAt(19)));
  t.true(shows(it, middleOf(top!), colourAt(18)));
});

test("a picture of somebody else below does not paint who lies nowhere near", async (t) => {
  const half = { y: 0, width: 0.5, height: 1 };
  const layout = {
    regions: [
      { x: 0, ...half },
      { x: 0.5, ...half },
    ],
  };
  const it = compositorFor(t, { layout });
  for (const id of ["a", "b"]) {
    addPerson(it, id);
    it.putFrame(id, solidPicture(64, 36, RED), 0);
  }
  await it.compose(0);
  const luma = it.frame.data![0]!;
  luma[8 * it.frame.linesize[0]! + 8] = 7;
  it.putFrame("b", solidPicture(64, 36, BLUE), 1);
  t.true(await it.compose(1));
  t.is(luma[8 * it.frame.linesize[0]! + 8], 7);
});

for (const [fit, middle, side] of [
  ["crop", RED, RED],
  ["letterbox", RED, GROUND],
  ["auto", RED, GROUND],
  ["blur", RED, { ...RED, y: 16 + (RED.y - 16) * 0.6 }],
] as const) {
  test(`${fit}: what a portrait picture leaves free of its region`, async (t) => {
    const layout = { regions: [{ ...WHOLE, fit }], labels: "off" as const };
    const it = compositorFor(t, { layout });
    addPerson(it, "a");
    it.putFrame("a", solidPicture(360, 640, RED), 0);
    await it.compose(0);
    t.true(shows(it, { x: 560, y: 100, width: 160, height: 500 }, middle));
    for (const x of [0, 1100])
      t.true(shows(it, { x, y: 0, width: 180, height: 720 }, side), `${x}`);
  });
}

test("a blurred fill shows no letters of the picture that it is made of", async (t) => {
  const layout = {
    regions: [{ ...WHOLE, fit: "blur" as const }],
    labels: "off" as const,
  };
  const it = compositorFor(t, { layout });
  addPerson(it, "a");
  const stripes = solidPicture(360, 640, RED);
  for (let y = 0; y < 640; y++)
    stripes.data.fill(y % 8 < 4 ? 235 : 16, y * 360, (y + 1) * 360);
  it.putFrame("a", stripes, 0);
  await it.compose(0);
  const rows = Array.from(
    { length: 60 },
    (_, row) =>
      averageYuv(it.frame, { x: 40, y: 300 + 2 * row, width: 200, height: 2 })
        .y,
  );
  const contrast = (Math.max(...rows) - Math.min(...rows)) / ((235 - 16) * 0.6);
  t.true(contrast < 0.2, `${contrast}`);
});
