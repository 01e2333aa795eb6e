/** One mix as packets: plentiful for those whose line has room, lean for those whose line has not. */
import { createOpusEncoder, type OpusEncoder } from "../audio/opus.js";
import type { Leg } from "../egress/leg.js";
import { EgressStream } from "../egress/stream.js";
import { MIX_RATE, type Micros } from "../media.js";

/** A voice with FEC that survives 10 % loss in good quality; libopus needs no more for mono speech. */
const PLENTY = { bitrate: 48_000, ticks: 1 } as const;
/** With headers 32 kbit/s on the line instead of 73: at 64 kbit/s half of it is left for pictures. */
const LEAN = { bitrate: 24_000, ticks: 3 } as const;

type Encode = {
  stream: EgressStream;
  encoder: OpusEncoder;
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
  /** Encodes and sends one tick's samples. */
  write: (samples: Int16Array, pts: Micros) => void;
  close: () => void;
};

const openEncode = (options: typeof PLENTY | typeof LEAN): Encode => ({
  stream: new EgressStream({ codec: "opus", clockRate: MIX_RATE }),
  encoder: createOpusEncoder(options),
  began: undefined,
});

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

export const createSoundRendition = (): SoundRendition => {
  const legs = new Set<Leg>();
  let plenty: Encode | undefined;
  let lean: Encode | undefined;

  const place = (leg: Leg): void => {
    if (leg.lean) lean ??= openEncode(LEAN);
    else plenty ??= openEncode(PLENTY);
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
    write: (samples, pts) => {
      if (lean?.began === undefined) {
        for (const leg of legs) place(leg);
        closeUnheard();
      }
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
