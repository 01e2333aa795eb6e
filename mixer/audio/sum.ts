/**
 * Adding up, without any rounding but that of each source as it comes in: what a source is taken out with is the very
 * array that it was put in with, at the very gain, so nothing of it stays, to the last bit.
 */
import { TICK_SAMPLES } from "../media.js";
import { createPlanes, type Planes } from "./planes.js";

/**
 * Gains of rows are multiples of this. Times a sum of samples of up to 29 bits (eight thousand voices at full scale) they
 * fit the 53 bits of a number.
 */
const UNIT = 2 ** -24;

/** The nearest gain with which products and their sums are exact, in whichever order they are added. */
export const exact = (gain: number): number => Math.round(gain / UNIT) * UNIT;

/** By how much a gain grows with each sample, exact too: over a tick that is as much as is asked for but for -90 dB. */
export const slope = (from: number, to: number): number =>
  exact((to - from) / TICK_SAMPLES);

/** How the gain goes over one tick: from `from` to `to` linearly over the first `length` samples, then `to`. */
export type Ramp = { from: number; to: number; length: number };

/** `added` becomes `samples` with the ramp's gain, rounded; `total` grows by exactly `added`. */
export const addWithRamp = (
  samples: Int16Array,
  { from, to, length }: Ramp,
  added: Float64Array,
  total: Float64Array,
): void => {
  const step = (to - from) / length;
  for (let i = 0; i < length; i++) {
    const sample = Math.floor(samples[i]! * (from + step * (i + 1)) + 0.5);
    added[i] = sample;
    total[i]! += sample;
  }
  for (let i = length; i < samples.length; i++) {
    const sample = Math.floor(samples[i]! * to + 0.5);
    added[i] = sample;
    total[i]! += sample;
  }
};

/** The same at a gain of 1, which is nearly always. */
export const add = (
  samples: Int16Array,
  added: Float64Array,
  total: Float64Array,
): void => {
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    added[i] = sample;
    total[i]! += sample;
  }
};

/** `into` becomes `sum` at a gain that goes from `from` on by `step` a sample. */
export const scale = (
  sum: Planes,
  into: Planes,
  from: number,
  step: number,
): void => {
  for (let c = 0; c < into.length; c++) {
    const source = sum[c]!;
    const plane = into[c]!;
    for (let i = 0; i < TICK_SAMPLES; i++)
      plane[i] = source[i]! * (from + step * (i + 1));
  }
};

/** `sum` grows by `voice` at a gain that goes from `from` on by `step` a sample. */
export const addScaled = (
  voice: Planes,
  sum: Planes,
  from: number,
  step: number,
): void => {
  for (let c = 0; c < sum.length; c++) {
    const added = voice[c]!;
    const plane = sum[c]!;
    for (let i = 0; i < TICK_SAMPLES; i++)
      plane[i] = plane[i]! + added[i]! * (from + step * (i + 1));
  }
};

const AT_ONCE = 4;
/** Makes up the last four. */
const SILENT = createPlanes(2);

/**
 * Adds many voices to a sum, those whose gains rest four at a time: the sum is read and written once for all of them. Of
 * fifty who all hear each other otherwise this is most of a tick.
 */
export class Adder {
  readonly #voices: Planes[] = [];
  readonly #gains: number[] = [];

  add(voice: Planes, sum: Planes, from: number, step: number): void {
    if (step !== 0) return addScaled(voice, sum, from, step);
    if (from === 0) return;
    this.#voices.push(voice);
    this.#gains.push(from);
    if (this.#voices.length === AT_ONCE) this.#addAll(sum);
  }

  /** What has not been added yet. */
  finish(sum: Planes): void {
    if (this.#voices.length === 0) return;
    while (this.#voices.length < AT_ONCE) {
      this.#voices.push(SILENT);
      this.#gains.push(0);
    }
    this.#addAll(sum);
  }

  #addAll(sum: Planes): void {
    for (let c = 0; c < sum.length; c++)
      addFour(sum[c]!, c, this.#voices, this.#gains);
    this.#voices.length = 0;
    this.#gains.length = 0;
  }
}

const addFour = (
  sum: Float64Array,
  c: number,
  voices: readonly Planes[],
  gains: readonly number[],
): void => {
  const v = voices[0]![c]!;
  const w = voices[1]![c]!;
  const x = voices[2]![c]!;
  const y = voices[3]![c]!;
  const [g, h, j, k] = gains as [number, number, number, number];
  for (let i = 0; i < TICK_SAMPLES; i++)
    sum[i] = sum[i]! + v[i]! * g + w[i]! * h + x[i]! * j + y[i]! * k;
};
