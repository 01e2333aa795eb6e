/** One encode of sound as G.711 or L16: packets made once, sent to every leg. */
import { encodeG711 } from "../../audio/g711.js";
import { Polyphase } from "../../audio/polyphase.js";
import { now } from "../../clock.js";
import type { RtpCodec } from "../../contract.js";
import { MIX_RATE, TICK_SAMPLES, type Micros } from "../../media.js";
import { createHistory, type History } from "../history.js";
import type { Leg } from "../leg.js";
import type { LegReader, LegSource } from "../leg-source.js";
import { RTP_HEADER } from "../rtp.js";
import { timestampAt } from "../stream.js";

/** As of other sound, which is not resent either. */
const HISTORY = 64;
const TICK_MS = 20;

const BYTES = { pcmu: 1, pcma: 1, l16: 2 } as const;

type PcmCodec = RtpCodec & { name: keyof typeof BYTES };

/** `follow`: another of the same codec, in whose place this one comes without a seam. */
export class PcmStream implements LegSource {
  readonly history: History = createHistory(HISTORY);
  readonly rate = undefined;
  readonly pictureIdAt = undefined;
  readonly keyPosition = undefined;
  readonly #codec: PcmCodec;
  readonly #legs = new Set<LegReader & Pick<Leg, "flush">>();
  readonly #resamplers: Polyphase[] = [];
  readonly #split = [0, 1].map(() => new Int16Array(TICK_SAMPLES));
  readonly #planes: Int16Array[] = [];

  constructor(codec: RtpCodec, follow?: PcmStream) {
    this.#codec = codec as PcmCodec;
    if (codec.rate === MIX_RATE) return;
    for (let channel = 0; channel < codec.channels; channel++) {
      const resampler = new Polyphase(MIX_RATE, codec.rate);
      const before =
        follow === undefined ? undefined : follow.#resamplers[channel];
      if (before !== undefined) resampler.follow(before);
      this.#resamplers.push(resampler);
    }
  }

  get isHeard(): boolean {
    return this.#legs.size > 0;
  }

  /** The leg goes on here with the next tick, wherever it was. */
  add(leg: Leg): void {
    this.#legs.add(leg);
    leg.attach(this);
  }

  remove(leg: Leg): void {
    if (this.#legs.delete(leg)) leg.leave(this);
  }

  /** Encodes and sends one tick: 960 samples of each of so many channels at 48 kHz, interleaved. */
  write(samples: Int16Array, from: 1 | 2, pts: Micros): void {
    const { channels, ptime } = this.#codec;
    for (let channel = 0; channel < channels; channel++) {
      const plane = this.#planeOf(samples, from, channel);
      const resampler = this.#resamplers[channel];
      this.#planes[channel] = resampler?.process(plane) ?? plane;
    }
    const count = this.#planes[0]!.length;
    const parts = TICK_MS / ptime;
    const timestamp = this.timestamp(pts);
    for (let part = 0; part < parts; part++) {
      const start = Math.floor((part * count) / parts);
      const end = Math.floor(((part + 1) * count) / parts);
      this.history.begin((timestamp + start) % 4_294_967_296);
      this.#encode(start, end);
    }
    const at = now();
    for (const leg of this.#legs) leg.flush(at);
  }

  startPosition(): number {
    return this.history.head;
  }

  requestKey(): void {
    // Sound has no key frames.
  }

  timestamp(at: Micros): number {
    return timestampAt(at, this.#codec.rate);
  }

  left(leg: LegReader): void {
    this.#legs.delete(leg as Leg);
  }

  /** One channel of what is sent: what has one is sent on both, what has two is mixed where one is sent. */
  #planeOf(samples: Int16Array, from: 1 | 2, channel: number): Int16Array {
    if (from === 1) return samples;
    const plane = this.#split[channel]!;
    const mixes = this.#codec.channels === 1;
    for (let i = 0; i < TICK_SAMPLES; i++)
      plane[i] = mixes
        ? (samples[2 * i]! + samples[2 * i + 1]!) >> 1
        : samples[2 * i + channel]!;
    return plane;
  }

  #encode(start: number, end: number): void {
    const { name, channels } = this.#codec;
    const bytes = (end - start) * channels * BYTES[name];
    const packet = this.history.add(bytes, false);
    const [first] = this.#planes;
    if (name !== "l16")
      return encodeG711(
        name,
        first!,
        [start, end - start],
        [packet, RTP_HEADER],
      );
    let at = RTP_HEADER;
    for (let i = start; i < end; i++)
      for (let channel = 0; channel < channels; channel++, at += 2)
        packet.writeInt16BE(this.#planes[channel]![i]!, at);
  }
}
