/**
 * The units of one part as a stream without holes in its sound. Pure: times are given, counted from the part's start.
 */
import type { Micros } from "../media.js";
import {
  avcConfiguration,
  avcSample,
  nalUnits,
  type ParameterSets,
} from "./avc.js";
import { matroskaHead, matroskaUnit, type Track } from "./matroska.js";

const VIDEO_TRACK = 1;
const AUDIO_TRACK = 2;
/** An AAC-LC frame has 1024 samples: ISO/IEC 14496-3, 4.5.1. */
const FRAME_SAMPLES = 1_024;
/** Two pictures may never have the same time; the MP4 counts in 90 kHz, about 11 us. */
const LEAST_STEP: Micros = 100;

/** By how much frames that follow each other may seem apart: rounding, and encoders that count from a sum. */
const JITTER: Micros = 1_000;
/** Sound this late is taken as missing: its track must go on, since ffmpeg writes neither track long before the other. */
const LATEST_SOUND: Micros = 500_000;

/** AAC-LC frames that decode to silence, whatever the rate: one, and two channels. */
const SILENCE = {
  1: Buffer.from("00c800802380", "hex"),
  2: Buffer.from("210049900219002380", "hex"),
} as const;

export type AudioFormat = {
  sampleRate: 48000;
  channels: 1 | 2;
  /** AudioSpecificConfig. */
  extradata: Buffer;
};
export type VideoFormat = { width: number; height: number; fps: number };

export type Stitch = {
  /** What the stream begins with. */
  readonly head: Buffer;
  /** The bytes of one access unit (Annex B), after silence if the sound has stayed behind. */
  video(data: Buffer, key: boolean, time: Micros): Buffer[];
  /** The bytes of one AAC frame, after as much silence as is missing before it; none when its time is already taken. */
  audio(data: Buffer, time: Micros): Buffer[];
  /** Silence up to `time`. */
  silence(time: Micros): Buffer[];
  /** Silence up to the end of the last picture, for a part that another one follows at once. */
  ending(): Buffer[];
};

const tracksOf = (
  video: VideoFormat,
  audio: AudioFormat,
  sets: ParameterSets,
): Track[] => [
  {
    number: VIDEO_TRACK,
    codec: "V_MPEG4/ISO/AVC",
    private: avcConfiguration(sets),
    unitDuration: 1_000_000 / video.fps,
    media: { kind: "video", width: video.width, height: video.height },
  },
  {
    number: AUDIO_TRACK,
    codec: "A_AAC",
    private: audio.extradata,
    unitDuration: (FRAME_SAMPLES * 1_000_000) / audio.sampleRate,
    media: {
      kind: "audio",
      sampleRate: audio.sampleRate,
      channels: audio.channels,
    },
  },
];

/**
 * Players disagree about a hole in the sound (some close it, and lose lip-sync), so a hole of a frame or more is filled
 * with silent frames. A hole in the pictures just shows the last one for longer.
 */
export const createStitch = (
  video: VideoFormat,
  audio: AudioFormat,
  sets: ParameterSets,
): Stitch => {
  const frame = (FRAME_SAMPLES * 1_000_000) / audio.sampleRate;
  let soundEnd = 0;
  let lastPicture = -LEAST_STEP;

  const silence = (time: Micros): Buffer[] => {
    const filled: Buffer[] = [];
    for (; time - soundEnd >= frame - JITTER; soundEnd += frame) {
      const at = Math.floor(soundEnd);
      filled.push(
        matroskaUnit(AUDIO_TRACK, at, true, [SILENCE[audio.channels]]),
      );
    }
    return filled;
  };
  return {
    head: matroskaHead(tracksOf(video, audio, sets)),
    silence,
    ending: () => silence(lastPicture + 1_000_000 / video.fps),
    video: (data, key, time) => {
      lastPicture = Math.max(time, lastPicture + LEAST_STEP);
      const sample = avcSample(nalUnits(data), sets);
      const units = silence(time - LATEST_SOUND);
      units.push(matroskaUnit(VIDEO_TRACK, lastPicture, key, sample));
      return units;
    },
    audio: (data, time) => {
      if (time < soundEnd - frame / 2) return [];
      const at = Math.max(time, 0);
      const units = silence(at);
      units.push(matroskaUnit(AUDIO_TRACK, at, true, [data]));
      soundEnd = at + frame;
      return units;
    },
  };
};
