import { setTimeout } from "node:timers/promises";
import type { LayoutName } from "../../mixer/contract.js";
import type { I420Frame, VideoCodec } from "../../mixer/media.js";
import {
  createCompositor,
  type Compositor,
} from "../../mixer/video/compositor.js";
import { createVideoEncoder } from "../../mixer/video/encoder.js";
import { addPerson, MOVED } from "../helpers/canvas.js";
import { movingPicture } from "../helpers/picture.js";
import { MAIN_VIEW } from "../helpers/view-settings.js";
import { measure, show, type Cost } from "./cost.js";
import { crowd } from "./crowd.js";
import { gstreamer, xstack } from "./rivals.js";

const SIZE = { width: 1280, height: 720 };
const FPS = 30;
const FRAME = 1e6 / FPS;
/** Seconds of add, remove, compose and encode. */
const SOAK_SECONDS = 60;
const NAME = { name: "Ann Smith" };

const cameras = (width: number, height: number): I420Frame[] =>
  Array.from({ length: 8 }, (_, index) => movingPicture(width, height, index));

const fill = (
  compositor: Compositor,
  count: number,
  pictures: I420Frame[],
  now: number,
): void => {
  for (let at = 0; at < count; at++) {
    const picture = pictures[(at + Math.round(now / FRAME)) % pictures.length]!;
    compositor.putFrame(`${at}`, picture, now);
  }
};

const withSources = (count: number): Compositor => {
  const compositor = createCompositor({ view: "main", settings: MAIN_VIEW });
  for (let at = 0; at < count; at++) addPerson(compositor, `${at}`, NAME);
  return compositor;
};

const composing = async (
  count: number,
  width: number,
  height: number,
): Promise<void> => {
  const compositor = withSources(count);
  const pictures = cameras(width, height);
  const compose = (index: number) => {
    fill(compositor, count, pictures, index * FRAME);
    return compositor.compose(index * FRAME);
  };
  await measure(30, compose);
  const cost = await measure(300, compose);
  show(`compose ${count} x ${width}x${height}, all changed`, cost);
  const idle = await measure(3000, () => compositor.compose(330 * FRAME));
  show(`compose ${count} x ${width}x${height}, none changed`, idle);
  compositor.close();
};

/** Frames of a move at this rate, with the one that ends it. */
const MOVING_FRAMES = Math.ceil(MOVED / FRAME);

/** Changes the layout to and fro: what a picture costs while the tiles move, and the longest that one took. */
const moving = async (
  count: number,
  layouts: readonly [LayoutName, LayoutName],
): Promise<void> => {
  const compositor = withSources(count);
  const pictures = cameras(640, 360);
  const total = { cpu: 0, wall: 0 };
  let longest = 0;
  let pictureNumber = 0;
  const compose = async (): Promise<void> => {
    const now = pictureNumber++ * FRAME;
    fill(compositor, count, pictures, now);
    const { cpu, wall } = await measure(1, () => compositor.compose(now));
    total.cpu += cpu;
    total.wall += wall;
    longest = Math.max(longest, wall);
    // In real time: labels for where the tiles will rest are made between the pictures.
    await setTimeout(Math.max(0, FRAME / 1000 - wall));
  };
  const rounds = 12;
  for (let round = 0; round < rounds; round++) {
    if (round < 2) total.cpu = total.wall = longest = 0;
    compositor.setSettings({ ...MAIN_VIEW, layout: layouts[round % 2]! });
    for (let frame = 0; frame < MOVING_FRAMES; frame++) await compose();
  }
  const frames = (rounds - 1) * MOVING_FRAMES;
  show(
    `move ${count} x 640x360, ${layouts.join(" to ")}, longest ${longest.toFixed(1)} ms`,
    { cpu: total.cpu / frames, wall: total.wall / frames },
  );
  compositor.close();
};

const encoding = async (codec: VideoCodec, threads: number): Promise<void> => {
  const compositor = withSources(9);
  const pictures = cameras(640, 360);
  const options = { ...SIZE, codec, fps: FPS, bitrate: 1_500_000, threads };
  const encoder = createVideoEncoder(options);
  let cost: Cost = { cpu: 0, wall: 0 };
  let bytes = 0;
  const count = 240;
  for (let index = 0; index < count; index++) {
    const now = Math.round(index * FRAME);
    fill(compositor, 9, pictures, now);
    await compositor.compose(now);
    const one = await measure(1, async () => {
      const unit = await encoder.encode(compositor.frame, now, { key: false });
      bytes += unit?.data.length ?? 0;
    });
    cost = {
      cpu: cost.cpu + one.cpu / count,
      wall: cost.wall + one.wall / count,
    };
  }
  const rate = Math.round((bytes * 8) / (count / FPS) / 1000);
  show(`encode ${codec} 720p, ${threads} thread(s), ${rate} kbit/s`, cost);
  encoder.close();
  compositor.close();
};

const pictureFile = async (): Promise<void> => {
  const compositor = withSources(9);
  fill(compositor, 9, cameras(640, 360), 0);
  await compositor.compose(0);
  const { length } = await compositor.jpeg();
  show(
    `JPEG of 720p, ${length} bytes`,
    await measure(50, () => compositor.jpeg()),
  );
  compositor.close();
};

const soakRound = async (
  round: number,
  pictures: I420Frame[],
): Promise<void> => {
  const compositor = withSources(9);
  const codec = round % 2 === 0 ? "h264" : "vp8";
  const encoder = createVideoEncoder({
    ...SIZE,
    codec,
    fps: FPS,
    bitrate: 1_500_000,
  });
  for (let index = 0; index < 12; index++) {
    const now = Math.round(index * FRAME);
    fill(compositor, 9, pictures, now);
    compositor.removeSource(`${index % 9}`);
    const name = `Guest ${round} ${index}`;
    addPerson(compositor, `${index % 9}`, { name });
    const running = compositor.compose(now);
    compositor.updateSource("3", { muted: index % 2 === 0 });
    await running;
    await encoder.encode(compositor.frame, now, { key: index % 5 === 0 });
  }
  await compositor.jpeg();
  encoder.close();
  compositor.close();
};

const soak = async (): Promise<void> => {
  const sizes = [cameras(640, 360), cameras(322, 180), cameras(360, 640)];
  const start = performance.now();
  let told = 0;
  for (let round = 0; ; round++) {
    const seconds = (performance.now() - start) / 1000;
    if (seconds >= told) {
      const rss = process.memoryUsage.rss() / 2 ** 20;
      console.log(`soak ${told} s, ${round} rooms: RSS ${rss.toFixed(0)} MB`);
      told += SOAK_SECONDS / 6;
    }
    if (seconds > SOAK_SECONDS) return;
    await soakRound(round, sizes[round % sizes.length]!);
  }
};

/** Prints what the picture costs: composing, encoding, JPEG, and memory over a minute of coming and going. */
export const run = async (): Promise<void> => {
  await composing(9, 640, 360);
  await composing(25, 640, 360);
  await composing(49, 320, 180);
  await composing(9, 1280, 720);
  for (const count of [9, 25]) {
    await moving(count, ["speaker", "grid"]);
    await moving(count, ["pip", "side-by-side"]);
  }
  await xstack();
  await gstreamer();
  for (const codec of ["h264", "vp8"] as const)
    for (const threads of [1, 2]) await encoding(codec, threads);
  await pictureFile();
  await crowd();
  await soak();
};
