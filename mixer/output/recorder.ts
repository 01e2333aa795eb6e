/**
 * Files from the already encoded mix. The caller is never made to wait and never sees an exception: what cannot be
 * written is dropped and counted, and the status says why.
 *
 * While it runs: crash-safe parts in a work folder, one per life of an ffmpeg. At the end: one file. Times of parts are
 * wall times, so that another process can go on with the recording and the pause in between keeps its length.
 */
import { access, mkdir } from "node:fs/promises";
import { MixerError, type RecordingResult } from "../contract.js";
import type { EncodedUnit, Micros } from "../media.js";
import { DISK_NEARLY_FULL, freeBytes } from "./disk.js";
import { requireFfmpeg } from "../ffmpeg.js";
import { finishRecording } from "./finish.js";
import type { RecorderOptions } from "./options.js";
import { lengthOf, partNumbers, pathsOf, sealPart } from "./work.js";
import { pauseWriter, resumeWriter } from "./pause.js";
import {
  createWriter,
  endWriter,
  fail,
  takeAudio,
  takeVideo,
} from "./writer.js";
import type { Earlier, Writer } from "./writer.js";
import { placeOf, type Place } from "./writer-state.js";

export { repairRecording } from "./finish.js";
export type { RecorderOptions, RecorderStatus } from "./options.js";
export type { Place } from "./writer-state.js";

export type Recorder = {
  /**
   * One picture in the format's codec (H.264: Annex B, SPS and PPS before each IDR picture). The first key frame is the
   * recording's time zero. Never blocks, never throws; while ffmpeg is behind, everything up to a later key frame is
   * dropped. In a format without pictures it is nothing.
   */
  writeVideo(unit: EncodedUnit): void;
  /** One unit of the format's sound: a raw AAC frame, an Opus packet, or samples of 16 bits. */
  writeAudio(unit: EncodedUnit): void;
  /** Where in the file a moment of the mixer's clock is. What `later` knows is known with the next part's first unit. */
  place(pts: Micros): Place;
  /** Resolves when all until now is on disk; what is written until `resume` is let go. Idempotent; never rejects. */
  pause(): Promise<void>;
  /** Goes on with the next key frame, right where the file has stopped. Idempotent; never rejects. */
  resume(): Promise<void>;
  /** Finishes the file; resolves when it is final, rejects when nothing was recorded. Idempotent. */
  stop(): Promise<RecordingResult>;
  readonly counters: {
    readonly droppedUnits: number;
    readonly restarts: number;
  };
};

/** About 4 minutes of 1.5 Mbit/s, and room for logs and for the parts' last fragments. */
const RESERVE_BYTES = 50 * 1024 * 1024;
/** A recording of 1.5 Mbit/s writes half a megabyte meanwhile, so even a hundred stay below the reserve. */
const DISK_CHECK_MS = 2_000;

/** What an earlier process has recorded. */
const earlierParts = async (options: RecorderOptions): Promise<Earlier> => {
  const numbers = await partNumbers(pathsOf(options).folder);
  const nextPart = (numbers.at(-1) ?? -1) + 1;
  const find = async (order: readonly number[]) => {
    for (const number of order) {
      const part = await sealPart(options, number);
      if (part?.startedAt !== undefined)
        return { ...part, startedAt: part.startedAt };
    }
    return undefined;
  };
  const last = await find(numbers.toReversed());
  if (last === undefined) return { nextPart };
  const { startedAt, shift, paused } = last;
  const endedAt = startedAt + (await lengthOf(last));
  const zero = (await find(numbers))?.startedAt;
  return { nextPart, zero, endedAt, shift, joined: paused };
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Node says of a read-only disk that the folder does not exist: what is said here is true of both. */
const makeFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const message = "The folder of recordings cannot be written";
    throw new MixerError("failed", message, { cause });
  }
};

const prepareFolder = async (
  options: RecorderOptions,
  reserve: number,
): Promise<void> => {
  const { folder, final } = pathsOf(options);
  await Promise.all([makeFolder(options.directory), requireFfmpeg()]);
  if ((await freeBytes(options.directory)) < reserve)
    throw new MixerError(
      "failed",
      "The disk is nearly full: nothing can be recorded",
    );
  if ((await exists(final)) && !(await exists(folder)))
    throw new MixerError(
      "failed",
      `Recording ${options.recording} is already finished`,
    );
  await makeFolder(folder);
};

const watchDisk = (writer: Writer, reserve: number): NodeJS.Timeout =>
  setInterval(() => {
    freeBytes(writer.options.directory).then(
      (free) => {
        if (free < reserve) fail(writer, DISK_NEARLY_FULL);
      },
      // A disk that cannot be asked shows in what ffmpeg says.
      () => undefined,
    );
  }, DISK_CHECK_MS);

const finish = async (
  writer: Writer,
  watch: NodeJS.Timeout,
): Promise<RecordingResult> => {
  clearInterval(watch);
  await endWriter(writer);
  const { result, keptParts } = await finishRecording(writer.options);
  if (keptParts !== undefined)
    writer.options.onStatus({ state: "failed", reason: keptParts });
  return result;
};

/**
 * Starts a recording, or goes on with one whose process died: then the next part follows after the time that has passed.
 * Rejects with a sentence when the disk is nearly full, ffmpeg is missing, the
 * folder cannot be written or the recording is already finished.
 */
export const startRecorder = async (
  options: RecorderOptions,
): Promise<Recorder> => {
  const { reserveBytes = RESERVE_BYTES } = options;
  await prepareFolder(options, reserveBytes);
  const writer = createWriter(options, await earlierParts(options));
  const watch = watchDisk(writer, reserveBytes);
  let stopping: Promise<RecordingResult> | undefined;
  if (options.paused) void pauseWriter(writer);
  else options.requestKey();
  return {
    writeVideo: (unit) => takeVideo(writer, unit),
    writeAudio: (unit) => takeAudio(writer, unit),
    place: (pts) => placeOf(writer, pts),
    pause: () => pauseWriter(writer),
    resume: () => resumeWriter(writer),
    stop: () => (stopping ??= finish(writer, watch)),
    counters: writer.counters,
  };
};
