/** From units to parts: which part a unit goes to, when a part begins, and what happens when its ffmpeg dies. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { wallTime } from "../clock.js";
import type { EncodedUnit, Micros } from "../media.js";
import { PICTURE_CODECS } from "./codecs.js";
import { DISK_FULL, saysDiskFull } from "./disk.js";
import type { FfmpegEnd } from "../ffmpeg.js";
import { startPart, type Part } from "./part.js";
import type { RecorderOptions } from "./options.js";
import { noRestarts, writerDied, writerStarted } from "./restart.js";
import { FORMATS } from "./formats.js";
import { createStitch, type Picture, type Stitch } from "./stitch.js";
import { lengthOf, partName, pathsOf, sealPart } from "./work.js";

/** A part that is being written, and its time zero (microseconds since 1970). */
export type Open = {
  number: number;
  startedAt: Micros;
  part: Part;
  stitch: Stitch;
};

export type Phase =
  /** The next key frame (or, in sound alone, the next unit) opens a part. */
  | { is: "waiting" }
  | { is: "writing"; open: Open }
  /** ffmpeg is behind; a key frame after it has caught up goes on. */
  | { is: "skipping"; open: Open }
  /** The dead part is being closed. */
  | { is: "restarting" }
  | { is: "paused" }
  | { is: "ended" };

export type Writer = {
  readonly options: RecorderOptions;
  readonly counters: { droppedUnits: number; restarts: number };
  readonly restarts: ReturnType<typeof noRestarts>;
  phase: Phase;
  nextPart: number;
  /** Where the parts so far end; undefined before the first one. */
  endedAt: Micros | undefined;
  /** Added to wall time, so that time goes on from the parts so far. */
  shift: Micros;
  /** The next part follows without a hole: they are paused in between. */
  joined: boolean;
  /** What is wished; the phase follows when nothing is being closed. */
  paused: boolean;
  /** Sound that came before the key frame of its time: it is encoded faster than pictures. The oldest go first. */
  readonly early: EncodedUnit[];
  keyAskedAt: Micros;
  keyAt: Micros;
  /** What is being closed; never rejects. */
  closing: Promise<void>;
  readonly abort: AbortController;
};

/** A longer pause (the server was down) is closed up to a minute: nobody wants to watch it. */
const LONGEST_PAUSE: Micros = 60_000_000;
/** A second of sound; a key frame that takes longer is asked for again, and the sound's hole is filled. */
const MAX_EARLY = 48;
/** The encoder makes at most one key frame a second for those who ask. */
const KEY_EVERY: Micros = 1_000_000;
/** Players seek to key frames; the encoder makes them only for who asks. Asked for when there was none for so long. */
const SEEK_STEP: Micros = 10_000_000;

/** What is there already: the number of the next part, and how time goes on. */
export type Earlier = Pick<Writer, "nextPart"> &
  Partial<Pick<Writer, "endedAt" | "shift" | "joined">>;

export const createWriter = (
  options: RecorderOptions,
  { nextPart, endedAt, shift = 0, joined = false }: Earlier,
): Writer => ({
  options,
  counters: { droppedUnits: 0, restarts: 0 },
  restarts: noRestarts(),
  phase: { is: "waiting" },
  nextPart,
  endedAt,
  shift,
  joined,
  paused: false,
  early: [],
  keyAskedAt: -Infinity,
  keyAt: 0,
  closing: Promise.resolve(),
  abort: new AbortController(),
});

const hasPicture = ({ options }: Writer): boolean =>
  FORMATS[options.format].picture !== undefined;

const timeOf = (writer: Writer, pts: Micros): Micros =>
  Math.round(wallTime(pts) * 1_000) + writer.shift;

const askKey = (writer: Writer, pts: Micros): void => {
  if (pts - writer.keyAskedAt < KEY_EVERY) return;
  writer.keyAskedAt = pts;
  writer.options.requestKey();
};

/** What comes before the first part is not lost, it is before the recording. */
const drop = (writer: Writer): void => {
  if (writer.endedAt !== undefined || writer.phase.is === "skipping")
    writer.counters.droppedUnits++;
};

const putVideo = (writer: Writer, open: Open, unit: EncodedUnit): void => {
  const time = timeOf(writer, unit.pts) - open.startedAt;
  for (const bytes of open.stitch.video(unit.data, unit.key, time))
    open.part.write(bytes);
  if (unit.key) writer.keyAt = unit.pts;
  else if (unit.pts - writer.keyAt >= SEEK_STEP) askKey(writer, unit.pts);
};

const putAudio = (writer: Writer, open: Open, unit: EncodedUnit): void => {
  const time = timeOf(writer, unit.pts) - open.startedAt;
  for (const bytes of open.stitch.audio(unit.data, time))
    open.part.write(bytes);
};

/** Writes the unit that opens or goes on with a part, and the sound that waited for it. */
const goOn = (writer: Writer, open: Open, first: EncodedUnit): void => {
  writer.phase = { is: "writing", open };
  if (!hasPicture(writer)) return putAudio(writer, open, first);
  putVideo(writer, open, first);
  for (const unit of writer.early.splice(0))
    if (unit.pts >= first.pts) putAudio(writer, open, unit);
    else drop(writer);
};

/** Where in the recording's time a part that begins with this unit begins, after the parts so far. */
const timesOf = (writer: Writer, first: EncodedUnit) => {
  const wall = timeOf(writer, first.pts);
  const from = writer.endedAt ?? wall;
  const longest = writer.joined ? 0 : LONGEST_PAUSE;
  const time = Math.min(Math.max(wall, from), from + longest);
  writer.joined = false;
  writer.shift += time - wall;
  return { from, time };
};

const openPart = (
  writer: Writer,
  first: EncodedUnit,
  picture?: Picture,
): void => {
  const { options } = writer;
  const { from, time } = timesOf(writer, first);
  const number = writer.nextPart++;
  const path = join(pathsOf(options).folder, partName(number, options.format));
  const stitch = createStitch(options.audio, picture);
  const pause = stitch.silence(time - from);
  // Without silence before it, the part begins with its first unit.
  const startedAt = pause.length > 0 ? from : time;
  const part = startPart(path, FORMATS[options.format].part, {
    startedAt,
    shift: writer.shift,
  });
  const open = { number, startedAt, part, stitch };
  writerStarted(writer.restarts, performance.now());
  part.write(stitch.head);
  for (const bytes of pause) part.write(bytes);
  goOn(writer, open, first);
  // From here on what is dropped is missed.
  writer.endedAt = startedAt;
  void part.ended.then((end) => {
    if (openOf(writer.phase) === open)
      writer.closing = revive(writer, open, end);
  });
};

export const openOf = (phase: Phase): Open | undefined =>
  phase.is === "writing" || phase.is === "skipping" ? phase.open : undefined;

/** After the death of an ffmpeg: closes its part and gets ready for the next one, or gives up. */
const revive = async (
  writer: Writer,
  { number, startedAt }: Open,
  end: FfmpegEnd,
): Promise<void> => {
  writer.phase = { is: "restarting" };
  writer.early.length = 0;
  if (saysDiskFull(end.errors)) return giveUp(writer, DISK_FULL);
  const wait = writerDied(writer.restarts, performance.now());
  const why = end.message || "ffmpeg ended by itself";
  if (wait === undefined)
    return giveUp(writer, `The recording has failed too often: ${why}`);
  writer.counters.restarts++;
  writer.options.onStatus({
    state: "recording",
    reason: `The recording was interrupted and goes on: ${why}`,
  });
  try {
    const sealed = await sealPart(writer.options, number);
    if (sealed) writer.endedAt = startedAt + (await lengthOf(sealed));
    await delay(wait, undefined, { signal: writer.abort.signal });
  } catch (error) {
    if (!writer.abort.signal.aborted) return giveUp(writer, sentence(error));
  }
  if (writer.abort.signal.aborted) return;
  writer.phase = { is: writer.paused ? "paused" : "waiting" };
  if (!writer.paused) writer.options.requestKey();
};

export const sentence = (error: unknown): string =>
  `The recording has failed: ${error instanceof Error ? error.message : String(error)}`;

const giveUp = (writer: Writer, reason: string): void => {
  writer.phase = { is: "ended" };
  writer.early.length = 0;
  writer.abort.abort();
  writer.options.onStatus({ state: "failed", reason });
};

/** Ends the recording for good; what was written is kept. Does nothing when it has ended. */
export const fail = (writer: Writer, reason: string): void => {
  const open = openOf(writer.phase);
  if (writer.phase.is === "ended") return;
  giveUp(writer, reason);
  const before = writer.closing;
  writer.closing = before.then(async () => {
    await open?.part.close();
  });
};

/** Resolves when no process and no timer is left. */
export const endWriter = async (writer: Writer): Promise<void> => {
  const open = openOf(writer.phase);
  writer.phase = { is: "ended" };
  writer.early.length = 0;
  writer.abort.abort();
  await writer.closing;
  await open?.part.close();
};

const skip = (writer: Writer, open: Open): void => {
  writer.phase = { is: "skipping", open };
  writer.options.onStatus({
    state: "recording",
    reason: "The disk is too slow: a piece of the recording is missing",
  });
};

const begin = (writer: Writer, unit: EncodedUnit): void => {
  const { format, video } = writer.options;
  const codec = FORMATS[format].picture;
  const pictures =
    unit.key && codec ? PICTURE_CODECS[codec](unit.data) : undefined;
  if (pictures !== undefined && video !== undefined)
    return openPart(writer, unit, { format: video, pictures });
  drop(writer);
  askKey(writer, unit.pts);
};

const resume = (writer: Writer, open: Open, unit: EncodedUnit): void => {
  const drained = open.part.drained();
  if (drained && unit.key) return goOn(writer, open, unit);
  drop(writer);
  if (drained) askKey(writer, unit.pts);
};

const routeVideo = (writer: Writer, unit: EncodedUnit): void => {
  const { phase } = writer;
  if (phase.is === "ended" || phase.is === "paused") return;
  if (phase.is === "waiting") return begin(writer, unit);
  if (phase.is === "skipping") return resume(writer, phase.open, unit);
  if (phase.is === "restarting") return drop(writer);
  if (!phase.open.part.full()) return putVideo(writer, phase.open, unit);
  skip(writer, phase.open);
  drop(writer);
};

/** Sound that comes before the picture of its time waits for that; without pictures it waits for nothing. */
const keep = (writer: Writer, unit: EncodedUnit): void => {
  writer.early.push(unit);
  if (writer.early.length <= MAX_EARLY) return;
  writer.early.shift();
  drop(writer);
};

const routeAudio = (writer: Writer, unit: EncodedUnit): void => {
  const { phase } = writer;
  if (phase.is === "ended" || phase.is === "paused") return;
  if (phase.is === "restarting") return drop(writer);
  if (phase.is === "writing" && !phase.open.part.full())
    return putAudio(writer, phase.open, unit);
  if (phase.is === "writing") skip(writer, phase.open);
  if (hasPicture(writer)) return keep(writer, unit);
  if (phase.is === "waiting") return openPart(writer, unit);
  resume(writer, phase.open, unit);
};

/** An error here is a bug or a broken unit; it costs the recording, never the room. */
const guarded =
  (route: (writer: Writer, unit: EncodedUnit) => void) =>
  (writer: Writer, unit: EncodedUnit): void => {
    try {
      route(writer, unit);
    } catch (error) {
      fail(writer, sentence(error));
    }
  };

export const takeVideo = guarded(routeVideo);
export const takeAudio = guarded(routeAudio);
