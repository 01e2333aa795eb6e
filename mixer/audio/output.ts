import { TICK } from "../media.js";
import type { AudioCounters } from "./counters.js";
import { Limiter } from "./limiter.js";
import type { Owner } from "./owner.js";
import {
  clearPlanes,
  copyPlanes,
  createPlanes,
  type Channels,
  type Planes,
} from "./planes.js";
import type { Row } from "./rows.js";

/** Ducking goes down within 100 ms, before the second syllable, and comes back within 600 ms, as a pause between sentences. */
const DUCK_DOWN = (100_000 / TICK) ** -1;
const DUCK_UP = (600_000 / TICK) ** -1;

/** What all outputs of a mix are made from, as of the last tick. */
export type Summed = {
  readonly channels: Channels;
  /** Everybody. */
  readonly total: Planes;
  /** The tick before. */
  readonly previous: Planes;
  /** Those who are in it. */
  readonly inSum: readonly Owner[];
  readonly owners: ReadonlyMap<string, Owner>;
  readonly talkers: ReadonlySet<string>;
  readonly counters: AudioCounters;
  readonly ticks: number;
};

/** One mix as somebody hears it: interleaved samples. */
export type MixOutput = {
  /** Of the last tick, limited; valid until the next. Made once, however often it is asked for. */
  readonly samples: Int16Array;
};

/**
 * What all listeners with one row hear, or (with `own`) one of them, who is in the sum.
 *
 * Over a tick the gains go from one row's to another's.
 */
export class Output implements MixOutput {
  key: string;
  from: Row;
  to: Row;
  own: string | undefined;
  /** The tick in which a listener was last found to hear it. */
  wantedAt = -1;
  readonly #summed: Summed;
  readonly #limiter: Limiter;
  readonly #heard: Planes;
  #doneAt = -1;
  #duck = 1;
  #duckBefore = 1;

  constructor(
    summed: Summed,
    key: string,
    rows: Pick<Output, "from" | "to" | "own">,
  ) {
    this.#summed = summed;
    this.key = key;
    this.from = rows.from;
    this.to = rows.to;
    this.own = rows.own;
    this.#limiter = new Limiter(summed.counters, summed.channels);
    this.#heard = createPlanes(summed.channels);
  }

  get samples(): Int16Array {
    const { ticks } = this.#summed;
    if (this.#doneAt !== ticks) {
      this.#doneAt = ticks;
      this.#followDuck();
      this.#limiter.process(this.#sum());
    }
    return this.#limiter.output;
  }

  become(key: string, { from, to, own }: Pick<Output, "from" | "to" | "own">) {
    this.key = key;
    this.from = from;
    this.to = to;
    this.own = own;
  }

  /** Goes on where another, which its listener has heard until now, is: what that delays begins without a hole. */
  continue(other: Output): void {
    this.#limiter.continue(other.#limiter);
    this.#duck = other.#duck;
  }

  /** Begins as if it had been heard in the tick before; only an output of everybody's can know what that was. */
  begin(): void {
    const own = this.#summed.owners.get(this.own ?? "");
    if (this.from.key === "" && own?.contributed !== true)
      this.#limiter.process(this.#summed.previous);
  }

  #followDuck(): void {
    this.#duckBefore = this.#duck;
    const { by, ducked } = this.to;
    const { talkers } = this.#summed;
    let wanted = 1;
    for (const id of by) if (talkers.has(id)) wanted = ducked;
    const depth = Math.abs(1 - (by.length > 0 ? ducked : this.from.ducked));
    const down = this.#duck - wanted;
    if (down > 0) this.#duck -= Math.min(down, depth * DUCK_DOWN);
    else this.#duck += Math.min(-down, Math.max(depth, 0.1) * DUCK_UP);
  }

  #sum(): Planes {
    const { from, to } = this;
    const plain = from.otherwise === 1 && to.otherwise === 1;
    const ducks = this.#duck !== 1 || this.#duckBefore !== 1;
    return plain && !ducks ? this.#correct() : this.#build();
  }

  /** Everybody's sum, put right for those who are heard otherwise. */
  #correct(): Planes {
    const { owners, total } = this.#summed;
    const { own, from, to } = this;
    const rest =
      own === undefined ? total : (owners.get(own)?.restOf(total) ?? total);
    if (from.ids.length === 0 && to.ids.length === 0) return rest;
    copyPlanes(rest, this.#heard);
    for (const id of to.ids) this.#add(owners.get(id), 1);
    for (const id of from.ids)
      if (to.gainOf(id) === 1) this.#add(owners.get(id), 1);
    return this.#heard;
  }

  /** From nothing, voice by voice: for who hears most of them otherwise. */
  #build(): Planes {
    clearPlanes(this.#heard);
    for (const owner of this.#summed.inSum) this.#add(owner, 0);
    return this.#heard;
  }

  /** Adds what a voice is heard at beyond `base`. */
  #add(owner: Owner | undefined, base: number): void {
    if (owner === undefined || owner.id === this.own) return;
    const { from, to } = this;
    const { id } = owner;
    const free = to.by.length > 0 ? to.by.includes(id) : from.by.includes(id);
    const before = from.gainOf(id) * (free ? 1 : this.#duckBefore);
    const after = to.gainOf(id) * (free ? 1 : this.#duck);
    owner.addTo(this.#heard, before - base, after - base);
  }
}
