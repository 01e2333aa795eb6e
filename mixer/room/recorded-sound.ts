/** The full mix as a recording's format wants it. A recording has an encode of its own: nobody needs to listen. */
import { createAacEncoder } from "../audio/aac.js";
import { createOpusEncoder } from "../audio/opus.js";
import { MIX_RATE, type EncodedUnit, type Micros } from "../media.js";
import { opusHead, type SoundCodecName } from "../output/codecs.js";
import type { AudioFormat } from "../output/stitch.js";

export type RecordedSound = {
  readonly format: AudioFormat;
  /** Encodes one tick: 960 samples, copied. */
  encode(samples: Int16Array, pts: Micros): EncodedUnit[];
  /** What is still inside, when nothing more comes; gives everything back. A second call is nothing. */
  end(): EncodedUnit[];
};

/** Speech and music in full quality, as files are kept: twice what goes over a line. No FEC: nothing is lost here. */
const OPUS = { bitrate: 96_000, fec: false, application: "audio" } as const;

const MONO = { sampleRate: MIX_RATE, channels: 1 } as const;

const aac = (): RecordedSound => {
  const encoder = createAacEncoder({ channels: 1 });
  let ended = false;
  return {
    format: { codec: "aac", ...MONO, extradata: encoder.extradata },
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

const opus = (): RecordedSound => {
  const encoder = createOpusEncoder(OPUS);
  return {
    format: { codec: "opus", ...MONO, extradata: opusHead(1) },
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

const pcm = (): RecordedSound => ({
  format: { codec: "pcm", ...MONO },
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

const SOUNDS: Record<SoundCodecName, () => RecordedSound> = { aac, opus, pcm };

export const openRecordedSound = (codec: SoundCodecName): RecordedSound =>
  SOUNDS[codec]();
