/** What ffmpeg is told for a render. Pure. */
import type {
  RecordingFormat,
  RenderPlan,
  RenderSource,
  ViewSettings,
} from "../contract.js";
import type { FfmpegArguments } from "../ffmpeg.js";
import { MIX_RATE } from "../media.js";
import type { PictureCodecName, SoundCodecName } from "../output/codecs.js";
import { FORMATS } from "../output/formats.js";

export type FfmpegFiles = {
  /** The first input: a file, or undefined for the pipe with the picture. */
  input: string | undefined;
  more: { file: string; options: string[] }[];
  arguments: FfmpegArguments;
};

/** Errors, and how far it is, on standard error. */
const QUIET = ["-hide_banner", "-nostats", "-loglevel", "error"];
const PROGRESS = ["-progress", "pipe:2", "-stats_period", "0.5"];

const SOUND: Record<SoundCodecName, string[]> = {
  aac: ["-c:a", "aac", "-b:a", "128k"],
  opus: ["-c:a", "libopus", "-b:a", "96k"],
  pcm: ["-c:a", "pcm_s16le"],
};

/** As the canvas is, and as it is said to be: BT.601, limited. */
const COLOURS = [
  ...["-pix_fmt", "yuv420p", "-color_range", "tv"],
  ...["-colorspace", "smpte170m"],
  ...["-color_primaries", "smpte170m", "-color_trc", "smpte170m"],
];

/**
 * Nobody waits for a single picture here, so half of the bits of a call's encoder make a better one.
 *
 * libvpx has one thread: several wait for each other by spinning, which on a busy machine takes 25 times the CPU
 * (5 s of 720p: 30 s instead of 1.2).
 */
const PICTURE: Record<PictureCodecName, string[]> = {
  h264: ["-c:v", "libx264", "-preset", "veryfast", "-crf", "21"],
  vp8: [
    ...["-c:v", "libvpx", "-threads", "1"],
    ...["-deadline", "good", "-cpu-used", "4", "-crf", "12", "-b:v", "3M"],
  ],
};
/** Seconds between key frames: what a player's seek waits for. */
const KEYS = ["-force_key_frames", "expr:gte(t,n_forced*5)"];

const CONTAINER: Record<RecordingFormat, string[]> = {
  mp4: ["-movflags", "+faststart", "-f", "mp4"],
  m4a: ["-movflags", "+faststart", "-f", "mp4"],
  webm: ["-f", "webm"],
  opus: ["-f", "opus"],
  wav: ["-rf64", "auto", "-f", "wav"],
  flac: ["-f", "flac"],
};

/** What is in the finished file: FLAC's parts are PCM, its file is not. */
const soundIn = (format: RecordingFormat): SoundCodecName | "flac" =>
  format === "flac" ? "flac" : FORMATS[format].sound;

const soundOf = (format: RecordingFormat): string[] => {
  const codec = soundIn(format);
  return codec === "flac" ? ["-c:a", "flac"] : SOUND[codec];
};

const samplesOf = (seconds: number): number => Math.round(seconds * MIX_RATE);

/** Exactly as long as it is to be. */
const lasting = (seconds: number): string =>
  `apad,atrim=end_sample=${samplesOf(seconds)}`;

/**
 * The sum, and what keeps it below -1 dBFS. `latency` takes the limiter's own delay out again.
 *
 * - `aresample`: from the first moment on without a gap.
 * - `normalize=0`: who is silent does not change the others.
 */
const mixed = (count: number, first: number, seconds: number): string => {
  const labels = Array.from({ length: count }, (_, at) => `[v${at}]`);
  const voices = labels.map(
    (label, at) =>
      `[${first + at}:a:0]aresample=${MIX_RATE}:async=1:first_pts=0${label}`,
  );
  const sum = `${labels.join("")}amix=inputs=${count}:duration=longest:normalize=0`;
  const limit = "alimiter=limit=0.89:release=150:level=0:latency=1";
  return [...voices, `${sum},${limit},${lasting(seconds)}[a]`].join(";");
};

const silence = (seconds: number): string =>
  `anullsrc=r=${MIX_RATE}:cl=mono,atrim=end_sample=${samplesOf(seconds)}[a]`;

const seconds = (value: number): string => value.toFixed(6);
const seek = (from: number): string[] =>
  from > 0 ? ["-ss", seconds(from)] : [];

const pipe = ({ width, height, fps }: ViewSettings): string[] => [
  ...["-f", "rawvideo", "-pix_fmt", "yuv420p"],
  ...["-s", `${width}x${height}`, "-r", String(fps)],
];

const fromTracks = (
  { format, from, duration }: RenderPlan,
  { voices, picture }: Extract<RenderSource, { kind: "tracks" }>,
): FfmpegFiles => {
  const files = voices.map((file) => ({ file, options: seek(from) }));
  const codec = picture && FORMATS[format].picture;
  const first = codec ? 1 : 0;
  const graph =
    voices.length === 0
      ? silence(duration)
      : mixed(voices.length, first, duration);
  const input = codec ? undefined : files[0]?.file;
  const about = picture && codec ? pipe(picture.settings) : seek(from);
  const shown = codec ? ["-map", "0:v", ...PICTURE[codec], ...KEYS] : [];
  return {
    input,
    more: codec ? files : files.slice(1),
    arguments: {
      input: [...QUIET, ...PROGRESS, ...about],
      output: [
        ...["-filter_complex", graph, "-map", "[a]", ...soundOf(format)],
        ...(codec ? [...shown, ...COLOURS] : []),
        ...CONTAINER[format],
      ],
    },
  };
};

/** A rate for files that have no steady one. */
const FPS = 30;

const fromMix = (
  { format, from, duration }: RenderPlan,
  { path, format: was, whole }: Extract<RenderSource, { kind: "mix" }>,
): FfmpegFiles => {
  const [before, after] = [FORMATS[was], FORMATS[format]];
  const sound =
    whole && soundIn(was) === soundIn(format)
      ? ["-c:a", "copy"]
      : [
          ...["-af", `aresample=async=1:first_pts=0,${lasting(duration)}`],
          ...soundOf(format),
        ];
  // A picture that was there before the cut is seen until the next one comes.
  const encoded = after.picture
    ? ["-vf", `fps=${FPS}:start_time=0`, ...PICTURE[after.picture], ...KEYS]
    : [];
  const picture =
    whole && before.picture === after.picture
      ? ["-c:v", "copy"]
      : [...encoded, ...COLOURS];
  return {
    input: path,
    more: [],
    arguments: {
      input: [...QUIET, ...PROGRESS, ...seek(from)],
      output: [
        ...["-map", "0:a:0", ...sound],
        ...(after.picture ? ["-map", "0:v:0", ...picture] : []),
        ...(whole ? [] : ["-t", seconds(duration)]),
        ...CONTAINER[format],
      ],
    },
  };
};

export const renderArguments = (plan: RenderPlan): FfmpegFiles =>
  plan.source.kind === "mix"
    ? fromMix(plan, plan.source)
    : fromTracks(plan, plan.source);

/** Seconds that are done, of a line of ffmpeg's `-progress`. */
export const progressOf = (line: string): number | undefined => {
  const [, micros] = /^out_time_us=(\d+)/.exec(line) ?? [];
  return micros === undefined ? undefined : Number(micros) / 1_000_000;
};

/** Raw pictures of one size; what has other proportions lies in its middle. */
export const footageArguments = (width: number, height: number): string[] => [
  ...["-map", "0:V:0", "-an", "-c:v", "rawvideo", "-vf"],
  [
    `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2:out_color_matrix=bt601:out_range=tv`,
    `pad=${width}:${height}:-1:-1`,
    "setsar=1",
    "format=yuv420p",
  ].join(","),
  ...["-fps_mode", "passthrough"],
  ...["-map_metadata", "-1", "-map_chapters", "-1"],
  ...["-flush_packets", "1", "-f", "matroska", "-live", "1"],
];
