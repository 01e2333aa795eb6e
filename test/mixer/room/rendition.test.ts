/** Renditions with real encoders, sent through real legs, taken out of the packets again and decoded. */
import test, { type ExecutionContext } from "ava";
import type { Frame } from "node-av";
import { createCounters } from "../../../mixer/counters.js";
import type { I420Frame, VideoCodec } from "../../../mixer/media.js";
import type { RenditionOptions } from "../../../mixer/room/rendition-works.js";
import {
  createVideoRendition,
  type VideoRendition,
} from "../../../mixer/room/rendition.js";
import { rungsFor, type VideoRungName } from "../../../mixer/room/rungs.js";
import { createDownscaler } from "../../../mixer/video/downscale.js";
import { allocatePicture } from "../../../mixer/video/picture-frame.js";
import { depacketize } from "../../helpers/depacketize.js";
import { consecutive, openLeg } from "../../helpers/leg.js";
import {
  fillFrame,
  movingPicture,
  planesOf,
  psnr,
} from "../../helpers/picture.js";
import { openVideoDecoder } from "../../helpers/video-decoder.js";

const CODECS = ["h264", "vp8", "vp9", "av1"] as const;
const CANVAS = { width: 640, height: 360, fps: 30 };
const RUNGS = rungsFor(CANVAS);
const TICK = 1_000_000 / CANVAS.fps;

const canvas = allocatePicture(CANVAS.width, CANVAS.height).frame;
const paint = (index: number): Frame => {
  fillFrame(canvas, movingPicture(CANVAS.width, CANVAS.height, index));
  return canvas;
};

/** The picture of a frame that will be written again. */
const copyFrame = (frame: Frame): I420Frame => {
  const { width, height, data, strides } = planesOf(frame);
  const rows = data.flatMap((plane, at) => {
    const shift = at === 0 ? 0 : 1;
    return Array.from({ length: height >> shift }, (_, row) => {
      const start = row * strides[at]!;
      return plane.subarray(start, start + (width >> shift));
    });
  });
  return { width, height, data: Buffer.concat(rows) };
};

const open = (
  t: ExecutionContext,
  codec: VideoCodec,
  name: VideoRungName,
  more: Partial<RenditionOptions> = {},
): VideoRendition => {
  const rung = RUNGS.find((it) => it.name === name)!;
  const rendition = createVideoRendition(
    { codec, rung, canvas: CANVAS, encoder: "software", ...more },
    createCounters(),
  );
  t.teardown(() => rendition.close());
  return rendition;
};

/** Paced packets go out with the ticks of sound; here all at once. */
const pump = ({ leg }: ReturnType<typeof openLeg>): void => {
  const now = performance.now() * 1000;
  for (let n = 1; n < 200; n++) leg.tick(now + n * 20_000);
};

/** What is due of some ticks of a moving picture: packets on the leg, and what they should show. */
const encodeSome = async (rendition: VideoRendition) => {
  const { rung } = rendition;
  const opened = openLeg();
  rendition.stream.add(opened.leg);
  const step = Math.round(CANVAS.fps / rung.fps);
  const scaler = createDownscaler(CANVAS, rung);
  const originals: I420Frame[] = [];
  for (let tick = 0; tick < Math.max(24, 2 * step + 1); tick++) {
    const due = tick % step === 0;
    await rendition.encode(due ? paint(tick) : canvas, tick * TICK);
    if (!due) continue;
    originals.push(copyFrame(await scaler.scale(canvas)));
    pump(opened);
  }
  scaler.close();
  return { opened, originals };
};

const eachRung = CODECS.flatMap((codec) =>
  RUNGS.map((rung) => ({ codec, rung })),
);

for (const { codec, rung } of eachRung)
  test.serial(
    `${codec} ${rung.name}: what leaves decodes to the canvas in the rung's size and rate`,
    async (t) => {
      const { opened, originals } = await encodeSome(open(t, codec, rung.name));
      const pictures = depacketize(codec, opened.sent);
      const decoder = openVideoDecoder(codec);
      t.is(pictures.length, originals.length);
      const ratios = pictures.map(({ data }, n) => {
        const picture = decoder.decode(data)!;
        t.is(picture.width, rung.width);
        t.is(picture.height, rung.height);
        return psnr(picture, originals[n]!);
      });
      decoder.close();
      t.log(`worst ${Math.min(...ratios).toFixed(1)} dB`);
      t.true(Math.min(...ratios) > 24, `${ratios}`);
      t.true(consecutive(opened.sequences()));
    },
  );

const WALK = ["360p", "180p", "slides", "180p", "360p"] as const;
const STAY = 24;

/** One leg over the rungs, in real time: key frames are spaced by it. */
const walk = async (t: ExecutionContext, codec: VideoCodec) => {
  const opened = openLeg();
  const renditions = RUNGS.map(({ name }) => open(t, codec, name));
  const start = performance.now() * 1000;
  for (let tick = 0; tick < WALK.length * STAY; tick++) {
    const name = WALK[Math.floor(tick / STAY)];
    renditions.find(({ rung }) => rung.name === name)!.stream.add(opened.leg);
    const frame = paint(tick);
    const pts = start + tick * TICK;
    const wait = pts / 1000 - performance.now();
    if (wait > 0) await new Promise((go) => setTimeout(go, wait));
    for (const rendition of renditions)
      if (rendition.wanted) await rendition.encode(frame, pts);
    opened.leg.tick(performance.now() * 1000);
  }
  pump(opened);
  return { opened, renditions };
};

for (const codec of CODECS)
  test.serial(
    `${codec}: one decoder is fed over rungs, down and up again, without an error`,
    async (t) => {
      const { opened, renditions } = await walk(t, codec);
      const pictures = depacketize(codec, opened.sent);
      const decoder = openVideoDecoder(codec);
      const heights = pictures.map(({ data }) => decoder.decode(data)?.height);
      decoder.close();
      const changes = heights.filter((it, n) => it !== heights[n - 1]);
      t.log(`${pictures.length} pictures: ${changes}`);
      t.deepEqual(changes.slice(0, 2), [360, 180]);
      t.is(changes.at(-1), 360);
      t.false(heights.includes(undefined));
      t.true(consecutive(opened.sequences()));
      const times = pictures.map(({ timestamp }) => timestamp);
      t.true(times.every((it, n) => n === 0 || it > times[n - 1]!));
      t.deepEqual(
        renditions.map(({ stream }) => stream.legs.length),
        [1, 0, 0],
      );
    },
  );

test.serial(
  "moving rungs take every n-th picture of the canvas, also when it comes at half its rate",
  async (t) => {
    const counters = createCounters();
    const rung = RUNGS.find(({ name }) => name === "180p")!;
    const options = { codec: "h264", rung, canvas: CANVAS } as const;
    const rendition = createVideoRendition(options, counters);
    t.teardown(() => rendition.close());
    for (let tick = 0; tick < 30; tick++)
      await rendition.encode(canvas, tick * TICK + (tick % 3) * 900);
    t.is(counters.framesEncoded, 15);
    for (let tick = 30; tick < 60; tick += 2)
      await rendition.encode(canvas, tick * TICK);
    t.is(counters.framesEncoded, 30);
  },
);

test.serial(
  "a still is at most 80 kbit, in every codec that everybody has",
  async (t) => {
    for (const codec of ["h264", "vp8"] as const) {
      const rendition = open(t, codec, "slides");
      const sizes: number[] = [];
      rendition.addSink((unit) => {
        t.true(unit.key);
        sizes.push(unit.data.length);
      });
      for (let still = 0; still < 5; still++)
        await rendition.encode(paint(still * 60), still * 2_000_000);
      t.log(`${codec}: ${sizes.join(", ")} bytes`);
      t.is(sizes.length, 5);
      // Rate control may overdraw one for the next.
      t.true(sizes.reduce((sum, it) => sum + it) / 5 < 12_500, `${sizes}`);
      t.true(Math.max(...sizes) < 17_000, `${sizes}`);
    }
  },
);

test.serial(
  "the last moving rung follows the narrowest line that reads it, and others do not",
  async (t) => {
    for (const [name, squeezed] of [
      ["180p", true],
      ["360p", false],
    ] as const) {
      const rendition = open(t, "h264", name);
      const { leg } = openLeg();
      leg.allowance = 60_000;
      rendition.stream.add(leg);
      let bytes = 0;
      rendition.stream.add(openLeg().leg);
      rendition.addSink(() => undefined);
      for (let tick = 0; tick < 5; tick++)
        await rendition.encode(paint(tick), tick * TICK);
      rendition.release();
      const alone = open(t, "h264", name);
      alone.stream.add(leg);
      const before = alone.stream.history.head;
      for (let tick = 0; tick < 90; tick++)
        await alone.encode(paint(tick), tick * TICK);
      for (let at = before; at < alone.stream.history.head; at++)
        bytes += alone.stream.history.at(at)!.length - 24;
      const rate = (8 * bytes) / 3;
      t.log(`${name}: ${Math.round(rate / 1000)} kbit/s`);
      t.is(rate < 75_000, squeezed);
    }
  },
);

test.serial(
  "a named encoder that is not there is replaced by software, and said so",
  async (t) => {
    const reasons: string[] = [];
    const rendition = open(t, "h264", "360p", {
      encoder: "nvenc",
      onFallback: (reason) => reasons.push(reason),
    });
    t.is(rendition.encoderName, undefined);
    await rendition.encode(paint(0), 0);
    t.is(rendition.encoderName, "libx264");
    t.is(reasons.length, 1);
    t.regex(reasons[0]!, /^h264_nvenc cannot open: /);
    rendition.release();
    t.is(rendition.encoderName, undefined);
  },
);
