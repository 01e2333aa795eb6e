/** How high a signal goes between its samples (ITU-R BS.1770-4, annex 2): what a player's converter makes of them. Pure. */

/** Of four points a sample: a 12 kHz tone's peak is missed by 0.2 dB at most. */
const PHASES = 4;
/** Samples on either side that make a point: a windowed sinc flat to 20 kHz. */
const SIDE = 8;
const TAPS = 2 * SIDE;
/** Blackman, which lets 0.1 % of what is beside pass. */
const windowAt = (distance: number): number => {
  const x = (Math.PI * distance) / SIDE;
  return 0.42 + 0.5 * Math.cos(x) + 0.08 * Math.cos(2 * x);
};
const sinc = (x: number): number =>
  x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);

/** The weights of the three points between two samples, one after the other. */
const weights = Float64Array.from({ length: (PHASES - 1) * TAPS }, (_, i) => {
  const fraction = (Math.floor(i / TAPS) + 1) / PHASES;
  const distance = (i % TAPS) - (SIDE - 1) - fraction;
  return sinc(distance) * windowAt(distance);
});

/**
 * The highest point between the samples of `line` from `start` on, and each of the `count` with the next one. Seven samples
 * before and eight after must be there. Between two that are smaller than `least` it does not look.
 */
export const peakBetween = (
  line: Int32Array,
  start: number,
  count: number,
  least: number,
): number => {
  let highest = 0;
  for (let i = start; i < start + count; i++) {
    if (Math.abs(line[i]!) < least && Math.abs(line[i + 1]!) < least) continue;
    for (let phase = 0; phase < PHASES - 1; phase++) {
      let point = 0;
      const first = i - SIDE + 1;
      const base = phase * TAPS;
      for (let tap = 0; tap < TAPS; tap++)
        point += line[first + tap]! * weights[base + tap]!;
      if (point > highest) highest = point;
      else if (-point > highest) highest = -point;
    }
  }
  return highest;
};
