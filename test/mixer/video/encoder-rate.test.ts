/** What encoders send of pictures that are not made in time, as on a busy machine: the line does not get wider by it. */
import test from "ava";
import type { VideoCodec } from "../../../mixer/media.js";
import { createVideoEncoder } from "../../../mixer/video/encoder.js";
import { createEvenTime } from "../../../mixer/video/even-time.js";
import { allocatePicture } from "../../../mixer/video/picture-frame.js";
import { fillFrame, movingPicture } from "../../helpers/picture.js";

const SIZE = { width: 320, height: 180 };
const FPS = 30;
const FRAME = 1_000_000 / FPS;
const BITRATE = 200_000;
const SECONDS = 6;

/** Of ten ticks these make a picture. */
const PATTERNS = {
  all: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  "seven of ten": [0, 2, 3, 5, 6, 8, 9],
  "every second": [0, 2, 4, 6, 8],
};

/** Always new: there is no end to what it could use. */
const noisy = (index: number) => {
  const picture = movingPicture(SIZE.width, SIZE.height, index);
  let state = index + 1;
  for (let at = 0; at < SIZE.width * SIZE.height; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    picture.data[at]! += state >>> 27;
  }
  return picture;
};

/** Bits per second after the first two seconds. */
const rateOf = async (
  codec: VideoCodec,
  made: readonly number[],
): Promise<number> => {
  const options = { codec, ...SIZE, fps: FPS, bitrate: BITRATE };
  const encoder = createVideoEncoder(options);
  const { frame } = allocatePicture(SIZE.width, SIZE.height);
  let bytes = 0;
  for (let tick = 0; tick < SECONDS * FPS; tick++) {
    if (!made.includes(tick % 10)) continue;
    fillFrame(frame, noisy(tick));
    const pts = Math.round(tick * FRAME);
    const unit = await encoder.encode(frame, pts, { key: false });
    if (tick >= 2 * FPS) bytes += unit?.data.length ?? 0;
  }
  encoder.close();
  return (8 * bytes) / (SECONDS - 2);
};

for (const codec of ["h264", "vp8", "vp9"] as const)
  for (const [name, made] of Object.entries(PATTERNS))
    test(`${codec}: ${name} pictures take no more than the rate`, async (t) => {
      const rate = await rateOf(codec, made);
      t.log(`${Math.round(rate / 1000)} kbit/s`);
      t.true(rate < 1.15 * BITRATE);
      t.true(rate > 0.4 * BITRATE);
    });

test("even times go on as fast as what is so, in steps that hardly differ", (t) => {
  const tell = createEvenTime(FPS);
  const ticks = Array.from({ length: 300 }, (_, tick) => tick).filter((tick) =>
    PATTERNS["seven of ten"].includes(tick % 10),
  );
  const told = ticks.map((tick) => tell(tick * FRAME));
  const steps = told.slice(50).map((time, n) => time - told[n + 49]!);
  t.true(Math.max(...steps) / Math.min(...steps) < 1.25);
  const passed = told.at(-1)! - told[50]!;
  t.true(Math.abs(passed / ((ticks.at(-1)! - ticks[50]!) * FRAME) - 1) < 0.02);
});

test("a stall does not count as a slow rate for long", (t) => {
  const tell = createEvenTime(FPS);
  const lead = Array.from({ length: 31 }, (_, n) => tell(n * FRAME));
  const stalled = 30 * FRAME + 10_000_000;
  t.true(tell(stalled) - lead.at(-1)! < 2 * FRAME);
  const rest = Array.from({ length: 32 }, (_, n) =>
    tell(stalled + (n + 1) * FRAME),
  );
  t.true(Math.abs((rest[31]! - rest[30]!) / FRAME - 1) < 0.02);
});
