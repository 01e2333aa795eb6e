/** One ffmpeg that writes one part from a pipe. */
import type { ChildProcess } from "node:child_process";
import { PassThrough } from "node:stream";
import { partArguments } from "./arguments.js";
import { runFfmpeg, type FfmpegEnd } from "../ffmpeg.js";
import type { PartKind } from "./formats.js";
import { startSync } from "./sync.js";
import { writeNote, type PartNote } from "./work.js";

/** What may wait for ffmpeg: 8 MB is 40 s of 1.5 Mbit/s, far more than a healthy disk ever makes it wait. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** And for how long it may take nothing at all, in milliseconds: what waits is lost when the process dies. */
const MAX_STALL_MS = 5_000;
/** From the end of input until the part is closed takes milliseconds; then SIGTERM, and as long again SIGKILL. */
const STOP_GRACE_MS = 5_000;

export type Part = {
  write(bytes: Buffer): void;
  /** Too much waits, or for too long: whoever writes should pause. */
  full(): boolean;
  /** Everything has been taken. */
  drained(): boolean;
  /** When ffmpeg is gone, whoever ended it; never rejects. */
  readonly ended: Promise<FfmpegEnd>;
  /** Ends the part; resolves when it is closed. Idempotent. */
  close(): Promise<FfmpegEnd>;
};

const waitingFor = (child: ChildProcess | undefined): number =>
  child?.stdin?.writableLength ?? 0;

/** Starts a part; `times` are noted beside it. */
export const startPart = (
  path: string,
  kind: PartKind,
  times: Pick<PartNote, "startedAt" | "shift">,
): Part => {
  const pipe = new PassThrough();
  let child: ChildProcess | undefined;
  let noted: Promise<void> = Promise.resolve();
  let drainedAt = performance.now();
  const sync = startSync(path);
  const run = runFfmpeg({
    input: pipe,
    output: path,
    arguments: partArguments(kind),
    onStart: (process) => {
      child = process;
      // Without its note a part still plays; a full disk shows in the part itself.
      const note = { ...times, pid: process.pid ?? 0 };
      noted = writeNote(path, note).catch(() => undefined);
    },
  });
  const waiting = (): number =>
    pipe.writableLength + pipe.readableLength + waitingFor(child);
  const ended = run.ended.finally(async () => {
    pipe.destroy();
    sync.close();
    await noted;
  });
  return {
    ended,
    write: (bytes) => {
      if (!pipe.writable) return;
      if (waiting() === 0) drainedAt = performance.now();
      pipe.write(bytes);
    },
    full: () => {
      const bytes = waiting();
      if (bytes === 0) return false;
      return (
        bytes > MAX_WAITING_BYTES ||
        performance.now() - drainedAt > MAX_STALL_MS
      );
    },
    drained: () => waiting() === 0,
    close: async () => {
      pipe.end();
      await run.stop(STOP_GRACE_MS);
      return ended;
    },
  };
};
