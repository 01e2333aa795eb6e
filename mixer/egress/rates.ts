/** Sums over the last seconds. Pure: time is an argument. */
import type { Micros } from "../media.js";

/** Resolution of the sums. */
export const SLICE: Micros = 50_000;
/** 3.2 s. */
const SLICES = 64;

/** What was added in each 50 ms, for the last three seconds. Times may come a little out of order. */
export class Slices {
  readonly #sums = new Float64Array(SLICES);
  #newest = 0;

  add(at: Micros, amount: number): void {
    const slice = Math.floor(at / SLICE);
    if (slice > this.#newest) this.#advance(slice);
    if (slice > this.#newest - SLICES) this.#sums[slice % SLICES]! += amount;
  }

  /** The sum of the whole slices within `span` before `end`. */
  sum(end: Micros, span: Micros): number {
    const last = Math.floor(end / SLICE) - 1;
    const first = Math.max(
      last - Math.round(span / SLICE),
      this.#newest - SLICES,
    );
    let sum = 0;
    for (let slice = Math.min(last, this.#newest); slice > first; slice--)
      if (slice >= 0) sum += this.#sums[slice % SLICES]!;
    return sum;
  }

  #advance(slice: number): void {
    const from = Math.max(this.#newest + 1, slice - SLICES + 1);
    for (let at = from; at <= slice; at++) this.#sums[at % SLICES] = 0;
    this.#newest = slice;
  }
}
