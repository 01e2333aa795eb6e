import { MIX_RATE, TICK_SAMPLES } from "../media.js";
import type { AudioCounters } from "./counters.js";
import type { Channels, Planes } from "./planes.js";
import { peakBetween } from "./true-peak.js";

/** 1 ms: the gain is a straight line within one, so it never jumps. */
const BLOCK = MIX_RATE / 1000;
const BLOCKS = TICK_SAMPLES / BLOCK;
/** 5 ms: the gain is down before the peak arrives, slowly enough not to crackle. In blocks. */
const AHEAD = 5;
/** How long the output lags behind the input, samples. */
export const LIMITER_DELAY = AHEAD * BLOCK;

/** -1 dBFS, since the codecs overshoot a little; and 0.05 dB less, for what is not looked at between the samples. */
export const LIMITER_CEILING = Math.floor(32_768 * 10 ** (-1.05 / 20));
/** Of what lies between samples, which is known a little less exactly: -1.2 dBFS. */
const BETWEEN_CEILING = 32_768 * 10 ** (-1.2 / 20);
/** Below this nothing between the samples comes near the ceiling, but for what no microphone sends. */
const MAY_EXCEED = BETWEEN_CEILING / 1.5;
/** So much of the peak between two samples is neither heard nor measured: 0.04 dB. */
const NEARLY_FLAT = 0.005;
/** The gain waits this long before it rises: half a wave of 50 Hz, so that it does not follow the wave itself. In blocks. */
const HOLD = 10;
/** Then it comes back with a time constant of 150 ms: faster pumps, slower keeps a shout's neighbours quiet. */
const RELEASE = 1 - Math.exp(-1 / 150);
/** And out of a deep reduction at 0.8 dB in 10 ms: what is faster is heard as pumping. */
const FASTEST = 10 ** (0.08 / 20);
/** So near to 1 (0.001 dB) it is 1, and samples pass untouched again. */
const NEARLY_ONE = 0.9999;

/**
 * Keeps one output below the ceiling, also between its samples, whatever comes in.
 *
 * - The output is the input 5 ms later; as long as nothing exceeds the ceiling, to the bit.
 * - Before a peak the gain falls in a straight line over those 5 ms, and is low enough when the peak comes.
 * - One gain for all channels, so that nothing moves in space.
 * - Has state: feed it every tick in order. `output` (interleaved) is overwritten by each.
 */
export class Limiter {
  readonly output: Int16Array;
  readonly #counters: AudioCounters;
  readonly #channels: Channels;
  /** Of each channel the last 5 ms of input, then this tick's: block k of the output is block k of this. */
  readonly #lines: readonly Int32Array[];
  /** The gain that each block of the line needs, 0 to 1. */
  readonly #needed = new Float64Array(AHEAD + BLOCKS).fill(1);
  /** The gain where the next block begins. */
  #gain = 1;
  #hold = 0;

  constructor(counters: AudioCounters, channels: Channels = 1) {
    this.#counters = counters;
    this.#channels = channels;
    this.output = new Int16Array(TICK_SAMPLES * channels);
    this.#lines = Array.from(
      { length: channels },
      () => new Int32Array(LIMITER_DELAY + TICK_SAMPLES),
    );
  }

  /** As the last tick ended. */
  get gain(): number {
    return this.#gain;
  }

  /** As if it had always heard silence. */
  reset(): void {
    for (const line of this.#lines) line.fill(0);
    this.#needed.fill(1);
    this.#gain = 1;
    this.#hold = 0;
  }

  /** As if it had always heard what `other`, of as many channels, has. */
  continue(other: Limiter): void {
    this.#lines.forEach((line, c) => line.set(other.#lines[c]!));
    this.#needed.set(other.#needed);
    this.#gain = other.#gain;
    this.#hold = other.#hold;
  }

  /** Takes 960 samples of a sum's every channel, gives back `output`: as many that fit. */
  process(sum: Planes): Int16Array {
    this.#needed.copyWithin(0, BLOCKS);
    this.#needed.fill(1, AHEAD);
    for (let c = 0; c < this.#channels; c++) {
      const line = this.#lines[c]!;
      line.copyWithin(0, TICK_SAMPLES);
      line.set(sum[c]!, LIMITER_DELAY);
      for (let block = AHEAD; block < AHEAD + BLOCKS; block++) {
        this.#look(line, block);
        // What lies between its last samples is known only with the next block's.
        this.#lookBetween(line, block - 1);
      }
    }
    for (let block = 0; block < BLOCKS; block++) {
      const from = this.#gain;
      const to = this.#nextGain(block);
      for (let c = 0; c < this.#channels; c++)
        if (from === 1 && to === 1) this.#pass(c, block * BLOCK);
        else this.#scale(c, block * BLOCK, from, to);
      if (to < 1) this.#count(from, to);
      this.#gain = to;
    }
    return this.output;
  }

  #look(line: Int32Array, block: number): void {
    const peak = peakOf(line, block * BLOCK);
    if (peak > LIMITER_CEILING) this.#need(block, LIMITER_CEILING / peak);
  }

  #lookBetween(line: Int32Array, block: number): void {
    const start = block * BLOCK;
    const peak = peakOf(line, start);
    if (peak <= MAY_EXCEED) return;
    if (bendOf(line, start) < NEARLY_FLAT * 8 * peak) return;
    const between = peakBetween(line, start, BLOCK);
    if (between > BETWEEN_CEILING) this.#need(block, BETWEEN_CEILING / between);
  }

  #need(block: number, gain: number): void {
    if (gain < this.#needed[block]!) this.#needed[block] = gain;
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
    const released = Math.min(gain + (1 - gain) * RELEASE, gain * FASTEST);
    return Math.min(limit, released > NEARLY_ONE ? 1 : released);
  }

  #pass(channel: number, start: number): void {
    const { output } = this;
    const line = this.#lines[channel]!;
    const step = this.#channels;
    let at = start * step + channel;
    let peak = this.#counters.peak;
    for (let i = start; i < start + BLOCK; i++, at += step) {
      const sample = line[i]!;
      output[at] = sample;
      if (sample > peak) peak = sample;
      else if (-sample > peak) peak = -sample;
    }
    this.#counters.peak = peak;
  }

  #scale(channel: number, start: number, from: number, to: number): void {
    const { output } = this;
    const counters = this.#counters;
    const line = this.#lines[channel]!;
    const width = this.#channels;
    const step = (to - from) / BLOCK;
    let at = start * width + channel;
    let { peak } = counters;
    for (let i = 0; i < BLOCK; i++, at += width) {
      let sample = Math.round(line[start + i]! * (from + step * i));
      if (sample > 32_767 || sample < -32_767) {
        sample = sample > 0 ? 32_767 : -32_767;
        counters.clipped++;
      }
      output[at] = sample;
      if (sample > peak) peak = sample;
      else if (-sample > peak) peak = -sample;
    }
    counters.peak = peak;
  }

  #count(from: number, to: number): void {
    const counters = this.#counters;
    counters.limited++;
    const reduction = -20 * Math.log10(Math.min(from, to));
    if (reduction > counters.maxReduction) counters.maxReduction = reduction;
  }
}

const peakOf = (line: Int32Array, start: number): number => {
  let highest = 0;
  let lowest = 0;
  for (let i = start; i < start + BLOCK; i++) {
    const sample = line[i]!;
    if (sample > highest) highest = sample;
    else if (sample < lowest) lowest = sample;
  }
  return Math.max(highest, -lowest);
};

/** The largest second difference: an eighth of it is about what a signal rises between two samples. */
const bendOf = (line: Int32Array, start: number): number => {
  let largest = 0;
  for (let i = start; i < start + BLOCK; i++) {
    const bend = line[i]! - 2 * line[i - 1]! + line[i - 2]!;
    if (bend > largest) largest = bend;
    else if (-bend > largest) largest = -bend;
  }
  return largest;
};
