/** What a limiter holds of one channel while it looks ahead. Pure. */
import { MIX_RATE, TICK_SAMPLES } from "../media.js";

/** 1 ms: the gain is a straight line within one, so it never jumps. */
export const BLOCK = MIX_RATE / 1000;
export const BLOCKS = TICK_SAMPLES / BLOCK;
/** 5 ms: the gain is down before the peak arrives, slowly enough not to crackle. In blocks. */
export const AHEAD = 5;
/** How long the output lags behind the input, samples. */
export const LIMITER_DELAY = AHEAD * BLOCK;

/** The last 5 ms of input, then this tick's: block k of the output is block k of this. */
export class LimiterLine {
  readonly samples = new Int32Array(LIMITER_DELAY + TICK_SAMPLES);
  /** What comes out of it in this tick. */
  readonly head = this.samples.subarray(0, TICK_SAMPLES);
  /** The largest sample of every block. */
  readonly peaks = new Int32Array(AHEAD + BLOCKS);

  reset(): void {
    this.samples.fill(0);
    this.peaks.fill(0);
  }

  continue({ samples, peaks }: LimiterLine): void {
    this.samples.set(samples);
    this.peaks.set(peaks);
  }

  /** Moves on, and takes in a sum less one's own voice at a gain: rounded once, and looked at as it is written. */
  take(sum: Float64Array, own: Float64Array, from: number, step: number): void {
    const { samples, peaks } = this;
    samples.copyWithin(0, TICK_SAMPLES);
    peaks.copyWithin(0, BLOCKS);
    for (let block = 0; block < BLOCKS; block++) {
      const end = (block + 1) * BLOCK;
      let peak = 0;
      for (let i = block * BLOCK; i < end; i++) {
        const exactly = sum[i]! - own[i]! * (from + step * (i + 1));
        const sample = Math.floor(exactly + 0.5) | 0;
        samples[LIMITER_DELAY + i] = sample;
        const size = Math.abs(sample);
        if (size > peak) peak = size;
      }
      peaks[AHEAD + block] = peak;
    }
  }

  /**
   * The largest second difference of `count` samples: an eighth of it is about what a signal rises between two of them. Two
   * samples before must be there.
   */
  bendOf(start: number, count: number): number {
    const { samples } = this;
    let largest = 0;
    for (let i = start; i < start + count; i++) {
      const bend = samples[i]! - 2 * samples[i - 1]! + samples[i - 2]!;
      if (bend > largest) largest = bend;
      else if (-bend > largest) largest = -bend;
    }
    return largest;
  }
}
