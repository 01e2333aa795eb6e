/** What ffmpeg is told, as pure functions. */
import type { FfmpegArguments } from "../ffmpeg.js";
import type { PartKind } from "./formats.js";

/** Nothing but errors on standard error, whose tail goes into a reason. */
const QUIET = ["-hide_banner", "-nostats", "-loglevel", "error"];

/**
 * A stream from the pipe into a crash-safe part.
 *
 * - The head describes all tracks, so nothing needs to be analysed before the first byte is written.
 * - A track that stands still holds back the other one for half a second at most.
 */
export const partArguments = (kind: PartKind): FfmpegArguments => ({
  input: [
    ...QUIET,
    ...["-f", "matroska"],
    ...["-analyzeduration", "0", "-fpsprobesize", "0"],
  ],
  output: [
    ...["-map", "0", "-c", "copy", "-copyts"],
    ...["-max_interleave_delta", "500000", "-flush_packets", "1"],
    ...kind.output,
  ],
});

/** A list of parts into one file, which the format's options describe. */
export const joinArguments = (format: readonly string[]): FfmpegArguments => ({
  input: [...QUIET, ...["-f", "concat", "-safe", "0"]],
  output: ["-map", "0", ...format],
});

/** A part in its list: its name beside the list, and when the next one begins, in microseconds after this one did. */
export type ListedPart = { name: string; next?: number };

/** The list that `joinArguments` reads. The time to the next part is what keeps a pause between two of them. */
export const joinList = (parts: readonly ListedPart[]): string =>
  [
    "ffconcat version 1.0",
    ...parts.flatMap(({ name, next }) =>
      next === undefined
        ? [`file ${name}`]
        : [`file ${name}`, `duration ${(next / 1_000_000).toFixed(6)}`],
    ),
    "",
  ].join("\n");
