/** One mix as packets: plentiful for those whose line has room, lean for those whose line has not. */
import {
  createOpusEncoder,
  type OpusEncoder,
  type OpusEncoderOptions,
} from "../audio/opus.js";
import type { Leg } from "../egress/leg.js";
import { EgressStream } from "../egress/stream.js";
import { MIX_RATE, type Micros } from "../media.js";

/** A voice with FEC that survives 10 % loss in good quality; libopus needs no more for mono speech. */
const PLENTY = { bitrate: 48_000, ticks: 1 } as const;
/** What plays is as good as on a record. FEC would keep libopus from the mode that is made for music. */
const MUSIC = { ticks: 1, application: "audio", fec: false } as const;
/** Of one channel and of two; a stereo voice is in the middle or beside it, which takes little more than in mono. */
const MUSIC_BITRATE = [64_000, 128_000] as const;
const VOICE_BITRATE = [PLENTY.bitrate, 64_000] as const;
/** With headers 32 kbit/s on the line instead of 73: at 64 kbit/s half of it is left for pictures. */
const LEAN = { bitrate: 24_000, ticks: 3 } as const;

type Encode = {
  stream: EgressStream;
  encoder: OpusEncoder;
  music: boolean;
  /** When the packet that is being filled began; undefined between two packets. */
  began: Micros | undefined;
};

/**
 * A mix's encodes.
 *
 * - A leg whose `lean` changes goes over between two lean packets, so that it misses nothing and hears nothing twice.
 * - An encode that nobody reads is closed.
 */
export type SoundRendition = {
  readonly isHeard: boolean;
  /** How many encoders run. */
  readonly encoders: number;
  add: (leg: Leg) => void;
  remove: (leg: Leg) => void;
  /** Encodes and sends one tick's samples; better while there is music in them. */
  write: (samples: Int16Array, pts: Micros, music?: boolean) => void;
  close: () => void;
};

const plentyOf = (channels: 1 | 2, music: boolean): OpusEncoderOptions =>
  music
    ? { ...MUSIC, channels, bitrate: MUSIC_BITRATE[channels - 1] }
    : { ...PLENTY, channels, bitrate: VOICE_BITRATE[channels - 1] };

const openEncode = (options: OpusEncoderOptions, music = false): Encode => ({
  stream: new EgressStream({ codec: "opus", clockRate: MIX_RATE }),
  encoder: createOpusEncoder(options),
  music,
  began: undefined,
});

/** libopus as FFmpeg has it keeps its bitrate for life; the stream and its legs stay. */
const reopen = (encode: Encode, channels: 1 | 2, music: boolean): void => {
  encode.encoder.close();
  encode.encoder = createOpusEncoder(plentyOf(channels, music));
  encode.music = music;
};

const closeEncode = (encode: Encode | undefined): undefined => {
  encode?.stream.close();
  encode?.encoder.close();
};

const encodeTick = (encode: Encode, samples: Int16Array, pts: Micros): void => {
  encode.began ??= pts;
  const data = encode.encoder.encode(samples);
  if (data === undefined) return;
  encode.stream.write({ data, pts: encode.began, key: true });
  encode.began = undefined;
};

export const createSoundRendition = (channels: 1 | 2 = 1): SoundRendition => {
  const legs = new Set<Leg>();
  let plenty: Encode | undefined;
  let lean: Encode | undefined;
  let musical = false;

  const place = (leg: Leg): void => {
    if (leg.lean) lean ??= openEncode({ ...LEAN, channels });
    else plenty ??= openEncode(plentyOf(channels, musical), musical);
    const { stream } = (leg.lean ? lean : plenty)!;
    if (leg.source !== stream) stream.add(leg);
  };
  const closeUnheard = (): void => {
    if (plenty?.stream.legs.length === 0) plenty = closeEncode(plenty);
    if (lean?.stream.legs.length === 0) lean = closeEncode(lean);
  };
  return {
    get isHeard() {
      return legs.size > 0;
    },
    get encoders() {
      return (plenty === undefined ? 0 : 1) + (lean === undefined ? 0 : 1);
    },
    add: (leg) => {
      legs.add(leg);
      place(leg);
    },
    remove: (leg) => {
      legs.delete(leg);
      plenty?.stream.remove(leg);
      lean?.stream.remove(leg);
      closeUnheard();
    },
    write: (samples, pts, music = false) => {
      musical = music;
      if (lean?.began === undefined) {
        for (const leg of legs) place(leg);
        closeUnheard();
      }
      if (plenty !== undefined && plenty.music !== music)
        reopen(plenty, channels, music);
      if (plenty !== undefined) encodeTick(plenty, samples, pts);
      if (lean !== undefined) encodeTick(lean, samples, pts);
    },
    close: () => {
      plenty = closeEncode(plenty);
      lean = closeEncode(lean);
      legs.clear();
    },
  };
};
