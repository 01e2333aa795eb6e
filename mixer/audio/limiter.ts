import { MIX_RATE, TICK_SAMPLES } from "../media.js";
import type { AudioCounters } from "./counters.js";

/** 1 ms: the gain is a straight line within one, so it never jumps. */
const BLOCK = MIX_RATE / 1000;
const BLOCKS = TICK_SAMPLES / BLOCK;
/** 5 ms: the gain is down before the peak arrives, slowly enough not to crackle. In blocks. */
const AHEAD = 5;
/** How long the output lags behind the input, samples. */
export const LIMITER_DELAY = AHEAD * BLOCK;

/** -1 dBFS: the codecs overshoot a little. */
export const LIMITER_CEILING = Math.floor(32_768 * 10 ** (-1 / 20));
/** The gain waits this long before it rises: half a wave of 50 Hz, so that it does not follow the wave itself. In blocks. */
const HOLD = 10;
/** Then it comes back with a time constant of 150 ms: faster pumps, slower keeps a shout's neighbours quiet. */
const RELEASE = 1 - Math.exp(-1 / 150);
/** So near to 1 (0.001 dB) it is 1, and samples pass untouched again. */
const NEARLY_ONE = 0.9999;

/**
 * Keeps one output below the ceiling, whatever comes in.
 *
 * - The output is the input 5 ms later; as long as nothing exceeds the ceiling, to the bit.
 * - Before a peak the gain falls in a straight line over those 5 ms, and is low enough when the peak comes.
 * - Has state: feed it every tick in order. `output` is overwritten by each.
 */
export class Limiter {
  readonly output = new Int16Array(TICK_SAMPLES);
  readonly #counters: AudioCounters;
  /** The last 5 ms of input, then this tick's: block k of the output is block k of this. */
  readonly #line = new Int32Array(LIMITER_DELAY + TICK_SAMPLES);
  /** The gain that each block of the line needs, 0 to 1. */
  readonly #needed = new Float64Array(AHEAD + BLOCKS).fill(1);
  /** The gain where the next block begins. */
  #gain = 1;
  #hold = 0;

  constructor(counters: AudioCounters) {
    this.#counters = counters;
  }

  /** As if it had always heard silence. */
  reset(): void {
    this.#line.fill(0);
    this.#needed.fill(1);
    this.#gain = 1;
    this.#hold = 0;
  }

  /** Takes 960 samples of a sum, gives back `output`: 960 samples that fit. */
  process(sum: Int32Array): Int16Array {
    this.#line.copyWithin(0, TICK_SAMPLES);
    this.#line.set(sum, LIMITER_DELAY);
    this.#needed.copyWithin(0, BLOCKS);
    for (let block = 0; block < BLOCKS; block++)
      this.#needed[AHEAD + block] = neededGain(sum, block * BLOCK);
    for (let block = 0; block < BLOCKS; block++) {
      const from = this.#gain;
      const to = this.#nextGain(block);
      if (from === 1 && to === 1) this.#pass(block * BLOCK);
      else this.#scale(block * BLOCK, from, to);
      this.#gain = to;
    }
    return this.output;
  }

  /** The gain at the end of `block`: low enough for it and the next, and on the line to every peak in sight. */
  #nextGain(block: number): number {
    const needed = this.#needed;
    const gain = this.#gain;
    let limit = needed[block]!;
    for (let ahead = 1; ahead <= AHEAD; ahead++) {
      const towards = gain + (needed[block + ahead]! - gain) / ahead;
      if (towards < limit) limit = towards;
    }
    if (limit <= gain && gain < 1) this.#hold = HOLD;
    if (limit < gain) return limit;
    if (gain === 1) return 1;
    if (this.#hold > 0) {
      this.#hold--;
      return gain;
    }
    const released = gain + (1 - gain) * RELEASE;
    return Math.min(limit, released > NEARLY_ONE ? 1 : released);
  }

  #pass(start: number): void {
    const { output } = this;
    const line = this.#line;
    let peak = this.#counters.peak;
    for (let i = start; i < start + BLOCK; i++) {
      const sample = line[i]!;
      output[i] = sample;
      if (sample > peak) peak = sample;
      else if (-sample > peak) peak = -sample;
    }
    this.#counters.peak = peak;
  }

  #scale(start: number, from: number, to: number): void {
    const { output } = this;
    const counters = this.#counters;
    const step = (to - from) / BLOCK;
    for (let i = 0; i < BLOCK; i++) {
      const sample = Math.round(this.#line[start + i]! * (from + step * i));
      const fit = Math.max(-32_767, Math.min(32_767, sample));
      if (fit !== sample) counters.clipped++;
      counters.peak = Math.max(counters.peak, Math.abs(fit));
      output[start + i] = fit;
    }
    const reduction = -20 * Math.log10(Math.min(from, to));
    if (reduction > counters.maxReduction) counters.maxReduction = reduction;
  }
}

const neededGain = (sum: Int32Array, start: number): number => {
  let highest = 0;
  let lowest = 0;
  for (let i = start; i < start + BLOCK; i++) {
    const sample = sum[i]!;
    if (sample > highest) highest = sample;
    else if (sample < lowest) lowest = sample;
  }
  const peak = Math.max(highest, -lowest);
  return peak <= LIMITER_CEILING ? 1 : LIMITER_CEILING / peak;
};
