/** What is in a media file, as ffprobe and ffmpeg see and hear it. */
import { execFile } from "node:child_process";
import { open } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
/** Decoded tests last seconds: 48 kHz mono is 0.2 MB a second. */
const MAX_BYTES = 64 * 1024 * 1024;

export type FileFacts = {
  /** Seconds; when the first of it begins, too. */
  duration: number;
  start: number;
  /** Bytes. */
  size: number;
  video?: { codec: string; width: number; height: number; start: number };
  audio?: {
    codec: string;
    sampleRate: number;
    channels: number;
    start: number;
  };
};

type ProbedStream = Record<string, string | number> & { codec_type: string };

export const probeFile = async (file: string): Promise<FileFacts> => {
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-of", "json", "-show_format", "-show_streams"],
    file,
  ]);
  const { format, streams } = JSON.parse(stdout) as {
    format: Record<string, string>;
    streams: ProbedStream[];
  };
  const facts: FileFacts = {
    duration: Number(format["duration"]),
    start: Number(format["start_time"]),
    size: Number(format["size"]),
  };
  for (const stream of streams) {
    const codec = String(stream["codec_name"]);
    const start = Number(stream["start_time"]);
    const { width, height, sample_rate: rate, channels } = stream;
    if (stream.codec_type === "video")
      facts.video = {
        codec,
        start,
        width: Number(width),
        height: Number(height),
      };
    if (stream.codec_type === "audio")
      facts.audio = {
        codec,
        start,
        sampleRate: Number(rate),
        channels: Number(channels),
      };
  }
  return facts;
};

/**
 * What ffmpeg complains about when it decodes the whole file: empty for a sound one. The null output would else count
 * time in average pictures, and complain of two that came closer together than that.
 */
export const decodeErrors = async (file: string): Promise<string> =>
  (
    await run("ffmpeg", [
      "-v",
      "error",
      "-i",
      file,
      "-enc_time_base",
      "-1",
      "-f",
      "null",
      "-",
    ])
  ).stderr;

/** The outer boxes of an MP4 in their order, e.g. ftyp, moov, mdat. */
export const outerBoxes = async (file: string): Promise<string[]> => {
  const handle = await open(file);
  const head = Buffer.alloc(8);
  const types: string[] = [];
  let at = 0;
  while ((await handle.read(head, 0, 8, at)).bytesRead === 8) {
    types.push(head.toString("latin1", 4));
    at += Math.max(8, head.readUInt32BE(0));
  }
  await handle.close();
  return types;
};

/** When each picture is shown (seconds), and how bright it is on average (0 to 255). */
const pictures = async (
  file: string,
): Promise<{ time: number; luma: number }[]> => {
  const options = { maxBuffer: MAX_BYTES };
  const times = await run(
    "ffprobe",
    [
      ...["-v", "error", "-select_streams", "v", "-of", "json"],
      ...["-show_entries", "frame=best_effort_timestamp_time", file],
    ],
    options,
  );
  const grey = await run(
    "ffmpeg",
    [
      ...["-v", "error", "-i", file, "-an", "-fps_mode", "passthrough"],
      ...["-vf", "scale=1:1:flags=area,format=gray", "-f", "rawvideo", "-"],
    ],
    { ...options, encoding: "buffer" },
  );
  const { frames } = JSON.parse(times.stdout) as {
    frames: { best_effort_timestamp_time: string }[];
  };
  return frames.map((frame, index) => ({
    time: Number(frame.best_effort_timestamp_time),
    luma: grey.stdout[index]!,
  }));
};

/** When a file's sound begins after the file does, in samples of 48 kHz. */
const soundStart = async (file: string): Promise<number> => {
  const { start, audio } = await probeFile(file);
  const late = (audio?.start ?? NaN) - start;
  return Number.isNaN(late) ? 0 : Math.max(0, Math.round(late * 48_000));
};

/** The sound as 48 kHz mono in its real time: sample 0 is time 0, holes are silence. */
export const sound = async (
  file: string,
  /** One channel alone, e.g. `FL`. */
  channel?: string,
): Promise<Float32Array> => {
  const pick = channel === undefined ? "" : `,pan=mono|c0=${channel}`;
  // The filter would leave a beginning of less than 5 ms out.
  const first = await soundStart(file);
  const { stdout } = await run(
    "ffmpeg",
    [
      ...["-v", "error", "-i", file, "-vn", "-ac", "1", "-ar", "48000"],
      ...[
        "-af",
        `aresample=async=1:min_hard_comp=0.005:first_pts=${first}${pick}`,
        "-f",
        "f32le",
        "-",
      ],
    ],
    { maxBuffer: MAX_BYTES, encoding: "buffer" },
  );
  const bytes = new Uint8Array(4 * first + (stdout.length & ~3));
  bytes.set(stdout.subarray(0, stdout.length & ~3), 4 * first);
  return new Float32Array(bytes.buffer);
};

/** When flashes begin: pictures brighter than `least` after a darker one. Seconds. */
export const flashes = async (file: string, least = 128): Promise<number[]> => {
  const shown = await pictures(file);
  return shown
    .filter(
      ({ luma }, at) => luma >= least && (shown[at - 1]?.luma ?? 0) < least,
    )
    .map(({ time }) => time);
};

/** When beeps begin: sound louder than `least` after `quiet` seconds without. Seconds. */
export const beeps = async (
  file: string,
  least = 0.1,
  quiet = 0.2,
): Promise<number[]> => {
  const samples = await sound(file);
  const onsets: number[] = [];
  let last = -Infinity;
  for (const [at, sample] of samples.entries()) {
    if (Math.abs(sample) < least) continue;
    if (at - last > quiet * 48_000) onsets.push(at / 48_000);
    last = at;
  }
  return onsets;
};
