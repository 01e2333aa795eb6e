import { TICK } from "../media.js";
import {
  copyPlanes,
  createPlanes,
  type Channels,
  type Planes,
} from "./planes.js";
import type { AudioSource } from "./source.js";
import { addScaled } from "./sum.js";

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
  /** Whether the last tick's sum has something of it. */
  contributing = false;
  /** Whether the tick before had. */
  contributed = false;
  readonly #sources: AudioSource[] = [];
  #sum: Planes | undefined;
  #added: Planes = [];
  /** Ticks for which it still counts as a contributor. */
  #contributorFor = 0;

  constructor(id: string) {
    this.id = id;
  }

  get isContributor(): boolean {
    return this.#contributorFor > 0;
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
    this.contributing = false;
    this.contributed = false;
    for (const source of this.#sources) {
      if (source.contributing) this.contributing = true;
      if (source.contributed) this.contributed = true;
    }
    if (this.contributing) {
      this.#findAdded();
      this.#contributorFor = CONTRIBUTOR_HOLD;
    } else if (this.#contributorFor > 0) this.#contributorFor--;
  }

  /** What these put into the total; only while `contributing`, and valid until the next tick. */
  get added(): Planes {
    return this.#added;
  }

  /** The same as one channel; what is in the middle of two is as loud there. */
  addMono(sum: Float64Array): void {
    if (!this.contributing) return;
    const gain = this.#added.length === 1 ? 1 : Math.SQRT1_2;
    for (const plane of this.#added) addScaled([plane], [sum], gain, 0);
  }

  /** Of one source it is that source's own array; several are added up. */
  #findAdded(): void {
    let all: Planes | undefined;
    for (const { contributing, added } of this.#sources)
      if (contributing)
        all = all === undefined ? added : this.#plus(all, added);
    this.#added = all!;
  }

  #plus(all: Planes, added: Planes): Planes {
    if (this.#sum?.length !== all.length)
      this.#sum = createPlanes(added.length as Channels);
    const sum = this.#sum;
    if (all !== sum) copyPlanes(all, sum);
    addScaled(added, sum, 1, 0);
    return sum;
  }
}
