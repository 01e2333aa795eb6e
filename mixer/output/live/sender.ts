/** One ffmpeg that sends what it is given over one connection, and says how it goes. */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { runFfmpeg, type FfmpegEnd, type FfmpegRun } from "../../ffmpeg.js";
import { presetText, pushArguments, type PushTarget } from "./target.js";

/** 8 s of 1.5 Mbit/s: more delay than that nobody wants to watch, and a line that is too narrow stays so. */
const MAX_WAITING_BYTES = 1_500_000;
/** A connection that takes nothing at all for so long is dead; connecting itself is given up by ffmpeg after 5 s. */
const MAX_STALL_MS = 10_000;
/** From the end of what is sent until ffmpeg has told the other side; then SIGTERM, and as long again SIGKILL. */
const STOP_GRACE_MS = 2_000;

export type Sender = {
  write(bytes: Buffer): void;
  /** Too much waits. */
  full(): boolean;
  /** Everything has been taken. */
  drained(): boolean;
  /** When ffmpeg is gone, whoever ended it; never rejects. */
  readonly ended: Promise<FfmpegEnd>;
  /** Ends the stream as the protocol has it; resolves when nothing is left. Idempotent. */
  close(): Promise<void>;
};

export type SenderHandlers = {
  /** The other side has taken the first of it. */
  onLive(): void;
  /** How many bytes have been sent since the connection was made. */
  onBytes(bytes: number): void;
};

/** A file that only we can read, for as long as ffmpeg needs to read it: arguments are seen by everybody. */
const writeSecrets = async (target: PushTarget): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "tutti-push-"));
  const text = presetText(target.secrets);
  await writeFile(join(folder, "options"), text, { mode: 0o600 });
  return folder;
};

const watchProgress = (
  child: ChildProcess,
  { onLive, onBytes }: SenderHandlers,
): void => {
  if (child.stdout === null) return;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [name, value] = line.split("=");
    const count = Number(value);
    if (name === "total_size" && count > 0) onBytes(count);
    if (name === "out_time_us" && count > 0) onLive();
  });
};

type State = {
  readonly pipe: PassThrough;
  child: ChildProcess | undefined;
  run: FfmpegRun | undefined;
  drainedAt: number;
};

const waitingOf = ({ pipe, child }: State): number =>
  pipe.writableLength +
  pipe.readableLength +
  (child?.stdin?.writableLength ?? 0);

const runSender = async (
  state: State,
  target: PushTarget,
  handlers: SenderHandlers,
): Promise<FfmpegEnd> => {
  const folder = await writeSecrets(target);
  const forget = () => rm(folder, { recursive: true, force: true });
  try {
    if (state.pipe.destroyed) return { ok: true, message: "", errors: "" };
    state.run = runFfmpeg({
      input: state.pipe,
      output: target.address,
      arguments: pushArguments(target, join(folder, "options")),
      onStart: (child) => {
        state.child = child;
        watchProgress(child, {
          onBytes: handlers.onBytes,
          onLive: () => {
            void forget();
            handlers.onLive();
          },
        });
      },
    });
    return await state.run.ended;
  } finally {
    await forget();
  }
};

/** Kills an ffmpeg whose connection takes nothing any more. */
const watchStall = (state: State): NodeJS.Timeout =>
  setInterval(() => {
    if (waitingOf(state) === 0) state.drainedAt = performance.now();
    const stalled = performance.now() - state.drainedAt > MAX_STALL_MS;
    if (stalled) state.child?.kill("SIGKILL");
  }, 1_000);

export const startSender = (
  target: PushTarget,
  handlers: SenderHandlers,
): Sender => {
  const state: State = {
    pipe: new PassThrough(),
    child: undefined,
    run: undefined,
    drainedAt: performance.now(),
  };
  const { pipe } = state;
  // A pipe whose reader is gone says so; its end tells the rest.
  pipe.on("error", () => undefined);
  const watch = watchStall(state);
  const ended = runSender(state, target, handlers)
    .catch((error: unknown) => ({
      ok: false,
      message: error instanceof Error ? error.message : String(error),
      errors: "",
    }))
    .finally(() => {
      clearInterval(watch);
      pipe.destroy();
    });
  return {
    ended,
    write: (bytes) => {
      if (!pipe.destroyed && !pipe.writableEnded) pipe.write(bytes);
    },
    full: () => waitingOf(state) > MAX_WAITING_BYTES,
    drained: () => waitingOf(state) === 0,
    close: async () => {
      if (state.run === undefined) pipe.destroy();
      else pipe.end();
      await state.run?.stop(STOP_GRACE_MS);
      await ended;
    },
  };
};
