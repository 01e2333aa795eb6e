/** The full mix as a recording's format wants it. A recording has an encode of its own: nobody needs to listen. */
import { createAacEncoder } from "../audio/aac.js";
import { createFit } from "../audio/fit.js";
import type { Channels } from "../audio/planes.js";
import { createOpusEncoder } from "../audio/opus.js";
import { MIX_RATE, type EncodedUnit, type Micros } from "../media.js";
import { opusHead, type SoundCodecName } from "../output/codecs.js";
import type { AudioFormat } from "../output/stitch.js";

export type RecordedSound = {
  readonly format: AudioFormat;
  /** Encodes one tick: 960 samples of each channel, copied. Of one channel or two, whatever the file has. */
  encode(samples: Int16Array, pts: Micros): EncodedUnit[];
  /** What is still inside, when nothing more comes; gives everything back. A second call is nothing. */
  end(): EncodedUnit[];
};

/** Speech and music in full quality, as files are kept: twice what goes over a line. No FEC: nothing is lost here. */
const OPUS = { fec: false, application: "audio" } as const;
const OPUS_BITRATE = { 1: 96_000, 2: 128_000 } as const;

const sampleRate = MIX_RATE;

/** AAC does so itself. */
const fitted = (sound: RecordedSound): RecordedSound => {
  const fit = createFit(sound.format.channels === 2 ? 2 : 1);
  return {
    ...sound,
    encode: (samples, pts) => sound.encode(fit(samples), pts),
  };
};

const aac = (channels: Channels): RecordedSound => {
  const encoder = createAacEncoder({ channels });
  let ended = false;
  return {
    format: {
      ...{ codec: "aac", sampleRate, channels },
      extradata: encoder.extradata,
    },
    encode: (samples, pts) => encoder.encode(samples, pts),
    end: () => {
      if (ended) return [];
      ended = true;
      const units = encoder.flush();
      encoder.close();
      return units;
    },
  };
};

const opus = (channels: Channels): RecordedSound => {
  const bitrate = OPUS_BITRATE[channels];
  const encoder = createOpusEncoder({ ...OPUS, channels, bitrate });
  return {
    format: {
      ...{ codec: "opus", sampleRate, channels },
      extradata: opusHead(channels),
    },
    encode: (samples, pts) => {
      const data = encoder.encode(samples);
      return data === undefined ? [] : [{ data, pts, key: true }];
    },
    end: () => {
      encoder.close();
      return [];
    },
  };
};

const pcm = (channels: Channels): RecordedSound => ({
  format: { codec: "pcm", sampleRate, channels },
  encode: ({ buffer, byteOffset, byteLength }, pts) => [
    // The mix writes its next tick into the same memory.
    {
      data: Buffer.from(Buffer.from(buffer, byteOffset, byteLength)),
      pts,
      key: true,
    },
  ],
  end: () => [],
});

const SOUNDS: Record<SoundCodecName, (channels: Channels) => RecordedSound> = {
  aac,
  opus: (channels) => fitted(opus(channels)),
  pcm: (channels) => fitted(pcm(channels)),
};

/** `channels` of the file. */
export const openRecordedSound = (
  codec: SoundCodecName,
  channels: Channels,
): RecordedSound => SOUNDS[codec](channels);
