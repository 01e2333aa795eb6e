/** Encoded media in which flashes and beeps coincide, by the product's own encoders. */
import {
  TICK_SAMPLES,
  type EncodedUnit,
  type Micros,
} from "../../mixer/media.js";
import type {
  PictureCodecName,
  SoundCodecName,
} from "../../mixer/output/codecs.js";
import type { AudioFormat } from "../../mixer/output/stitch.js";
import { openRecordedSound } from "../../mixer/room/recorded-sound.js";
import { createVideoEncoder } from "../../mixer/video/encoder.js";
import { allocatePicture } from "../../mixer/video/picture-frame.js";

export const SIZE = { width: 320, height: 180, fps: 30 };
/** A flash and a beep begin at every full second and last this long. */
const PULSE: Micros = 100_000;
const SECOND: Micros = 1_000_000;
const RATE = 48_000;

export type TimedUnit = { kind: "video" | "audio"; unit: EncodedUnit };
export type FlashBeep = { units: TimedUnit[]; audio: AudioFormat };
/** None: no such units. */
export type Codecs = { picture?: PictureCodecName; sound: SoundCodecName };

const inPulse = (time: Micros): boolean => time >= 0 && time % SECOND < PULSE;

const encodeVideo = async (
  seconds: number,
  keyEvery: number,
  codec: PictureCodecName,
): Promise<TimedUnit[]> => {
  const encoder = createVideoEncoder({
    codec,
    bitrate: 300_000,
    ...SIZE,
  });
  const { frame, planes } = allocatePicture(SIZE.width, SIZE.height);
  for (const plane of planes.data.slice(1)) plane.fill(128);
  const units: TimedUnit[] = [];
  for (let at = 0; at < seconds * SIZE.fps; at++) {
    const pts = Math.round((at * SECOND) / SIZE.fps);
    planes.data[0]!.fill(inPulse(pts) ? 235 : 16);
    // A moving bar: without it a picture is a few bytes, and nothing is tested.
    for (let row = 0; row < SIZE.height; row++) {
      const offset = row * planes.strides[0]! + ((at * 4 + row) % 300);
      planes.data[0]!.fill(90, offset, offset + 16);
    }
    const key = at % Math.round(keyEvery * SIZE.fps) === 0;
    const unit = await encoder.encode(frame, pts, { key });
    if (unit) units.push({ kind: "video", unit });
  }
  encoder.close();
  frame.free();
  return units;
};

const beep = (start: number): Int16Array =>
  Int16Array.from({ length: TICK_SAMPLES }, (_, i) => {
    const at = start + i;
    const heard = inPulse(Math.round((at * SECOND) / RATE));
    return heard ? 16_384 * Math.sin((at * 2 * Math.PI) / 48) : 0;
  });

const encodeAudio = (
  seconds: number,
  codec: SoundCodecName,
): { units: TimedUnit[]; audio: AudioFormat } => {
  const encoder = openRecordedSound(codec, 1);
  const units: EncodedUnit[] = [];
  for (let start = 0; start < seconds * RATE; start += TICK_SAMPLES)
    units.push(
      ...encoder.encode(beep(start), Math.round((start * SECOND) / RATE)),
    );
  units.push(...encoder.end());
  const audio = encoder.format;
  return { units: units.map((unit) => ({ kind: "audio", unit })), audio };
};

/** `seconds` of media from pts 0 on, in order of time, a key frame every `keyEvery` seconds. */
export const encodeFlashBeep = async (
  seconds: number,
  keyEvery = 1,
  { picture, sound }: Codecs = { picture: "h264", sound: "aac" },
): Promise<FlashBeep> => {
  const video = picture ? await encodeVideo(seconds, keyEvery, picture) : [];
  const { units: heard, audio } = encodeAudio(seconds, sound);
  const units = [...video, ...heard].sort((a, b) => a.unit.pts - b.unit.pts);
  return { units, audio };
};
