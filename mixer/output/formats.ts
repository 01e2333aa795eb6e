/** The formats of recordings: what of picture and sound goes in, what its parts are, and how they become the file. */
import type { RecordingFormat } from "../contract.js";
import { cutTornFragments } from "./boxes.js";
import { clustersEnd, cutTornClusters } from "./clusters.js";
import {
  OPUS_DELAY,
  type PictureCodecName,
  type SoundCodecName,
} from "./codecs.js";
import { makeWhole } from "./mp4/whole.js";

/** A crash-safe file: what was written up to half a second before its writer was killed can be played. */
export type PartKind = {
  extension: string;
  /** ffmpeg's output options. */
  output: readonly string[];
  /** Cuts what was left half done; resolves with false when nothing is left. Nobody may write the file any more. */
  cut(path: string): Promise<boolean>;
  /** Milliseconds until the end of one that was cut, where its head does not say it. */
  end?(path: string): Promise<number>;
};

export type Format = {
  picture?: PictureCodecName;
  sound: SoundCodecName;
  part: PartKind;
  /** Makes the file of a part that is the only one, without ffmpeg. Rejects when it cannot. */
  alone?(part: string, file: string): Promise<void>;
  /** ffmpeg's output options that make the file of the parts, which last so many seconds. */
  join(seconds: number): string[];
  /** The same for when the first do not work. */
  joinSlowly?: string[];
};

/** Pictures to 90 kHz; and by how much later one begins than the other, which else is rounded to milliseconds. */
const TO_THE_SAMPLE = [
  ...["-video_track_timescale", "90000"],
  ...["-movie_timescale", "48000"],
];

/**
 * FFmpeg's reader of Matroska takes Opus' look-ahead off each time, and its writer (5.1) does not put it back: without
 * this the sound would be 6.5 ms earlier with every copy.
 */
const AS_TIMED = [
  ...["-avoid_negative_ts", "disabled"],
  // Matroska counts milliseconds; the filter's own TB is that of the input.
  ...["-bsf:a", `setts=ts=TS+${OPUS_DELAY / 48}`],
];

/**
 * - A fragment is half a second and goes to the file at once: what a SIGKILL takes stays below 1 s.
 * - No `frag_keyframe`: key frames are rare here (a still room may have none for minutes), time cuts the fragments.
 * - `delay_moov`: the head waits for the first fragment, else a track that begins later than the part would begin at 0.
 */
const fragments = (extension: "mp4" | "mov"): PartKind => ({
  extension,
  output: [
    ...["-movflags", "+empty_moov+default_base_moof+delay_moov"],
    ...["-frag_duration", "500000"],
    ...TO_THE_SAMPLE,
    ...["-f", extension],
  ],
  cut: async (path) => (await cutTornFragments(path)) > 0,
});

/** A cluster is half a second, and written as a whole. MP4 takes no VP8. */
const CLUSTERS: PartKind = {
  extension: "mkv",
  output: [
    ...["-cluster_time_limit", "500"],
    ...AS_TIMED,
    ...["-f", "matroska"],
  ],
  cut: async (path) => (await cutTornClusters(path)) > 0,
  end: clustersEnd,
};

/** One pass instead of two: an hour of 1.5 Mbit/s takes half of the time when its end need not be copied again. */
const MP4 = ["-c", "copy", ...TO_THE_SAMPLE, "-f", "mp4"];
/**
 * Bytes that the index of an MP4 needs for a second: 20 for each of 30 pictures and 50 pieces of sound, and some more
 * for its head. What is left over is a box of nothing.
 */
const INDEX_PER_SECOND = 1_700;
const INDEX_HEAD = 4_096;

const mp4 = (picture: PictureCodecName | undefined): Format => ({
  picture,
  sound: "aac",
  part: fragments("mp4"),
  alone: makeWhole,
  join: (seconds) => {
    const size = Math.ceil(seconds * INDEX_PER_SECOND) + INDEX_HEAD;
    return [...MP4, "-moov_size", String(size)];
  },
  joinSlowly: [...MP4, "-movflags", "+faststart"],
});

/** A key frame each 5 s, and 32 bytes for each in the index. */
const WEBM_INDEX_PER_SECOND = 32 / 5;
const WEBM_INDEX_HEAD = 1_024;

export const FORMATS: Record<RecordingFormat, Format> = {
  mp4: mp4("h264"),
  m4a: mp4(undefined),
  webm: {
    picture: "vp8",
    sound: "opus",
    part: CLUSTERS,
    join: (seconds) => {
      const size = Math.ceil(seconds * WEBM_INDEX_PER_SECOND) + WEBM_INDEX_HEAD;
      const index = ["-reserve_index_space", String(size)];
      return ["-c", "copy", ...AS_TIMED, ...index, "-f", "webm"];
    },
  },
  opus: {
    sound: "opus",
    part: fragments("mp4"),
    join: () => ["-c", "copy", "-f", "opus"],
  },
  wav: {
    sound: "pcm",
    // The only one of these that takes PCM.
    part: fragments("mov"),
    // Beyond 4 GB, which is 12 hours, a WAV is an RF64.
    join: () => ["-c", "copy", "-rf64", "auto", "-f", "wav"],
  },
  flac: {
    sound: "pcm",
    part: fragments("mov"),
    // 2 saves half of the time of 5 and costs 3 % in size.
    join: () => ["-c:a", "flac", "-compression_level", "2", "-f", "flac"],
  },
};
