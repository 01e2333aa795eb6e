import { TICK_SAMPLES } from "../media.js";
import type { AudioCounters } from "./counters.js";
import { AHEAD, BLOCK, BLOCKS, LimiterLine } from "./limiter-line.js";
import {
  createPlanes,
  type Channels,
  type Planes,
  type Share,
} from "./planes.js";
import { peakBetween } from "./true-peak.js";

export { LIMITER_DELAY } from "./limiter-line.js";

/** -1 dBFS, since the codecs overshoot a little; and 0.05 dB less, for what is not looked at between the samples. */
export const LIMITER_CEILING = Math.floor(32_768 * 10 ** (-1.05 / 20));
/** Of what lies between samples, which is known a little less exactly above 22 kHz: -1.2 dBFS. */
const BETWEEN_CEILING = 32_768 * 10 ** (-1.2 / 20);
/** Below this nothing between the samples comes near the ceiling, but for what no microphone sends. */
const MAY_EXCEED = BETWEEN_CEILING / 1.5;
/** So much of the peak between two samples is neither heard nor measured: 0.04 dB. */
const NEARLY_FLAT = 0.005;
/**
 * No signal rises further between two samples than this share of the largest second difference around them: a tone of 1 kHz
 * by an eighth of it, of 20 kHz by a quarter.
 */
const MOST_RISE = 0.5;
/** The gain waits this long before it rises: half a wave of 50 Hz, so that it does not follow the wave itself. In blocks. */
const HOLD = 10;
/** Then it comes back with a time constant of 150 ms: faster pumps, slower keeps a shout's neighbours quiet. */
const RELEASE = 1 - Math.exp(-1 / 150);
/** And out of a deep reduction at 0.8 dB in 10 ms: what is faster is heard as pumping. */
const FASTEST = 10 ** (0.08 / 20);
/** A voice that is nobody's. */
const NOTHING: Share = { planes: createPlanes(2), from: 0, step: 0 };
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
  readonly channels: Channels;
  readonly output: Int16Array;
  readonly #counters: AudioCounters;
  /** One for each channel. */
  readonly #lines: readonly LimiterLine[];
  /** The gain that each block of the line needs, 0 to 1. */
  readonly #needed = new Float64Array(AHEAD + BLOCKS).fill(1);
  /** The gain where the next block begins. */
  #gain = 1;
  #hold = 0;

  constructor(counters: AudioCounters, channels: Channels = 1) {
    this.#counters = counters;
    this.channels = channels;
    this.output = new Int16Array(TICK_SAMPLES * channels);
    this.#lines = Array.from({ length: channels }, () => new LimiterLine());
  }

  /** As the last tick ended. */
  get gain(): number {
    return this.#gain;
  }

  /** As if it had always heard silence. */
  reset(): void {
    for (const line of this.#lines) line.reset();
    this.#needed.fill(1);
    this.#gain = 1;
    this.#hold = 0;
  }

  /** As if it had always heard what `other` has; of other channels, which are the same then, on each what its first has. */
  continue(other: Limiter): void {
    this.#lines.forEach((line, c) =>
      line.continue(other.#lines[c] ?? other.#lines[0]!),
    );
    this.#needed.set(other.#needed);
    this.#gain = other.#gain;
    this.#hold = other.#hold;
  }

  /** Takes 960 samples of a sum's every channel, less somebody's own share of it; gives back `output`: as many that fit. */
  process(sum: Planes, own: Share = NOTHING): Int16Array {
    this.#needed.copyWithin(0, BLOCKS);
    this.#needed.fill(1, AHEAD);
    for (let c = 0; c < this.channels; c++) {
      const line = this.#lines[c]!;
      line.take(sum[c]!, own.planes[c]!, own.from, own.step);
      this.#look(line);
    }
    if (this.#isCalm()) this.#passAll();
    else for (let block = 0; block < BLOCKS; block++) this.#turn(block);
    return this.output;
  }

  #look(line: LimiterLine): void {
    const { peaks } = line;
    for (let block = AHEAD; block < AHEAD + BLOCKS; block++) {
      const peak = peaks[block]!;
      if (peak > LIMITER_CEILING) this.#need(block, LIMITER_CEILING / peak);
      // What lies between its last samples is known only with the next block's.
      const before = peaks[block - 1]!;
      if (before > MAY_EXCEED) this.#lookBetween(line, block - 1, before);
    }
  }

  #lookBetween(line: LimiterLine, block: number, peak: number): void {
    const start = block * BLOCK;
    const bend = line.bendOf(start, BLOCK);
    if (bend < NEARLY_FLAT * 8 * peak) return;
    // Around the last of them, too.
    const most = Math.max(bend, line.bendOf(start + BLOCK, 2));
    const least = BETWEEN_CEILING - most * MOST_RISE;
    const between = peakBetween(line.samples, start, BLOCK, least);
    if (between > BETWEEN_CEILING) this.#need(block, BETWEEN_CEILING / between);
  }

  /** Whether the gain is 1 and nothing in sight asks for less. */
  #isCalm(): boolean {
    if (this.#gain !== 1) return false;
    const needed = this.#needed;
    for (let block = 0; block < AHEAD + BLOCKS; block++)
      if (needed[block]! < 1) return false;
    return true;
  }

  #turn(block: number): void {
    const from = this.#gain;
    const to = this.#nextGain(block);
    for (let c = 0; c < this.channels; c++)
      if (from === 1 && to === 1) this.#pass(c, block);
      else this.#scale(c, block, from, to);
    if (to < 1) this.#count(Math.min(from, to));
    this.#gain = to;
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
      const wanted = needed[block + ahead]!;
      // A line to 1 would never arrive there, and the limiter never rest.
      if (wanted === 1) continue;
      const towards = gain + (wanted - gain) / ahead;
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

  #passAll(): void {
    if (this.channels === 1) this.output.set(this.#lines[0]!.head);
    else for (let c = 0; c < this.channels; c++) this.#copy(c, 0, TICK_SAMPLES);
    for (const { peaks } of this.#lines)
      for (let block = 0; block < BLOCKS; block++) this.#see(peaks[block]!);
  }

  #pass(channel: number, block: number): void {
    this.#copy(channel, block * BLOCK, BLOCK);
    this.#see(this.#lines[channel]!.peaks[block]!);
  }

  #see(peak: number): void {
    if (peak > this.#counters.peak) this.#counters.peak = peak;
  }

  #copy(channel: number, start: number, count: number): void {
    const { output } = this;
    const line = this.#lines[channel]!.samples;
    const width = this.channels;
    let at = start * width + channel;
    for (let i = start; i < start + count; i++, at += width)
      output[at] = line[i]!;
  }

  #scale(channel: number, block: number, from: number, to: number): void {
    const { output } = this;
    const counters = this.#counters;
    const line = this.#lines[channel]!.samples;
    const width = this.channels;
    const step = (to - from) / BLOCK;
    const start = block * BLOCK;
    let at = start * width + channel;
    let { peak } = counters;
    for (let i = 0; i < BLOCK; i++, at += width) {
      let sample = Math.floor(line[start + i]! * (from + step * i) + 0.5) | 0;
      const size = Math.abs(sample);
      if (size > peak) {
        peak = Math.min(size, 32_767);
        if (size > 32_767) {
          sample = sample > 0 ? 32_767 : -32_767;
          counters.clipped++;
        }
      }
      output[at] = sample;
    }
    counters.peak = peak;
  }

  #count(gain: number): void {
    const counters = this.#counters;
    counters.limited++;
    if (gain < counters.lowestGain) counters.lowestGain = gain;
  }
}
