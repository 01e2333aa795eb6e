/** What synthetic participants send: encoded once by FFmpeg, sent again and again. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const MAX_BYTES = 64 * 1024 * 1024;

/** Two sentences that somebody says: 16 bits, mono. */
export const SPEECH = new URL("../../media/speech-0930.wav", import.meta.url);
/** Of the two, in ms, with a little silence: whole packets, so that they can be said again and again. */
export const SPEECH_MS = 3300;
/** Of one packet. */
const PACKET_MS = 20;

/** What a camera sends: pixels, pictures and bits a second. */
export type CameraMode = {
  width: number;
  height: number;
  fps: number;
  bitrate: number;
};

/** What the page allows its camera, and what the server may ask of it. */
export const CAMERA: CameraMode = {
  width: 640,
  height: 360,
  fps: 30,
  bitrate: 700_000,
};
export const SMALLER: readonly CameraMode[] = [
  { width: 160, height: 90, fps: 15, bitrate: 100_000 },
  { width: 320, height: 180, fps: 15, bitrate: 180_000 },
  { width: 480, height: 270, fps: 30, bitrate: 400_000 },
];
const SECONDS = 4;

const encode = async (args: readonly string[]): Promise<Buffer> => {
  const { stdout } = await run("ffmpeg", ["-v", "error", ...args, "-"], {
    encoding: "buffer",
    maxBuffer: MAX_BYTES,
  });
  return stdout;
};

/** The frames of an IVF file: 32 bytes of header, then 12 (size, time) before each frame. */
const ivfFrames = (file: Buffer): Buffer[] => {
  const frames: Buffer[] = [];
  for (let at = 32; at + 12 <= file.length;) {
    const size = file.readUInt32LE(at);
    frames.push(file.subarray(at + 12, at + 12 + size));
    at += 12 + size;
  }
  return frames;
};

/** The packets of an Ogg file, without the two that describe it. A lacing value below 255 ends a packet. */
const oggPackets = (file: Buffer): Buffer[] => {
  const packets: Buffer[] = [];
  let parts: Buffer[] = [];
  for (let at = 0; at + 27 <= file.length;) {
    const segments = file[at + 26]!;
    let body = at + 27 + segments;
    for (let index = 0; index < segments; index += 1) {
      const size = file[at + 27 + index]!;
      parts.push(file.subarray(body, body + size));
      body += size;
      if (size === 255) continue;
      packets.push(Buffer.concat(parts));
      parts = [];
    }
    at = body;
  }
  return packets.slice(2);
};

/** VP8 frames of a scene with as much movement and grain as a face before a camera; the first is the only key frame. */
export const encodeCamera = async (mode: CameraMode): Promise<Buffer[]> => {
  const { width, height, fps, bitrate } = mode;
  const scene = `testsrc2=s=${width}x${height}:r=${fps},noise=alls=4:allf=t`;
  return ivfFrames(
    await encode([
      ...["-f", "lavfi", "-i", scene, "-t", String(SECONDS)],
      ...["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"],
      ...["-b:v", String(bitrate), "-g", "9999"],
      ...["-auto-alt-ref", "0", "-f", "ivf"],
    ]),
  );
};

/** Opus packets of 20 ms: a hum that swells five times a second as syllables do, or the hiss of a quiet room. */
export const encodeVoice = async (
  talking: boolean,
  hz: number,
): Promise<Buffer[]> => {
  const sound = talking
    ? `sine=f=${hz}:r=48000,tremolo=f=5:d=0.8,volume=0.7`
    : "anoisesrc=r=48000:a=0.0003";
  return oggPackets(
    await encode([
      ...["-f", "lavfi", "-i", sound, "-t", String(SECONDS), "-ac", "1"],
      ...["-c:a", "libopus", "-b:a", "40k", "-frame_duration", "20"],
      ...["-f", "ogg"],
    ]),
  );
};

/** Opus packets of 20 ms of `SPEECH`, to be sent again and again. */
export const encodeSpeech = async (): Promise<Buffer[]> => {
  const packets = oggPackets(
    await encode([
      ...["-i", fileURLToPath(SPEECH), "-ac", "1", "-ar", "48000"],
      ...["-af", `apad=whole_dur=${SPEECH_MS / 1000}`],
      ...["-c:a", "libopus", "-b:a", "40k", "-frame_duration", "20"],
      ...["-f", "ogg"],
    ]),
  );
  // The encoder ends with what it held back.
  return packets.slice(0, SPEECH_MS / PACKET_MS);
};
