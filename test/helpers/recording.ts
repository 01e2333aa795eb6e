/** A recorder fed with flashes and beeps. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  setImmediate as turn,
  setTimeout as delay,
} from "node:timers/promises";
import type { RecordingFormat } from "../../mixer/contract.js";
import type { Micros } from "../../mixer/media.js";
import { startRecorder } from "../../mixer/output/recorder.js";
import type {
  Recorder,
  RecorderOptions,
  RecorderStatus,
} from "../../mixer/output/recorder.js";
import { partName } from "../../mixer/output/work.js";
import { beeps, flashes, outerBoxes } from "./probe.js";
import { SIZE, type FlashBeep, type TimedUnit } from "./flash-beep.js";

export type Recording = {
  recorder: Recorder;
  directory: string;
  statuses: RecorderStatus[];
  /** How often a key frame was asked for. */
  keys(): number;
  /** Resolves with the next status. */
  nextStatus(): Promise<RecorderStatus>;
};

export const record = async (
  directory: string,
  media: FlashBeep,
  options: Partial<RecorderOptions> = {},
): Promise<Recording> => {
  const statuses: RecorderStatus[] = [];
  let keys = 0;
  let tell: (status: RecorderStatus) => void = () => undefined;
  const recorder = await startRecorder({
    directory,
    recording: "call",
    format: "mp4",
    video: SIZE,
    audio: media.audio,
    onStatus: (status) => {
      statuses.push(status);
      tell(status);
    },
    requestKey: () => keys++,
    ...options,
  });
  const nextStatus = () =>
    new Promise<RecorderStatus>((resolve) => {
      tell = resolve;
    });
  return { recorder, directory, statuses, nextStatus, keys: () => keys };
};

/** Hands units over as fast as they are taken, `shift` later than they were encoded for. */
export const feed = async (
  recorder: Recorder,
  units: readonly TimedUnit[],
  shift: Micros = 0,
): Promise<void> => {
  for (const { kind, unit } of units) {
    const shifted = { ...unit, pts: unit.pts + shift };
    if (kind === "video") recorder.writeVideo(shifted);
    else recorder.writeAudio(shifted);
    await turn();
  }
};

/** Hands units over in their real time, `zero` being when (performance.now(), in us) pts 0 is due. */
export const feedLive = async (
  recorder: Recorder,
  units: readonly TimedUnit[],
  zero: Micros,
): Promise<void> => {
  for (const timed of units) {
    const wait = (zero + timed.unit.pts) / 1_000 - performance.now();
    if (wait > 1) await delay(wait);
    await feed(recorder, [timed], zero);
  }
};

/** The process that writes a part. */
export const writerOf = async (
  directory: string,
  part = 0,
  format: RecordingFormat = "mp4",
): Promise<number> => {
  const name = `${partName(part, format)}.json`;
  for (;;) {
    try {
      const note = await readFile(join(directory, ".call", name), "utf8");
      return (JSON.parse(note) as { pid: number }).pid;
    } catch {
      await delay(10);
    }
  }
};

export const between = (
  units: readonly TimedUnit[],
  from: number,
  to: number,
): TimedUnit[] =>
  units.filter(({ unit }) => unit.pts >= from * 1e6 && unit.pts < to * 1e6);

/** Lip-sync that nobody notices, in seconds; a picture lasts 33 ms and an AAC frame 21 ms. */
const SYNC = 0.04;

/** When flash and beep came together (seconds), and those of either kind that came alone. */
export const synchronous = async (
  file: string,
): Promise<{ together: number[]; alone: number[] }> => {
  const [seen, heard] = await Promise.all([flashes(file), beeps(file)]);
  const pairs = (time: number, others: number[]) =>
    others.some((other) => Math.abs(other - time) < SYNC);
  return {
    together: seen.filter((time) => pairs(time, heard)),
    alone: [
      ...seen.filter((time) => !pairs(time, heard)),
      ...heard.filter((time) => !pairs(time, seen)),
    ],
  };
};

/** Asks again and again, for what has no event (another process wrote to a file). */
export const until = async (
  holds: () => boolean | Promise<boolean>,
): Promise<void> => {
  while (!(await holds())) await delay(10);
};

const CLUSTER = Buffer.from("1f43b675", "hex");
const clustersOf = async (path: string): Promise<number> => {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  let count = 0;
  for (let at = bytes.indexOf(CLUSTER); at >= 0; count++)
    at = bytes.indexOf(CLUSTER, at + 4);
  return count;
};

/** How many fragments (half seconds) of a part are in its file. */
export const fragmentsOf = async (
  directory: string,
  part = "part-000.mp4",
): Promise<number> => {
  const path = join(directory, ".call", part);
  // A cluster is half a second, too; each begins with its id.
  if (part.endsWith(".mkv")) return clustersOf(path);
  const boxes = await outerBoxes(path).catch(() => []);
  return boxes.filter((type) => type === "mdat").length;
};
