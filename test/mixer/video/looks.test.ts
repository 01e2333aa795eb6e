/** What tiles and labels look like, compared with pictures in test/pictures; see CONTRIBUTING.md. */
import test from "ava";
import type { ViewSettings } from "../../../mixer/contract.js";
import type { I420Frame } from "../../../mixer/media.js";
import { createCanvas } from "../../../mixer/video/canvas.js";
import type { Compositor } from "../../../mixer/video/compositor.js";
import { createScaler } from "../../../mixer/video/scaler.js";
import {
  addPerson,
  addShare,
  colourAt,
  compositorFor,
} from "../../helpers/canvas.js";
import {
  compareWithKept,
  largestDifference,
  pixelsOf,
} from "../../helpers/looks.js";
import { planesOf, solidPicture, yuvOf } from "../../helpers/picture.js";

/** A label that is 2 px off, or a letter that is missing, is further off; another release of Skia is not. */
const TOLERANCE = 12;
const NAMES = [
  "Ann Smith",
  "Maximiliane von und zu Hohenstein",
  "山田 太郎",
  "محمد علي",
  "Nguyễn Thị Ánh Ngọc",
  "Ольга Иванова",
  "Eve 🎉",
  "Bob",
  "Priya हिन्दी",
];

/** A colour with a bright corner at the upper left and a dark one at the lower right: shows what is cut or turned. */
const card = (index: number, width = 640, height = 360): I420Frame => {
  const picture = solidPicture(width, height, colourAt(index));
  const { data, strides } = planesOf(picture);
  for (let y = 0; y < height >> 2; y++) {
    data[0]!.fill(235, y * strides[0]!, y * strides[0]! + (width >> 2));
    const row = (height - 1 - y) * strides[0]!;
    data[0]!.fill(16, row + width - (width >> 2), row + width);
  }
  return picture;
};

const people = (it: Compositor, count: number): void => {
  for (let at = 0; at < count; at++) {
    addPerson(it, `p${at}`, { name: NAMES[at]!, muted: at % 3 === 1 });
    it.putFrame(`p${at}`, card(at), 0);
  }
};

type Look = {
  name: string;
  settings?: Partial<ViewSettings>;
  build: (it: Compositor) => void;
  /** When it is looked at; sources that have sent nothing for a while look otherwise. */
  at?: number;
  /** Scaled down so many times. */
  reduction?: number;
};

const LOOKS: Look[] = [
  {
    name: "two-tiles",
    build: (it) => {
      people(it, 2);
      it.setTalkers(new Set(["p0"]));
    },
  },
  {
    name: "no-pictures",
    build: (it) => {
      addPerson(it, "off", { name: "Ann Smith", active: false });
      addPerson(it, "waiting", { name: "山田 太郎", muted: true });
      addPerson(it, "stalled", { name: "Ольга Иванова" });
      it.putFrame("stalled", card(3), 0);
      addPerson(it, "nameless", { name: "", active: false });
    },
    at: 60_000_000,
  },
  { name: "grid-of-nine", build: (it) => people(it, 9) },
  {
    name: "grid-of-nine-180p",
    settings: { width: 1280, height: 720 },
    build: (it) => people(it, 9),
    reduction: 4,
  },
  {
    name: "speaker",
    settings: { layout: "speaker" },
    build: (it) => {
      people(it, 5);
      it.setTalkers(new Set(["p2"]));
    },
  },
  {
    name: "share",
    build: (it) => {
      people(it, 3);
      addShare(it, "p1", { name: "Bob" });
      it.putFrame("p1:share", card(7, 800, 600), 0);
    },
  },
  {
    name: "portrait",
    settings: { width: 360, height: 640 },
    build: (it) => people(it, 3),
  },
];

/** The canvas as it goes out; smaller if somebody sees it so. */
const seen = async (it: Compositor, reduction: number) => {
  if (reduction === 1) return pixelsOf(it.frame);
  const { width, height } = it;
  const whole = { x: 0, y: 0, width, height };
  const place = {
    ...whole,
    width: width / reduction,
    height: height / reduction,
  };
  const planes = planesOf(it.frame);
  const packed = Buffer.concat(
    planes.data.map((plane, at) => {
      const shift = at === 0 ? 0 : 1;
      const rows = Array.from({ length: height >> shift }, (_, row) =>
        plane.subarray(
          row * planes.strides[at]!,
          row * planes.strides[at]! + (width >> shift),
        ),
      );
      return Buffer.concat(rows);
    }),
  );
  const small = createCanvas(place.width, place.height);
  const scaler = createScaler(small.planes);
  await scaler.draw({ width, height, data: packed }, { crop: whole, place });
  scaler.close();
  const pixels = pixelsOf(small.frame);
  small.close();
  return pixels;
};

for (const { name, settings, build, at = 0, reduction = 1 } of LOOKS)
  test(`${name} looks as it should`, async (t) => {
    const it = compositorFor(t, { width: 640, height: 360, ...settings });
    it.setReduction(reduction);
    build(it);
    await it.compose(at);
    const off = await compareWithKept(
      name,
      await seen(it, reduction),
      TOLERANCE,
    );
    t.log(`${off.toFixed(1)} levels`);
    t.true(
      off <= TOLERANCE,
      `${off} levels: see test/pictures/${name}.now.png`,
    );
  });

test("a label that is missing, or another name, is noticed", async (t) => {
  const look = async (name: string, labels: "on" | "off") => {
    const it = compositorFor(t, { width: 640, height: 360, labels });
    addPerson(it, "p0", { name });
    it.putFrame("p0", solidPicture(640, 360, yuvOf(90, 120, 150)), 0);
    await it.compose(0);
    return pixelsOf(it.frame);
  };
  const ann = await look("Ann", "on");
  t.true(largestDifference(ann, await look("Ann", "on")) === 0);
  t.true(largestDifference(ann, await look("Ann", "off")) > 2 * TOLERANCE);
  t.true(largestDifference(ann, await look("Amy", "on")) > TOLERANCE);
});
