/** The system's ffmpeg and ffprobe, as values. Nothing else knows fluent-ffmpeg. */
import type { ChildProcess } from "node:child_process";
import { basename } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import ffmpeg from "fluent-ffmpeg";
import { MixerError } from "./contract.js";

/** Input and output options; the files themselves are named beside them. */
export type FfmpegArguments = { input: string[]; output: string[] };

/** How a run ended; `message` is for people, `errors` the tail of what ffmpeg said. */
export type FfmpegEnd = { ok: boolean; message: string; errors: string };

export type FfmpegRun = {
  /** Never rejects. */
  readonly ended: Promise<FfmpegEnd>;
  /** For one whose input has ended: gives it `graceMs` to finish, then as long again after SIGTERM, then SIGKILL. */
  stop(graceMs: number): Promise<FfmpegEnd>;
};

export type FfmpegOptions = {
  /** A file, or the stream that is piped into standard input; its end lets ffmpeg finish the output. */
  input: string | Readable;
  /** A file, or what takes ffmpeg's standard output as fast as it can; ended when all is in it and ffmpeg is gone. */
  output: string | Writable;
  arguments: FfmpegArguments;
  /** Further files, and how each is opened. */
  more?: readonly { file: string; options: string[] }[];
  /** Told the process as soon as it runs. */
  onStart?: (child: ChildProcess) => void;
  /** Told each line that ffmpeg says. */
  onLine?: (line: string) => void;
  /** Runs only when nobody else wants the processor. */
  idle?: boolean;
  /** Told how long the input lasts, in seconds, as soon as it is open; undefined for one without an end. */
  onDuration?: (duration: number | undefined) => void;
};

/** As `nice` counts: what has it yields to everything else. */
const LEAST_PRIORITY = 19;

/** `00:01:02.50` or `N/A`. */
const secondsOf = (text: string): number | undefined => {
  const [hours = NaN, minutes = NaN, seconds = NaN] = text
    .split(":")
    .map(Number);
  const duration = hours * 3600 + minutes * 60 + seconds;
  return Number.isFinite(duration) ? duration : undefined;
};

/**
 * The library takes a closed output for a death, 20 ms later, and on a busy machine ffmpeg is not gone so soon after its
 * last byte: so the stream is ended here, after it.
 */
const KEPT_OPEN = { end: false };

/** Runs ffmpeg. Start failures (ffmpeg is not installed) are an end like any other. */
export const runFfmpeg = (options: FfmpegOptions): FfmpegRun => {
  const command = ffmpeg(options.input)
    .inputOptions(options.arguments.input)
    .outputOptions(options.arguments.output)
    .output(options.output, KEPT_OPEN);
  for (const { file, options: how } of options.more ?? [])
    command.input(file).inputOptions(how);
  const { onDuration, onLine, idle } = options;
  if (idle) command.renice(LEAST_PRIORITY);
  if (onLine !== undefined) command.on("stderr", onLine);
  const ended = new Promise<FfmpegEnd>((resolve) => {
    command.on("end", () => resolve({ ok: true, message: "", errors: "" }));
    command.on("error", (error: Error, _output, errors: string | null) =>
      resolve({ ok: false, message: error.message, errors: errors ?? "" }),
    );
  });
  if (onDuration !== undefined)
    command.on("codecData", ({ duration }: { duration: string }) =>
      onDuration(secondsOf(duration)),
    );
  let written: Promise<unknown> = Promise.resolve();
  command.on("start", () => {
    // The library keeps the process here and types it nowhere; its stop ladder, pid and pipe are our business.
    const { ffmpegProc } = command as unknown as { ffmpegProc: ChildProcess };
    const { stdout } = ffmpegProc;
    if (stdout) written = new Promise((resolve) => stdout.on("close", resolve));
    options.onStart?.(ffmpegProc);
  });
  const { output } = options;
  if (typeof output !== "string")
    void ended.then(() => written).then(() => output.end());
  command.run();
  return { ended, stop: (graceMs) => climb(command, ended, graceMs) };
};

const climb = async (
  command: ffmpeg.FfmpegCommand,
  ended: Promise<FfmpegEnd>,
  graceMs: number,
): Promise<FfmpegEnd> => {
  for (const signal of ["SIGTERM", "SIGKILL"]) {
    const timer = new AbortController();
    const late = delay(graceMs, undefined, { signal: timer.signal }).catch(
      () => undefined,
    );
    const end = await Promise.race([ended, late]);
    timer.abort();
    if (end !== undefined) return end;
    command.kill(signal);
  }
  return ended;
};

/**
 * Rejects with a sentence when there is no ffmpeg that can be run. The library asks ffmpeg what it can before its first
 * run and remembers it; asked here, the first part of a recording does not wait for that.
 */
export const requireFfmpeg = async (): Promise<void> => {
  const ask = (list: (callback: (error?: Error) => void) => void) =>
    new Promise<void>((resolve, reject) => {
      list((error) => (error ? reject(error) : resolve()));
    });
  try {
    await Promise.all([
      ask((callback) => ffmpeg.getAvailableFormats(callback)),
      ask((callback) => ffmpeg.getAvailableEncoders(callback)),
    ]);
  } catch (error) {
    const message = "Recording needs ffmpeg, which cannot be run here";
    throw new MixerError("failed", message, { cause: error });
  }
};

/** ffprobe's error without its banner, and without where on this machine the file lies. */
const saidOf = (file: string, { message }: Error): Error => {
  const last = message.trim().split("\n").at(-1) ?? message;
  return new Error(last.replaceAll(file, basename(file)));
};

/** Where a file's media begins and how long it lasts, in seconds; and its bytes. Rejects when ffprobe finds no media. */
export type Probed = { start: number; duration: number; size: number };

export const probe = (file: string): Promise<Probed> =>
  new Promise((resolve, reject) => {
    ffmpeg.ffprobe(file, (error: Error | null, data) => {
      if (error) return reject(saidOf(file, error));
      const { start_time, duration, size } = data.format;
      const probed = {
        start: Number(start_time) || 0,
        duration: Number(duration),
        size: Number(size),
      };
      if (Number.isFinite(probed.duration)) resolve(probed);
      else reject(new Error(`No duration in ${file}`));
    });
  });

/** The size of a file's picture in pixels. Rejects when there is none. */
export const pictureSize = (
  file: string,
): Promise<{ width: number; height: number }> =>
  new Promise((resolve, reject) => {
    ffmpeg.ffprobe(file, (error: Error | null, data) => {
      if (error) return reject(saidOf(file, error));
      const { width, height } =
        data.streams.find((it) => it.codec_type === "video") ?? {};
      if (width && height) resolve({ width, height });
      else reject(new Error(`No picture in ${file}`));
    });
  });

/** What a file holds; `duration` in seconds, absent where it does not say. Rejects when ffprobe finds no media. */
export const inspect = (
  file: string,
  options: string[],
): Promise<{ duration?: number; audio: boolean; video: boolean }> =>
  new Promise((resolve, reject) => {
    ffmpeg.ffprobe(file, options, (error: Error | null, data) => {
      if (error) return reject(saidOf(file, error));
      const has = (type: string): boolean =>
        data.streams.some(
          // The cover of an album is no film.
          (it) => it.codec_type === type && !it.disposition?.["attached_pic"],
        );
      const duration = Number(data.format.duration);
      resolve({
        ...(Number.isFinite(duration) ? { duration } : {}),
        audio: has("audio"),
        video: has("video"),
      });
    });
  });
