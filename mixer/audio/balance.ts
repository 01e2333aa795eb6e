/** What one listener hears louder or more quietly than everybody else does. */
import { TICK_SAMPLES } from "../media.js";
import type { Owner } from "./owner.js";

/** Linear gains: what is to be, and what the last tick ended with. */
type Balance = { wanted: number; applied: number };

export class Balances {
  readonly #bySpeaker = new Map<string, Balance>();
  readonly #heard = new Int32Array(TICK_SAMPLES);

  /** Whether its mix differs from everybody's, also while it goes back to that. */
  get active(): boolean {
    return this.#bySpeaker.size > 0;
  }

  /** Whether the last tick's did. */
  get applied(): boolean {
    for (const { applied } of this.#bySpeaker.values())
      if (applied !== 1) return true;
    return false;
  }

  /** All there are: whoever is not among them goes back to 1. */
  set(gains: Readonly<Record<string, number>>): void {
    for (const balance of this.#bySpeaker.values()) balance.wanted = 1;
    for (const [speaker, wanted] of Object.entries(gains)) {
      const balance = this.#bySpeaker.get(speaker);
      if (balance !== undefined) balance.wanted = wanted;
      else if (wanted !== 1)
        this.#bySpeaker.set(speaker, { wanted, applied: 1 });
    }
  }

  /**
   * Once a tick: `rest` with each speaker at its balance, reached in a straight line over the tick; `rest` itself is
   * not changed. The same array always, or `rest`.
   */
  apply(rest: Int32Array, owners: ReadonlyMap<string, Owner>): Int32Array {
    let heard = rest;
    for (const [speaker, balance] of this.#bySpeaker) {
      const owner = owners.get(speaker);
      if (owner?.contributing) {
        if (heard === rest) this.#heard.set(rest);
        heard = this.#heard;
        owner.addTo(heard, balance.applied - 1, balance.wanted - 1);
      }
      balance.applied = balance.wanted;
      if (balance.wanted === 1) this.#bySpeaker.delete(speaker);
    }
    return heard;
  }
}
