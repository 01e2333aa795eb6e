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
/** Those that wait for four to be there; nothing of it outlives the call. */
const waiting: Planes[] = Array.from({ length: AT_ONCE }, () => SILENT);
const waitingGains = new Float64Array(AT_ONCE);

/**
 * `sum` grows by each of the voices at its gain, which grows by its step a sample. Those whose gains rest are added four
 * at a time: of fifty who all hear each other otherwise this is most of a tick, and the sum is read and written once for
 * all four.
 */
export const addVoices = (
  sum: Planes,
  voices: readonly { readonly added: Planes }[],
  gains: Float64Array,
  steps: Float64Array,
): void => {
  let count = 0;
  for (let i = 0; i < voices.length; i++) {
    const { added } = voices[i]!;
    if (steps[i]! !== 0) addScaled(added, sum, gains[i]!, steps[i]!);
    if (steps[i]! !== 0 || gains[i]! === 0) continue;
    waiting[count] = added;
    waitingGains[count] = gains[i]!;
    if (++count < AT_ONCE) continue;
    addWaiting(sum);
    count = 0;
  }
  if (count === 0) return;
  waiting.fill(SILENT, count);
  waitingGains.fill(0, count);
  addWaiting(sum);
};

const addWaiting = (sum: Planes): void => {
  for (let c = 0; c < sum.length; c++) addFour(sum[c]!, c);
};

const addFour = (sum: Float64Array, c: number): void => {
  const v = waiting[0]![c]!;
  const w = waiting[1]![c]!;
  const x = waiting[2]![c]!;
  const y = waiting[3]![c]!;
  const g = waitingGains[0]!;
  const h = waitingGains[1]!;
  const j = waitingGains[2]!;
  const k = waitingGains[3]!;
  for (let i = 0; i < TICK_SAMPLES; i++)
    sum[i] = sum[i]! + (v[i]! * g + w[i]! * h) + (x[i]! * j + y[i]! * k);
};
