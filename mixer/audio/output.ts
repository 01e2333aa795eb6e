import { Limiter } from "./limiter.js";
import type { Share } from "./planes.js";
import type { RowSum } from "./row-sum.js";
import { slope } from "./sum.js";
import type { Summed } from "./summed.js";

/** The sum of what its rows let be heard, and who it is that does not hear themselves. */
export type Heard = { sum: RowSum; own: string | undefined };

/** One mix as somebody hears it: interleaved samples. */
export type MixOutput = {
  /** Of the last tick, limited; valid until the next. Made once, however often it is asked for. */
  readonly samples: Int16Array;
};

/**
 * What all listeners with one row hear, or (with `own`) one of them, who is in the sum and is taken out of it.
 */
export class Output implements MixOutput {
  key: string;
  heard: Heard;
  /** The tick in which a listener was last found to hear it. */
  wantedAt = -1;
  readonly #summed: Summed;
  #limiter: Limiter;
  readonly #share: Share = { planes: [], from: 0, step: 0 };
  #doneAt = -1;

  constructor(summed: Summed, key: string, heard: Heard) {
    this.#summed = summed;
    this.key = key;
    this.heard = heard;
    this.#limiter = new Limiter(summed.counters, summed.channels);
  }

  get samples(): Int16Array {
    const { ticks } = this.#summed;
    if (this.#doneAt !== ticks) {
      this.#doneAt = ticks;
      this.#follow();
      this.#limiter.process(this.heard.sum.planes, this.#ownShare());
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
    if (this.heard.sum.from.key === "" && own?.contributed !== true)
      this.#limiter.process(this.#summed.previous);
  }

  /** The mix has other channels: what is delayed comes out of those. */
  #follow(): void {
    const { counters, channels } = this.#summed;
    if (this.#limiter.channels === channels) return;
    const before = this.#limiter;
    this.#limiter = new Limiter(counters, channels);
    this.#limiter.continue(before);
  }

  /** What its listener has put into the sum. */
  #ownShare(): Share | undefined {
    const { own, sum } = this.heard;
    if (own === undefined) return undefined;
    const owner = this.#summed.owners.get(own);
    if (owner?.contributing !== true) return undefined;
    const share = this.#share;
    share.planes = owner.added;
    share.from = sum.before(own);
    share.step = slope(share.from, sum.after(own));
    return share;
  }
}
