/** One render, from its plan to its file. */
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import type { RenderPlan, RenderResult } from "../contract.js";
import { probe, runFfmpeg, type FfmpegOptions } from "../ffmpeg.js";
import { freeBytes } from "../output/disk.js";
import { progressOf, renderArguments } from "./arguments.js";
import { film } from "./film.js";

export type RenderOptions = {
  plan: RenderPlan;
  /** 0 to 1, never less than before. */
  onProgress: (progress: number) => void;
};

export type Render = {
  /** Rejects with a sentence for people; there is no file then. */
  readonly done: Promise<RenderResult>;
  /** Ends it; resolves when its file and its processes are gone. */
  cancel(): Promise<void>;
};

/** Recordings that run end at 50 MB; what nobody waits for leaves them ten times that. */
const RESERVE_BYTES = 500 * 1024 * 1024;
const DISK_CHECK_MS = 2_000;
const NO_ROOM = "The disk is nearly full";

/** Calls back once when there is too little room. */
const watchDisk = (path: string, onFull: () => void): NodeJS.Timeout =>
  setInterval(
    () =>
      void freeBytes(path).then(
        (free) => free < RESERVE_BYTES && onFull(),
        () => undefined,
      ),
    DISK_CHECK_MS,
  );

/** Tells what is more than before. */
const createMeter = (onProgress: (progress: number) => void) => {
  let last = 0;
  return (progress: number): void => {
    // 1 is for what is there as a file.
    const next = Math.min(0.99, progress);
    if (next <= last) return;
    last = next;
    onProgress(next);
  };
};

type Child = Parameters<NonNullable<FfmpegOptions["onStart"]>>[0];

/** What can go wrong with it: its own failure is told before ffmpeg's, which follows from it. */
type Work = { child?: Child; failure?: string; cancelled: boolean };

const pictures = (
  { from, duration, source }: RenderPlan,
  meter: (progress: number) => void,
  work: Work,
): Readable | undefined => {
  if (source.kind !== "tracks" || source.picture === undefined)
    return undefined;
  const { picture } = source;
  const total = Math.round(duration * picture.settings.fps);
  const made = film({
    ...{ ...picture, from, duration },
    onPicture: (count) => meter(count / total),
  });
  const stream = Readable.from(made, { objectMode: false, highWaterMark: 1 });
  stream.on("error", ({ message }) => {
    work.failure ??= message;
    work.child?.kill("SIGKILL");
  });
  return stream;
};

/** Its decoders go with it. */
const closed = async (stream: Readable): Promise<void> => {
  stream.destroy();
  if (!stream.closed) await once(stream, "close");
};

const end = (work: Work, failure?: string): void => {
  work.failure ??= failure;
  work.child?.kill("SIGKILL");
};

const run = async (
  plan: RenderPlan,
  onProgress: (progress: number) => void,
  work: Work,
): Promise<RenderResult> => {
  const folder = dirname(plan.output);
  if ((await freeBytes(folder)) < RESERVE_BYTES) throw new Error(NO_ROOM);
  const { input, more, arguments: given } = renderArguments(plan);
  const meter = createMeter(onProgress);
  const stream = pictures(plan, meter, work);
  const watch = watchDisk(folder, () => end(work, NO_ROOM));
  const { ended } = runFfmpeg({
    ...{ input: stream ?? input!, more, arguments: given },
    output: plan.output,
    onLine: (line) => {
      const seconds = stream === undefined ? progressOf(line) : undefined;
      if (seconds !== undefined) meter(seconds / plan.duration);
    },
    onStart: (child) => {
      work.child = child;
      if (work.cancelled) child.kill("SIGKILL");
    },
  });
  const { ok, message } = await ended;
  clearInterval(watch);
  if (stream !== undefined) await closed(stream);
  if (!ok || work.failure !== undefined)
    throw new Error(work.failure ?? message);
  const { duration, size } = await probe(plan.output);
  return { duration, size };
};

export const startRender = ({ plan, onProgress }: RenderOptions): Render => {
  const work: Work = { cancelled: false };
  const done = run(plan, onProgress, work).catch(async (error: unknown) => {
    await rm(plan.output, { force: true });
    throw error;
  });
  return {
    done,
    cancel: async () => {
      work.cancelled = true;
      end(work, "It was cancelled");
      await done.catch(() => undefined);
    },
  };
};
