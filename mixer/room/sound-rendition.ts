/** One mix as packets: plentiful for those whose line has room, lean for those whose line has not. */
import {
  createOpusEncoder,
  type OpusEncoder,
  type OpusEncoderOptions,
} from "../audio/opus.js";
import type { Leg } from "../egress/leg.js";
import { EgressStream } from "../egress/stream.js";
import { MIX_RATE, TICK_SAMPLES, type Micros } from "../media.js";

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
  /** What was written last; the same array always. */
  readonly last: Int16Array;
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

/**
 * What a decoder has heard until now goes over into the first packet of another encoder without a click only if that has
 * heard it too.
 */
const openEncoder = (
  options: OpusEncoderOptions,
  last: Int16Array,
): OpusEncoder => {
  const encoder = createOpusEncoder(options);
  const { ticks = 1 } = options;
  const silence = new Int16Array(last.length);
  for (let tick = 1; tick < ticks; tick++) encoder.encode(silence);
  encoder.encode(last);
  return encoder;
};

const openEncode = (
  options: OpusEncoderOptions,
  last: Int16Array,
  music = false,
): Encode => ({
  stream: new EgressStream({ codec: "opus", clockRate: MIX_RATE }),
  encoder: openEncoder(options, last),
  music,
  began: undefined,
});

/** libopus as FFmpeg has it keeps its bitrate for life; the stream and its legs stay. */
const reopen = (
  encode: Encode,
  options: OpusEncoderOptions,
  last: Int16Array,
): void => {
  encode.encoder.close();
  encode.encoder = openEncoder(options, last);
  encode.music = !encode.music;
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

type Encodes = {
  readonly channels: 1 | 2;
  readonly last: Int16Array;
  music: boolean;
  plenty: Encode | undefined;
  lean: Encode | undefined;
};

const streamFor = (encodes: Encodes, { lean }: Leg): EgressStream => {
  const { channels, last, music } = encodes;
  if (lean)
    return (encodes.lean ??= openEncode({ ...LEAN, channels }, last)).stream;
  const options = plentyOf(channels, music);
  return (encodes.plenty ??= openEncode(options, last, music)).stream;
};

const closeUnheard = (encodes: Encodes): void => {
  const { plenty, lean } = encodes;
  if (plenty?.stream.legs.length === 0) encodes.plenty = closeEncode(plenty);
  if (lean?.stream.legs.length === 0) encodes.lean = closeEncode(lean);
};

const encodeAll = (
  { plenty, lean, channels, music, last }: Encodes,
  samples: Int16Array,
  pts: Micros,
): void => {
  if (plenty !== undefined && plenty.music !== music)
    reopen(plenty, plentyOf(channels, music), last);
  if (plenty !== undefined) encodeTick(plenty, samples, pts);
  if (lean !== undefined) encodeTick(lean, samples, pts);
  last.set(samples);
};

/** `before` is what its listeners heard last, of as many channels, if they come from elsewhere. */
export const createSoundRendition = (
  channels: 1 | 2 = 1,
  before?: Int16Array,
): SoundRendition => {
  const legs = new Set<Leg>();
  const last = new Int16Array(TICK_SAMPLES * channels);
  if (before !== undefined) last.set(before);
  const encodes: Encodes = {
    ...{ channels, last, music: false },
    ...{ plenty: undefined, lean: undefined },
  };

  const place = (leg: Leg): void => {
    const stream = streamFor(encodes, leg);
    if (leg.source !== stream) stream.add(leg);
  };
  return {
    last,
    get isHeard() {
      return legs.size > 0;
    },
    get encoders() {
      const { plenty, lean } = encodes;
      return (plenty === undefined ? 0 : 1) + (lean === undefined ? 0 : 1);
    },
    add: (leg) => {
      legs.add(leg);
      place(leg);
    },
    remove: (leg) => {
      legs.delete(leg);
      encodes.plenty?.stream.remove(leg);
      encodes.lean?.stream.remove(leg);
      closeUnheard(encodes);
    },
    write: (samples, pts, music = false) => {
      encodes.music = music;
      if (encodes.lean?.began === undefined) {
        for (const leg of legs) place(leg);
        closeUnheard(encodes);
      }
      encodeAll(encodes, samples, pts);
    },
    close: () => {
      encodes.plenty = closeEncode(encodes.plenty);
      encodes.lean = closeEncode(encodes.lean);
      legs.clear();
    },
  };
};
