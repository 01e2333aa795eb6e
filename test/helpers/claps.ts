/** Claps: a flash and a beep that were made at the same moment, and where they are seen and heard in a file. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { median } from "./median.js";

const run = promisify(execFile);
const MAX_BYTES = 2 ** 30;
const RATE = 16_000;
/** Of the average brightness of the whole picture, from one to the next: what a flash in one tile of six exceeds. */
const FLASH = 10;
/** Of the usual beep: what is weaker is another sound's click, in a second in which the clapper is muted. */
const LEAST_BEEP = 0.25;
/** Where a clap is looked for, in seconds after it was made. */
const EARLIEST = -0.15;
const LATEST = 0.6;

type Picture = { time: number; luma: number };

const readPictures = async (file: string): Promise<Picture[]> => {
  const look =
    "scale=2:2:flags=area,format=yuv420p,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-";
  const { stdout } = await run(
    "ffmpeg",
    [
      ...["-v", "error", "-i", file, "-an", "-fps_mode", "passthrough"],
      ...["-enc_time_base", "-1", "-vf", look, "-f", "null", "/dev/null"],
    ],
    { maxBuffer: MAX_BYTES },
  );
  const shown: Picture[] = [];
  for (const line of stdout.split("\n")) {
    const [, time] = /pts_time:(\S+)/.exec(line) ?? [];
    if (time !== undefined) shown.push({ time: Number(time), luma: 0 });
    const [, luma] = /YAVG=(\S+)/.exec(line) ?? [];
    if (luma !== undefined) shown.at(-1)!.luma = Number(luma);
  }
  return shown;
};

const readSound = async (file: string): Promise<Int16Array> => {
  const { stdout } = await run(
    "ffmpeg",
    [
      ...["-v", "error", "-i", file, "-vn", "-ac", "1"],
      ...["-af", "aresample=async=1:min_hard_comp=0.005:first_pts=0"],
      ...["-ar", String(RATE), "-f", "s16le", "-"],
    ],
    { maxBuffer: MAX_BYTES, encoding: "buffer" },
  );
  return new Int16Array(
    stdout.buffer.slice(
      stdout.byteOffset,
      stdout.byteOffset + (stdout.length & ~1),
    ),
  );
};

/** Samples around each, over which a tone's strength is taken: 5 ms. */
const WINDOW = RATE / 200;

/** How strong a tone is at each sample from `from` on, 0 to 1. */
const strengths = (
  samples: Int16Array,
  hz: number,
  from: number,
  count: number,
): Float64Array => {
  const found = new Float64Array(count);
  let [real, imaginary] = [0, 0];
  const add = (at: number, sign: number): void => {
    const angle = (2 * Math.PI * hz * at) / RATE;
    const value = (sign * (samples[at] ?? 0)) / 32_768;
    real += value * Math.cos(angle);
    imaginary += value * Math.sin(angle);
  };
  const half = WINDOW / 2;
  for (let at = from - half; at < from + half; at++) add(at, 1);
  for (let index = 0; index < count; index++) {
    found[index] = (2 * Math.hypot(real, imaginary)) / WINDOW;
    add(from + index - half, -1);
    add(from + index + half, 1);
  }
  return found;
};

type Beep = { strength: number; begins: number };

/** The beep that is to be there at about `at`: it begins where its strength is half of what it becomes. */
const beepNear = (samples: Int16Array, hz: number, at: number): Beep => {
  const from = Math.max(0, Math.round((at + EARLIEST) * RATE));
  const found = strengths(samples, hz, from, (LATEST - EARLIEST) * RATE);
  const strength = found.reduce((top, it) => Math.max(top, it), 0);
  const begins = found.findIndex((it) => it > strength / 2);
  return { strength, begins: (from + begins) / RATE };
};

const flashNear = (
  shown: readonly Picture[],
  at: number,
): number | undefined => {
  let best: { time: number; rise: number } | undefined;
  const first = shown.findIndex(({ time }) => time >= at + EARLIEST);
  for (let index = Math.max(1, first); index < shown.length; index++) {
    const { time, luma } = shown[index]!;
    if (first < 0 || time > at + LATEST) break;
    const rise = luma - shown[index - 1]!.luma;
    if (rise > FLASH && rise > (best?.rise ?? 0)) best = { time, rise };
  }
  return best?.time;
};

/** When it was made, for the ear and for the eye: seconds of the file's time. */
export type Made = { heard: number; seen: number };

/** How long after it was made a clap is heard and seen, in ms, as far as it is. */
export type Found = { made: number; heard?: number; seen?: number };

/** Claps by a tone of `hz`; those at the very beginning and end are left out. */
export const findClaps = async (
  file: string,
  claps: readonly Made[],
  hz: number,
): Promise<Found[]> => {
  const [shown, samples] = await Promise.all([
    readPictures(file),
    readSound(file),
  ]);
  const end = samples.length / RATE;
  const inside = claps.filter(
    ({ heard }) => heard >= 0 && heard <= end - LATEST,
  );
  const beeps = inside.map(({ heard }) => beepNear(samples, hz, heard));
  const least = LEAST_BEEP * median(beeps.map(({ strength }) => strength));
  return inside.map(({ heard, seen }, index) => {
    const { strength, begins } = beeps[index]!;
    const flash = flashNear(shown, seen);
    return {
      made: heard,
      heard: strength < least ? undefined : (begins - heard) * 1_000,
      seen: flash === undefined ? undefined : (flash - seen) * 1_000,
    };
  });
};

/** By how many ms each clap is heard later than it is seen. */
export const offsetsOf = (found: readonly Found[]): number[] =>
  found.flatMap(({ heard, seen }) =>
    heard === undefined || seen === undefined ? [] : [heard - seen],
  );
