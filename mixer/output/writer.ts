/** From units to parts: which part a unit goes to, when a part begins, and what happens when its ffmpeg dies. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { now } from "../clock.js";
import type { EncodedUnit, Micros } from "../media.js";
import { PICTURE_CODECS } from "./codecs.js";
import { DISK_FULL, saysDiskFull } from "./disk.js";
import type { FfmpegEnd } from "../ffmpeg.js";
import { startPart } from "./part.js";
import { writerDied, writerStarted } from "./restart.js";
import { FORMATS } from "./formats.js";
import { createLiveCheck } from "./live-check.js";
import { createStitch, type Picture } from "./stitch.js";
import { lengthOf, partName, pathsOf, sealPart } from "./work.js";
import {
  hasPicture,
  timeOf,
  timesOf,
  type Open,
  type Phase,
  type Writer,
} from "./writer-state.js";

export {
  createWriter,
  type Earlier,
  type Open,
  type Writer,
} from "./writer-state.js";

/** Three seconds of sound, for a machine so busy that a key frame takes as long; the hole after a longer one is filled. */
const MAX_EARLY = 144;
/** The encoder makes at most one key frame a second for those who ask. */
const KEY_EVERY: Micros = 1_000_000;
/** Players seek to key frames; the encoder makes them only for who asks. Asked for when there was none for so long. */
const SEEK_STEP: Micros = 10_000_000;

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

/** Nobody has to wait for the end to hear that something is wrong. */
const warn = (writer: Writer, reason: string | undefined): void => {
  if (reason !== undefined)
    writer.options.onStatus({ state: "recording", reason });
};

const putVideo = (writer: Writer, open: Open, unit: EncodedUnit): void => {
  const time = timeOf(writer, unit.pts) - open.startedAt;
  warn(writer, open.check.picture(unit.pts, now()));
  for (const bytes of open.stitch.video(unit.data, unit.key, time))
    open.part.write(bytes);
  if (unit.key) writer.keyAt = unit.pts;
  else if (unit.pts - writer.keyAt >= SEEK_STEP) askKey(writer, unit.pts);
};

const putAudio = (writer: Writer, open: Open, unit: EncodedUnit): void => {
  const time = timeOf(writer, unit.pts) - open.startedAt;
  warn(writer, open.check.sound(unit.pts, now()));
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
  const check = createLiveCheck();
  const open = {
    ...{ number, startedAt, part, stitch, check },
    from: first.pts,
  };
  writer.zero ??= startedAt;
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
