/**
 * Adding up. The total has 32 bits, so it cannot wrap (65 000 sources at full scale would fit), and what a source is
 * taken out with is the very array that it was put in with: nothing of it stays, to the last bit.
 */

/** How the gain goes over one tick: from `from` to `to` linearly over the first `length` samples, then `to`. */
export type Ramp = { from: number; to: number; length: number };

/** `added` becomes `samples` with the ramp's gain, rounded; `total` grows by exactly `added`. */
export const addWithRamp = (
  samples: Int16Array,
  { from, to, length }: Ramp,
  added: Int32Array,
  total: Int32Array,
): void => {
  const step = (to - from) / length;
  for (let i = 0; i < length; i++) {
    const sample = Math.round(samples[i]! * (from + step * (i + 1)));
    added[i] = sample;
    total[i]! += sample;
  }
  for (let i = length; i < samples.length; i++) {
    const sample = Math.round(samples[i]! * to);
    added[i] = sample;
    total[i]! += sample;
  }
};

/** The same at a gain of 1, which is nearly always. */
export const add = (
  samples: Int16Array,
  added: Int32Array,
  total: Int32Array,
): void => {
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    added[i] = sample;
    total[i]! += sample;
  }
};

/**
 * `sum` grows by `added` at a gain that goes linearly from `from` to `to`, rounded: at -1 it takes out to the bit what
 * was put in. Of fifty who all hear each other otherwise this is most of a tick; as two loops of floors it takes a third
 * of what one loop of `Math.round` does.
 */
export const addScaled = (
  added: Int32Array,
  sum: Int32Array,
  from: number,
  to: number,
): void => {
  if (from === to) addAt(added, sum, to);
  else addSloped(added, sum, from, to);
};

const addAt = (added: Int32Array, sum: Int32Array, gain: number): void => {
  const { length } = added;
  for (let i = 0; i < length; i++)
    sum[i] = sum[i]! + Math.floor(added[i]! * gain + 0.5);
};

const addSloped = (
  added: Int32Array,
  sum: Int32Array,
  from: number,
  to: number,
): void => {
  const { length } = added;
  const step = (to - from) / length;
  for (let i = 0; i < length; i++)
    sum[i] = sum[i]! + Math.floor(added[i]! * (from + step * (i + 1)) + 0.5);
};

/** `into` becomes the total without what `added` put into it. */
export const subtract = (
  total: Int32Array,
  added: Int32Array,
  into: Int32Array,
): void => {
  for (let i = 0; i < total.length; i++) into[i] = total[i]! - added[i]!;
};
