/** One encode of a mix, as it goes to legs: packet by packet, and with earlier packets inside each. */
import { convert, createFit } from "../audio/fit.js";
import { createOpusEncoder, type OpusEncoder } from "../audio/opus.js";
import type { Leg } from "../egress/leg.js";
import type { ShieldLevel } from "../egress/shield.js";
import { EgressStream } from "../egress/stream.js";
import { MIX_RATE, TICK_SAMPLES, type Micros } from "../media.js";

/**
 * What plays is as good as on a record, and so is a voice: without FEC libopus' CELT does for 48 kbit/s what its hybrid
 * mode, which FEC needs, takes four times as long for.
 */
const PLENTY = { ticks: 1, application: "audio", fec: false } as const;
/** Without a search for pitch, which 48 kbit/s do not need: 40 µs instead of 57, and 0.1 to 0.4 dB less like the original. */
const VOICE_COMPLEXITY = 3;
const MUSIC_COMPLEXITY = 5;
const GUARDED = { ticks: 1, fec: true } as const;
/** Of one channel and of two; a stereo voice is in the middle or beside it, which takes little more than in mono. */
const MUSIC_BITRATE = [64_000, 128_000] as const;
const VOICE_BITRATE = [48_000, 64_000] as const;
/**
 * With headers 32 kbit/s on the line instead of 73: at 64 kbit/s half of it is left for pictures. Two channels stay two:
 * libopus' hybrid mode keeps a place to 0.5 dB there and the sides 70 dB apart; with FEC, which takes it down to SILK, a voice
 * in between is 1.5 dB nearer to the middle and the sides are 22 dB apart, which still tells who speaks where. Mono would not,
 * and `audio` (CELT) at so few bits is worse in both.
 */
const LEAN = { bitrate: 24_000, ticks: 3 } as const;
/** The loss that FEC is made for at each level of a shield, per cent. */
const LOSS = [0, 5, 10, 20] as const;

/** The longest packet. */
export const MOST_TICKS = 3;
/** Ticks of silence that are sent: a decoder's tail dies away in 200 ms. Then one packet in 400 ms, as RFC 6716 does. */
const SILENCE_SENT = 10;
const SILENCE_EVERY = 20;
/** Which at first is sent twice: who misses it takes what follows for loss, and makes up sound. */
const SILENCE_TOLD = 2;
/**
 * A packet of 20 or 60 ms without a frame in it (RFC 6716 §3.1: SILK, wide band; with two channels bit 2): browsers know by
 * its one byte that a silence has begun.
 */
const NO_FRAME = { 1: 0x48, 3: 0x58 } as const;
const STEREO_BIT = 4;

/** Samples that libopus delays one of its halves by, so that both come out together. */
const HELD_BACK = 192;

/** What an encode is made for. */
export type EncodeKind = {
  channels: 1 | 2;
  lean: boolean;
  level: ShieldLevel;
  music: boolean;
};

const openEncoder = ({ channels, lean, level, music }: EncodeKind) => {
  const lossPercent = LOSS[level];
  if (lean)
    return createOpusEncoder({
      ...LEAN,
      channels,
      fec: level > 0,
      lossPercent,
    });
  const bitrate = (music ? MUSIC_BITRATE : VOICE_BITRATE)[channels - 1];
  const plain = music ? MUSIC_COMPLEXITY : VOICE_COMPLEXITY;
  return createOpusEncoder({
    // FEC would keep libopus from the mode that is made for music.
    ...(level === 0 || music ? { ...PLENTY, complexity: plain } : GUARDED),
    channels,
    bitrate,
    lossPercent,
  });
};

/** Whether libopus uses the half of it that has no FEC. */
const isCelt = ({ lean, level, music }: EncodeKind): boolean =>
  !lean && (level === 0 || music);

const openStream = (earlier: number): EgressStream =>
  new EgressStream({ codec: "opus", clockRate: MIX_RATE, earlier });

const isSilent = (samples: Int16Array): boolean => {
  for (let i = 0; i < samples.length; i++) if (samples[i] !== 0) return false;
  return true;
};

/** What was heard lately, for encoders that begin in the midst of it. */
export class Heard {
  /** The last `MOST_TICKS` ticks, oldest first. */
  samples: Int16Array;
  /** Ticks of digital silence. */
  silence = 0;

  constructor(public channels: 1 | 2) {
    this.samples = new Int16Array(MOST_TICKS * TICK_SAMPLES * channels);
  }

  /** The same as so many channels. */
  become(channels: 1 | 2): void {
    if (channels === this.channels) return;
    const before = this.samples;
    this.channels = channels;
    this.samples = new Int16Array(MOST_TICKS * TICK_SAMPLES * channels);
    convert(before, this.samples, channels);
  }

  note(tick: Int16Array): void {
    this.silence = isSilent(tick) ? this.silence + 1 : 0;
    this.samples.copyWithin(0, tick.length);
    this.samples.set(tick, this.samples.length - tick.length);
  }

  follow({ samples, silence }: Heard): void {
    convert(samples, this.samples, this.channels);
    this.silence = silence;
  }
}

export class SoundEncode {
  readonly #kind: EncodeKind;
  readonly #heard: Heard;
  /** By how many earlier packets each carries along; made when somebody wants it. */
  readonly #streams: (EgressStream | undefined)[] = [];
  #encoder: OpusEncoder;
  /** To its channels: those of a packet stay until its end. */
  #fit: (samples: Int16Array) => Int16Array;
  /** When the packet that is being filled began; undefined between two packets. */
  #began: Micros | undefined;
  #filled = 0;
  /** Packets since silence began to be left out. */
  #left = 0;

  /** `before`: what its first listeners' decoders have had; the same kind if left out. */
  constructor(kind: EncodeKind, heard: Heard, before = kind) {
    this.#kind = { ...kind };
    this.#heard = heard;
    this.#fit = createFit(kind.channels);
    this.#encoder = this.#open(before);
  }

  get kind(): Readonly<EncodeKind> {
    return this.#kind;
  }

  get isHeard(): boolean {
    return this.#streams.some((stream) => (stream?.legs.length ?? 0) > 0);
  }

  reads(leg: Leg): boolean {
    return this.#streams.some((stream) => stream?.legs.includes(leg));
  }

  /** Moves the leg here with the next packet, if it is not here. */
  add(leg: Leg): void {
    const earlier = this.#isRedundant ? leg.shield.earlier : 0;
    const stream = (this.#streams[earlier] ??= openStream(earlier));
    if (leg.source !== stream) stream.add(leg);
  }

  remove(leg: Leg): void {
    for (const stream of this.#streams) stream?.remove(leg);
  }

  /**
   * From the next packet on, with the channels of what is heard. libopus as FFmpeg has it keeps its settings for life: a
   * new one is made, the stream and its legs stay.
   */
  set(level: ShieldLevel, music: boolean): void {
    const kind = this.#kind;
    const { channels } = this.#heard;
    const isSame = kind.level === level && kind.channels === channels;
    if (isSame && (kind.lean || kind.music === music)) return;
    const before = { ...kind };
    kind.level = level;
    kind.music = music;
    kind.channels = channels;
    this.#fit = createFit(channels);
    this.#encoder.close();
    this.#encoder = this.#open(before);
  }

  /** Encodes and sends a tick, which it has heard. A packet begins when all encodes may. */
  write(samples: Int16Array, pts: Micros, mayBegin: boolean): void {
    const isShort = this.#ticks === 1;
    if (this.#began === undefined && !isShort && !mayBegin) return this.#beat();
    this.#began ??= pts;
    const isLast = ++this.#filled === this.#ticks;
    const isThin = isLast && this.#isThin();
    let data = this.#encoder.encode(this.#fit(samples), isThin);
    if (!isLast) return this.#beat();
    const began = this.#began;
    this.#began = undefined;
    this.#filled = 0;
    if (isThin) data = this.#tellOfSilence();
    else this.#left = 0;
    if (data === undefined) return this.#beat();
    for (const stream of this.#streams)
      if (stream !== undefined && stream.legs.length > 0)
        stream.write({ data, pts: began, key: true });
  }

  close(): void {
    for (const stream of this.#streams.splice(0)) stream?.close();
    this.#encoder.close();
  }

  get #ticks(): 1 | 3 {
    return this.#kind.lean ? LEAN.ticks : PLENTY.ticks;
  }

  /** The others are on lines without room for a packet twice, or for who does not know RED. */
  get #isRedundant(): boolean {
    return !this.#kind.lean && this.#kind.level === 0;
  }

  /**
   * One that begins from nothing begins with a hole of 6 ms, and a decoder goes on from what it had before. So it is to
   * have heard what comes before; but where the decoder will begin anew, since libopus' mode changes, only as much as it
   * holds back. (A tone through a change, at worst for 5 ms: -56 dB beside it in the same mode, -17 dB into another.)
   */
  #open(before: EncodeKind): OpusEncoder {
    const encoder = openEncoder(this.#kind);
    const { samples, channels } = this.#heard;
    const size = TICK_SAMPLES * channels;
    const known = samples.slice();
    if (isCelt(before) !== isCelt(this.#kind))
      known.fill(0, 0, -HELD_BACK * channels);
    for (let at = 0; at < known.length; at += size)
      encoder.encode(known.subarray(at, at + size));
    return encoder;
  }

  #isThin(): boolean {
    if (this.#heard.silence < SILENCE_SENT + this.#ticks) return false;
    return !this.#streams.some((it) =>
      it?.legs.some(({ shield }) => shield.steady),
    );
  }

  #tellOfSilence(): Buffer | undefined {
    const every = Math.floor(SILENCE_EVERY / this.#ticks);
    const packet = this.#left++;
    if (packet >= SILENCE_TOLD && packet % every !== 0) return undefined;
    const stereo = this.#kind.channels === 2 ? STEREO_BIT : 0;
    return Buffer.of(NO_FRAME[this.#ticks] | stereo);
  }

  /** What goes out little by little is paced by sound. */
  #beat(): void {
    for (const stream of this.#streams) stream?.beat();
  }
}
