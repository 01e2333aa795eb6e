/** How loud a voice is to people: ITU-R BS.1770-4, with an integration that forgets, so that it follows who moves. */
import { TICK_SAMPLES } from "../media.js";

const FULL_SCALE = 32_768;
/** Of the recommendation: what a 997 Hz tone of full scale is brought to -3.01 LUFS with. */
const OFFSET = -0.691;

/** LUFS of a mean square (full scale is 1) after K-weighting. */
const lufs = (meanSquare: number): number =>
  OFFSET + 10 * Math.log10(Math.max(meanSquare, 1e-13));
const meanSquareOf = (loudness: number): number =>
  10 ** ((loudness - OFFSET) / 10);

/** The two filters of BS.1770-4, tables 1 and 2, for 48 kHz: the head's high shelf, then a high pass. */
const SHELF = {
  ...{ b0: 1.53512485958697, b1: -2.69169618940638, b2: 1.19839281085285 },
  ...{ a1: -1.69065929318241, a2: 0.73248077421585 },
};
const HIGH_PASS = { a1: -1.99004745483398, a2: 0.99007225036621 };

/** A block of 400 ms, in ticks; a new one begins every 100 ms (75 % overlap). */
const BLOCK = 20;
const HOP = 5;
/** Below this a block counts for nothing, as the recommendation has it. */
const ABSOLUTE_GATE = meanSquareOf(-70);
/** Nor one that is 10 LU below the mean of the others: a pause. As a ratio of mean squares. */
const RELATIVE_GATE = 0.1;
/** The mean covers about the last 3 s of speech, and what there is before that. In blocks. */
const MEMORY = 30;

/**
 * The loudness of one voice. Has state: feed it the ticks of its speech in order.
 */
export class Loudness {
  /** Gated loudness of the last seconds, LUFS; undefined before the first block. */
  value: number | undefined;
  /** Mean squares of the last ticks, the oldest at `#at`. */
  readonly #ticks = new Float64Array(BLOCK);
  #at = 0;
  #filled = 0;
  #sinceBlock = 0;
  /** Means of the blocks above the absolute gate, and of those above both. */
  #ungated = 0;
  #gated = 0;
  #blocks = 0;
  #gatedBlocks = 0;
  /** The filters' memories (direct form II, transposed). */
  #s1 = 0;
  #s2 = 0;
  #h1 = 0;
  #h2 = 0;

  /** The next block begins afresh, e.g. after a pause; what is known stays. */
  restart(): void {
    this.#filled = 0;
    this.#sinceBlock = 0;
    this.#s1 = this.#s2 = this.#h1 = this.#h2 = 0;
  }

  /** Takes 960 samples. True when they completed a block that counts. */
  add(samples: Int16Array): boolean {
    this.#ticks[this.#at] = this.#weigh(samples);
    this.#at = (this.#at + 1) % BLOCK;
    this.#filled = Math.min(BLOCK, this.#filled + 1);
    this.#sinceBlock++;
    if (this.#filled < BLOCK || this.#sinceBlock < HOP) return false;
    this.#sinceBlock = 0;
    let sum = 0;
    for (const tick of this.#ticks) sum += tick;
    return this.#gate(sum / BLOCK);
  }

  #gate(block: number): boolean {
    if (block < ABSOLUTE_GATE) return false;
    this.#blocks = Math.min(MEMORY, this.#blocks + 1);
    this.#ungated += (block - this.#ungated) / this.#blocks;
    if (block < this.#ungated * RELATIVE_GATE) return false;
    this.#gatedBlocks = Math.min(MEMORY, this.#gatedBlocks + 1);
    this.#gated += (block - this.#gated) / this.#gatedBlocks;
    this.value = lufs(this.#gated);
    return true;
  }

  /** The mean square of the weighted samples. */
  #weigh(samples: Int16Array): number {
    const { b0, b1, b2, a1, a2 } = SHELF;
    const { a1: c1, a2: c2 } = HIGH_PASS;
    let s1 = this.#s1;
    let s2 = this.#s2;
    let h1 = this.#h1;
    let h2 = this.#h2;
    let energy = 0;
    for (let i = 0; i < TICK_SAMPLES; i++) {
      const x = samples[i]! / FULL_SCALE;
      const y = b0 * x + s1;
      s1 = b1 * x - a1 * y + s2;
      s2 = b2 * x - a2 * y;
      const z = y + h1;
      h1 = -2 * y - c1 * z + h2;
      h2 = y - c2 * z;
      energy += z * z;
    }
    this.#s1 = s1;
    this.#s2 = s2;
    this.#h1 = h1;
    this.#h2 = h2;
    return energy / TICK_SAMPLES;
  }
}
