import { TICK } from "../media.js";
import { createPlanes, type Channels, type Planes } from "./planes.js";
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
  readonly id: string;
  /** Its last source was removed; it stays while that fades out. */
  left = false;
  readonly #sources: AudioSource[] = [];
  readonly #rest: Planes;
  /** Ticks for which it still counts as a contributor. */
  #contributorFor = 0;

  constructor(id: string, channels: Channels) {
    this.id = id;
    this.#rest = createPlanes(channels);
  }

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

  get isEmpty(): boolean {
    return this.#sources.length === 0;
  }

  add(source: AudioSource): void {
    this.left = false;
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
  addTo(sum: Planes, from: number, to: number): void {
    if (from === 0 && to === 0) return;
    for (const { contributing, added } of this.#sources)
      if (contributing)
        for (let c = 0; c < sum.length; c++)
          addScaled(added[c]!, sum[c]!, from, to);
  }

  /** The same as one channel; what is in the middle of two is as loud there. */
  addMono(sum: Int32Array): void {
    const gain = this.#rest.length === 1 ? 1 : Math.SQRT1_2;
    for (const { contributing, added } of this.#sources)
      if (contributing)
        for (const plane of added) addScaled(plane, sum, gain, gain);
  }

  /** The total without what these put into it; the same planes always. */
  restOf(total: Planes): Planes {
    let from = total;
    for (const { contributing, added } of this.#sources) {
      if (!contributing) continue;
      for (let c = 0; c < total.length; c++)
        subtract(from[c]!, added[c]!, this.#rest[c]!);
      from = this.#rest;
    }
    return from;
  }
}
