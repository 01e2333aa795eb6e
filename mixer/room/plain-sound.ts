/** What plain lines hear: Opus as everybody does, G.711 and L16 by encodes of their own, shared by all who want the same. */
import type { MixOutput } from "../audio/output.js";
import type { ParticipantId, RtpCodec } from "../contract.js";
import type { Leg } from "../egress/leg.js";
import { PcmStream } from "../egress/rtp-out/pcm-stream.js";
import { TICK_SAMPLES, type Micros } from "../media.js";
import type { Sound } from "./sound.js";

export type PlainListener = {
  leg: Leg;
  codec: RtpCodec;
  /** Whose ears; undefined = nobody's who is a participant, on a channel of the mix. */
  owner: ParticipantId | undefined;
  channel: string;
  isDeaf: () => boolean;
};

/** An encode, and what it is made of. */
type Encode = { output: MixOutput; codec: string; stream: PcmStream };

const codecKey = ({ name, rate, channels, ptime }: RtpCodec): string =>
  `${name}/${rate}/${channels}/${ptime}`;

export class PlainSound {
  readonly #sound: Sound;
  readonly #silence: MixOutput = { samples: new Int16Array(TICK_SAMPLES) };
  readonly #encodes: Encode[] = [];
  readonly #reads = new Map<PlainListener, Encode | undefined>();

  constructor(sound: Sound) {
    this.#sound = sound;
  }

  /** How many encoders run, but for Opus'. */
  get encoders(): number {
    return this.#encodes.length;
  }

  add(listener: PlainListener): void {
    const { leg, codec, owner, channel } = listener;
    leg.shield.steady = true;
    if (codec.name === "opus") this.#sound.addLeg(leg, owner, channel);
    else this.#reads.set(listener, undefined);
  }

  remove(listener: PlainListener): void {
    const { leg, codec, owner, channel } = listener;
    if (codec.name === "opus") this.#sound.removeLeg(leg, owner, channel);
    else if (this.#reads.delete(listener)) {
      leg.detach();
      this.#closeUnheard();
    }
  }

  /** Encodes and sends a tick that was mixed. */
  tick(pts: Micros): void {
    if (this.#reads.size === 0) return;
    let moved = false;
    for (const [listener, reads] of this.#reads)
      moved = this.#place(listener, reads) || moved;
    if (moved) this.#closeUnheard();
    for (const { stream, output } of this.#encodes) {
      const { samples } = output;
      stream.write(samples, samples.length === TICK_SAMPLES ? 1 : 2, pts);
    }
  }

  /** Moves a listener to what it is to hear now; false where it is there. */
  #place(listener: PlainListener, reads: Encode | undefined): boolean {
    const { owner, channel, codec, leg } = listener;
    const output = listener.isDeaf()
      ? this.#silence
      : this.#sound.mix.listen(owner, channel);
    if (reads?.output === output) return false;
    const encode = this.#open(output, codec, reads);
    this.#reads.set(listener, encode);
    encode.stream.add(leg);
    return true;
  }

  #open(output: MixOutput, codec: RtpCodec, former?: Encode): Encode {
    const key = codecKey(codec);
    for (const encode of this.#encodes)
      if (encode.output === output && encode.codec === key) return encode;
    const stream = new PcmStream(codec, former?.stream);
    const encode = { output, codec: key, stream };
    this.#encodes.push(encode);
    return encode;
  }

  #closeUnheard(): void {
    const heard = this.#encodes.filter(({ stream }) => stream.isHeard);
    this.#encodes.splice(0, Infinity, ...heard);
  }
}
