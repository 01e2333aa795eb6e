import { TICK, TICK_SAMPLES } from "../media.js";
import type { AudioSource } from "./source.js";
import { addScaled, subtract } from "./sum.js";

/** Who was in the sum stays a contributor for this long, so that listeners do not change encoders at each word: 10 s. */
const CONTRIBUTOR_HOLD = 10_000_000 / TICK;

/**
 * The sources of one listener, e.g. a voice and the sound of a shared screen: its mix is all but these.
 *
 * A source that was removed stays here while it fades out, so that its owner does not hear even that.
 */
export class Owner {
  readonly #sources: AudioSource[] = [];
  readonly #rest = new Int32Array(TICK_SAMPLES);
  /** Ticks for which it still counts as a contributor. */
  #contributorFor = 0;

  get isContributor(): boolean {
    return this.#contributorFor > 0;
  }

  /** Whether the last tick's sum has something of it. */
  get contributing(): boolean {
    for (const source of this.#sources) if (source.contributing) return true;
    return false;
  }

  /** Whether the tick before had. */
  get contributed(): boolean {
    for (const source of this.#sources) if (source.contributed) return true;
    return false;
  }

  add(source: AudioSource): void {
    this.#sources.push(source);
  }

  remove(source: AudioSource): void {
    const index = this.#sources.indexOf(source);
    if (index !== -1) this.#sources.splice(index, 1);
  }

  /** Once a tick, after all sources have added theirs. */
  tick(): void {
    if (this.contributing) this.#contributorFor = CONTRIBUTOR_HOLD;
    else if (this.#contributorFor > 0) this.#contributorFor--;
  }

  /** Adds what these put into the total once more, at a gain that goes linearly over the tick; at -1 nothing of it is left. */
  addTo(sum: Int32Array, from: number, to: number): void {
    for (const { contributing, added } of this.#sources)
      if (contributing) addScaled(added, sum, from, to);
  }

  /** The total without what these put into it; the same array always. */
  restOf(total: Int32Array): Int32Array {
    let from = total;
    for (const { contributing, added } of this.#sources) {
      if (!contributing) continue;
      subtract(from, added, this.#rest);
      from = this.#rest;
    }
    return from;
  }
}
