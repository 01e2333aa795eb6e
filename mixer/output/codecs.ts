/** What containers want to know of each codec that is recorded. Pure. */
import { avcConfiguration, avcSample, nalUnits, parameterSets } from "./avc.js";
import type { Codec } from "./matroska.js";

export type PictureCodecName = "h264" | "vp8";
export type SoundCodecName = "aac" | "opus" | "pcm";

/** A part's pictures, from its first key frame on. */
export type Pictures = {
  codec: Codec;
  private?: Buffer;
  /** The chunks of a picture as containers have it. */
  sample(data: Buffer): Buffer[];
};

/** What a part that begins with this key frame holds; undefined: no part can begin with it. */
export const PICTURE_CODECS: Record<
  PictureCodecName,
  (key: Buffer) => Pictures | undefined
> = {
  h264: (key) => {
    const sets = parameterSets(nalUnits(key));
    if (sets === undefined) return undefined;
    return {
      codec: "V_MPEG4/ISO/AVC",
      private: avcConfiguration(sets),
      sample: (data) => avcSample(nalUnits(data), sets),
    };
  },
  vp8: () => ({ codec: "V_VP8", sample: (data) => [data] }),
};

export type SoundCodec = {
  codec: Codec;
  /** Of one channel in a unit. */
  unitSamples: number;
  /** The smallest piece of silence: a unit, or a sample. */
  leastSamples: number;
  /** What decodes to so many samples of silence; a unit's at most. */
  silence(samples: number, channels: 1 | 2): Buffer;
  /** Samples that a decoder throws away before the first one. */
  delay?: number;
};

/** AAC-LC frames that decode to silence, whatever the rate: one, and two channels. */
const SILENT_AAC = {
  1: Buffer.from("00c800802380", "hex"),
  2: Buffer.from("210049900219002380", "hex"),
} as const;
/** A CELT frame of 20 ms that decodes to silence; the second byte of TOC says stereo. RFC 6716, section 3.1. */
const SILENT_OPUS = {
  1: Buffer.from("f8fffe", "hex"),
  2: Buffer.from("fcfffe", "hex"),
} as const;

/** The encoder's look-ahead at 48 kHz, 6.5 ms: what libopus 1.x has for speech and for music. */
export const OPUS_DELAY = 312;

/** Identification header: RFC 7845, section 5.1. */
export const opusHead = (channels: 1 | 2): Buffer => {
  const head = Buffer.alloc(19);
  head.write("OpusHead", "latin1");
  head[8] = 1;
  head[9] = channels;
  head.writeUInt16LE(OPUS_DELAY, 10);
  head.writeUInt32LE(48_000, 12);
  return head;
};

export const SOUND_CODECS: Record<SoundCodecName, SoundCodec> = {
  // ISO/IEC 14496-3, 4.5.1.
  aac: {
    codec: "A_AAC",
    unitSamples: 1_024,
    leastSamples: 1_024,
    silence: (_, channels) => SILENT_AAC[channels],
  },
  opus: {
    codec: "A_OPUS",
    unitSamples: 960,
    leastSamples: 960,
    silence: (_, channels) => SILENT_OPUS[channels],
    delay: OPUS_DELAY,
  },
  pcm: {
    codec: "A_PCM/INT/LIT",
    unitSamples: 960,
    leastSamples: 1,
    silence: (samples, channels) => Buffer.alloc(samples * channels * 2),
  },
};
