/** What ffmpeg is told, as pure functions. */
import type { FfmpegArguments } from "../ffmpeg.js";

/** Nothing but errors on standard error, whose tail goes into a reason. */
const QUIET = ["-hide_banner", "-nostats", "-loglevel", "error"];

/**
 * A stream from the pipe into a crash-safe part.
 *
 * - The head describes both tracks, so nothing needs to be analysed before the first byte is written.
 * - A fragment is half a second and goes to the file at once: what a SIGKILL takes stays below 1 s.
 * - No `frag_keyframe`: key frames are rare here (a still room may have none for minutes), time cuts the fragments.
 * - `delay_moov`: the head waits for the first fragment, else a track that begins later than the part would begin at 0.
 * - A track that stands still holds back the other one for half a second at most.
 */
export const partArguments = (): FfmpegArguments => ({
  input: [
    ...QUIET,
    ...["-f", "matroska"],
    ...["-analyzeduration", "0", "-fpsprobesize", "0"],
  ],
  output: [
    ...["-map", "0", "-c", "copy", "-copyts"],
    ...["-max_interleave_delta", "500000"],
    ...["-movflags", "+empty_moov+default_base_moof+delay_moov"],
    ...["-frag_duration", "500000", "-flush_packets", "1"],
    ...["-video_track_timescale", "90000"],
    ...["-f", "mp4"],
  ],
});

/** A list of parts into one file that players can start before they have all of it. */
export const joinArguments = (): FfmpegArguments => ({
  input: [...QUIET, ...["-f", "concat", "-safe", "0"]],
  output: [
    ...["-map", "0", "-c", "copy"],
    ...["-movflags", "+faststart"],
    ...["-video_track_timescale", "90000"],
    ...["-f", "mp4"],
  ],
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
