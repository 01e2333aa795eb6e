/** One mix as packets: plentiful for those whose line has room, lean for those whose line has not; guarded where packets are lost. */
import type { Leg } from "../egress/leg.js";
import type { ShieldLevel } from "../egress/shield.js";
import { TICK_SAMPLES, type Micros } from "../media.js";
import { Heard, MOST_TICKS, SoundEncode } from "./sound-encode.js";

/** Plentiful, plentiful and guarded, lean, lean and guarded. */
const KINDS = 4;
const GUARDED = 1;
const LEAN = 2;

/** Who takes earlier packets inside later ones (RED) is served from the plain encode, and needs no FEC. */
const kindOf = ({ lean, shield }: Leg): number => {
  const isGuarded = shield.level > 0 && (lean || !shield.takesRedundancy);
  return (lean ? LEAN : 0) + (isGuarded ? GUARDED : 0);
};

/**
 * A mix's encodes.
 *
 * - Plentiful or lean, and each plain or with FEC: who loses packets costs nobody else their quality.
 * - Plentiful and plain, with earlier packets inside for those who take them, it does without FEC.
 * - A leg whose needs change goes over between two packets of all encodes, so that it misses nothing and hears nothing twice.
 * - An encode that nobody reads is closed.
 */
export class SoundRendition {
  /** For encoders that begin in the midst of it. */
  readonly heard: Heard;
  readonly #legs = new Set<Leg>();
  readonly #encodes: (SoundEncode | undefined)[] = [];
  /** Ticks since all encodes began a packet together. */
  #phase = 0;
  #music = false;

  /** `before`: what its first listeners heard until now. */
  constructor(channels: 1 | 2 = 1, before?: Heard) {
    this.heard = new Heard(channels);
    if (before !== undefined) this.heard.follow(before);
  }

  get isHeard(): boolean {
    return this.#legs.size > 0;
  }

  /** How many encoders run. */
  get encoders(): number {
    return this.#encodes.filter((encode) => encode !== undefined).length;
  }

  add(leg: Leg): void {
    this.#legs.add(leg);
    this.#place(leg);
  }

  remove(leg: Leg): void {
    this.#legs.delete(leg);
    for (const encode of this.#encodes) encode?.remove(leg);
    this.#closeUnheard();
  }

  /** Encodes and sends one tick's samples, of one channel or two; better while there is music in them. */
  write(samples: Int16Array, pts: Micros, music = false): void {
    this.#music = music;
    this.heard.become(samples.length === TICK_SAMPLES ? 1 : 2);
    if (this.#phase === 0) this.#settle();
    else this.#set(0, GUARDED);
    this.heard.note(samples);
    for (const encode of this.#encodes)
      encode?.write(samples, pts, this.#phase === 0);
    this.#phase = (this.#phase + 1) % MOST_TICKS;
  }

  close(): void {
    for (const encode of this.#encodes.splice(0)) encode?.close();
    this.#legs.clear();
  }

  /** Between the packets of all encodes: legs go where they belong, and encoders change. */
  #settle(): void {
    for (const leg of this.#legs) this.#place(leg);
    this.#closeUnheard();
    this.#set(0, KINDS - 1);
  }

  #place(leg: Leg): void {
    const kind = kindOf(leg);
    const former = this.#encodes.find((encode) => encode?.reads(leg));
    this.#encodes[kind] ??= new SoundEncode(
      {
        channels: this.heard.channels,
        lean: kind >= LEAN,
        level: this.#levelOf(kind),
        music: this.#music,
      },
      this.heard,
      former?.kind,
    );
    this.#encodes[kind].add(leg);
  }

  #set(first: number, last: number): void {
    for (let kind = first; kind <= last; kind++)
      this.#encodes[kind]?.set(this.#levelOf(kind), this.#music);
  }

  /** The worst of those that read, or are to read, an encode. */
  #levelOf(kind: number): ShieldLevel {
    if ((kind & GUARDED) === 0) return 0;
    let level: ShieldLevel = 0;
    for (const leg of this.#legs)
      if (kindOf(leg) === kind && leg.shield.level > level)
        level = leg.shield.level;
    return level;
  }

  #closeUnheard(): void {
    for (const [kind, encode] of this.#encodes.entries()) {
      if (encode === undefined || encode.isHeard) continue;
      encode.close();
      this.#encodes[kind] = undefined;
    }
  }
}
