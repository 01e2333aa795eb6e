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
import type { Sidechain } from "./sidechains.js";

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

/** What an output goes from and to, and who it is that does not hear themselves. */
export type Heard = {
  from: Row;
  to: Row;
  fromChain: Sidechain;
  toChain: Sidechain;
  own: string | undefined;
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
  heard: Heard;
  /** The tick in which a listener was last found to hear it. */
  wantedAt = -1;
  readonly #summed: Summed;
  readonly #limiter: Limiter;
  readonly #planes: Planes;
  #doneAt = -1;

  constructor(summed: Summed, key: string, heard: Heard) {
    this.#summed = summed;
    this.key = key;
    this.heard = heard;
    this.#limiter = new Limiter(summed.counters, summed.channels);
    this.#planes = createPlanes(summed.channels);
  }

  get samples(): Int16Array {
    const { ticks } = this.#summed;
    if (this.#doneAt !== ticks) {
      this.#doneAt = ticks;
      this.#limiter.process(this.#sum());
    }
    return this.#limiter.output;
  }

  become(key: string, heard: Heard): void {
    this.key = key;
    this.heard = heard;
  }

  /** Goes on where another, which its listener has heard until now, is: what that delays begins without a hole. */
  continue(other: Output): void {
    this.#limiter.continue(other.#limiter);
  }

  /** Begins as if it had been heard in the tick before; only an output of everybody's can know what that was. */
  begin(): void {
    const own = this.#summed.owners.get(this.heard.own ?? "");
    if (this.heard.from.key === "" && own?.contributed !== true)
      this.#limiter.process(this.#summed.previous);
  }

  #sum(): Planes {
    const { from, to, fromChain, toChain } = this.heard;
    const plain = from.otherwise === 1 && to.otherwise === 1;
    const ducks = fromChain.before !== 1 || toChain.value !== 1;
    return plain && !ducks ? this.#correct() : this.#build();
  }

  /** Everybody's sum, put right for those who are heard otherwise. */
  #correct(): Planes {
    const { owners, total } = this.#summed;
    const { own, from, to } = this.heard;
    const rest =
      own === undefined ? total : (owners.get(own)?.restOf(total) ?? total);
    if (from.ids.length === 0 && to.ids.length === 0) return rest;
    copyPlanes(rest, this.#planes);
    for (const id of to.ids) this.#add(owners.get(id), 1);
    for (const id of from.ids)
      if (to.gainOf(id) === 1) this.#add(owners.get(id), 1);
    return this.#planes;
  }

  /** From nothing, voice by voice: for who hears most of them otherwise. */
  #build(): Planes {
    clearPlanes(this.#planes);
    for (const owner of this.#summed.inSum) this.#add(owner, 0);
    return this.#planes;
  }

  /** Adds what a voice is heard at beyond `base`. */
  #add(owner: Owner | undefined, base: number): void {
    const { from, to, fromChain, toChain, own } = this.heard;
    if (owner === undefined || owner.id === own) return;
    const before = gainOf(from, fromChain, owner.id, fromChain.before);
    const after = gainOf(to, toChain, owner.id, toChain.value);
    owner.addTo(this.#planes, before - base, after - base);
  }
}

const gainOf = (row: Row, { by }: Sidechain, id: string, duck: number) =>
  row.gainOf(id) * (by.includes(id) ? 1 : duck);
