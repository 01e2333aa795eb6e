import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { I420Frame, VideoCodec } from "../../mixer/media.js";
import {
  createCompositor,
  type Compositor,
} from "../../mixer/video/compositor.js";
import { createVideoEncoder } from "../../mixer/video/encoder.js";
import { movingPicture } from "../helpers/picture.js";

const SIZE = { width: 1280, height: 720 };
const FPS = 30;
const FRAME = 1e6 / FPS;
/** Seconds of add, remove, compose and encode. */
const SOAK_SECONDS = 60;
const PERSON = { name: "Ann Smith", camera: true, muted: false };

type Cost = { cpu: number; wall: number };

/** Milliseconds of CPU (all threads) and of waiting, for each call. */
const measure = async (
  count: number,
  run: (index: number) => Promise<unknown>,
): Promise<Cost> => {
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let index = 0; index < count; index++) await run(index);
  const used = process.cpuUsage(cpu);
  return {
    cpu: (used.user + used.system) / 1000 / count,
    wall: (performance.now() - start) / count,
  };
};

const show = (what: string, { cpu, wall }: Cost): void =>
  console.log(
    `${what.padEnd(52)} ${cpu.toFixed(2).padStart(7)} ms CPU ${wall.toFixed(2).padStart(7)} ms wall`,
  );

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
  const compositor = createCompositor(SIZE);
  for (let at = 0; at < count; at++) compositor.addSource(`${at}`, PERSON);
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

/** The same nine pictures, scaled and stacked by the ffmpeg program; undefined where it is not installed. */
const xstack = async (): Promise<void> => {
  const frames = 300;
  const inputs = Array.from(
    { length: 9 },
    (_, at) => `[${at}:v]scale=416:234[v${at}]`,
  );
  const names = Array.from({ length: 9 }, (_, at) => `[v${at}]`).join("");
  const places = [0, 416, 832].flatMap((y) =>
    [0, 416, 832].map((x) => `${x}_${Math.round((y * 234) / 416)}`),
  );
  const graph = `${inputs.join(";")};${names}xstack=inputs=9:layout=${places.join("|")}`;
  const source = ["-f", "lavfi", "-i", "color=red:size=640x360:rate=30"];
  const run = promisify(execFile);
  try {
    const { stderr } = await run("ffmpeg", [
      ...["-benchmark", "-nostdin", "-hide_banner"],
      ...Array.from({ length: 9 }, () => source).flat(),
      ...[
        "-filter_complex",
        graph,
        "-frames:v",
        `${frames}`,
        "-f",
        "null",
        "-",
      ],
    ]);
    const [, user, system, real] =
      /utime=([\d.]+)s stime=([\d.]+)s rtime=([\d.]+)s/.exec(stderr)!;
    const each = (seconds: string) => (Number(seconds) * 1000) / frames;
    const cpu = each(user!) + each(system!);
    show("ffmpeg program, scale + xstack of 9 solid pictures", {
      cpu,
      wall: each(real!),
    });
  } catch {
    console.log("ffmpeg program: not installed, not compared");
  }
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
    compositor.addSource(`${index % 9}`, {
      ...PERSON,
      name: `Guest ${round} ${index}`,
    });
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
  await composing(9, 1280, 720);
  await xstack();
  for (const codec of ["h264", "vp8"] as const)
    for (const threads of [1, 2]) await encoding(codec, threads);
  await pictureFile();
  await soak();
};
