/** How high a signal goes between its samples (ITU-R BS.1770-4, annex 2): what a player's converter makes of them. Pure. */

import { bessel } from "./bessel.js";

/** Samples on either side that make a point: with the window below a sinc that is flat to 22 kHz. */
const SIDE = 24;
/** Of a Kaiser window: what is beside lets 0.3 % pass. */
const BETA = 4.5;
/** The longest stretch that is looked at once: a block of the limiter. */
const LONGEST = 64;

/** So near to the highest point a parabola through three may be higher: of 22 kHz by 0.6 dB. */
const NEAR = 0.93;

const weightAt = (distance: number): number => {
  const inside = Math.sqrt(Math.max(0, 1 - (distance / SIDE) ** 2));
  const window = bessel(BETA * inside) / bessel(BETA);
  const angle = Math.PI * distance;
  return (window * Math.sin(angle)) / angle;
};

const table = (weight: (tap: number) => number): Float64Array =>
  Float64Array.from({ length: SIDE }, (_, tap) => weight(tap));

/**
 * Weights of the pair of samples that lie `tap` samples beyond the two that a point is between: for the half, of their
 * sum; for both quarters, of their sum and (one up, one down) of their difference.
 */
const HALF = table((tap) => weightAt(tap + 0.5));
const EVEN = table((tap) => (weightAt(tap + 0.25) + weightAt(tap + 0.75)) / 2);
const ODD = table((tap) => (weightAt(tap + 0.25) - weightAt(tap + 0.75)) / 2);

/** What is looked at, as numbers that need not be converted for each product. */
const around = new Float64Array(LONGEST + 2 * SIDE);

/** The top of the parabola through three points of which the middle one is the highest; upside down for valleys. */
const top = (before: number, middle: number, after: number): number => {
  const bend = before - 2 * middle + after;
  return bend === 0 ? middle : middle - (before - after) ** 2 / (8 * bend);
};

/**
 * The highest point between the samples of `line` from `start` on, and each of the `count` (64 at most) with the next one.
 * 23 samples before and 24 after must be there. Between two that are smaller than `least` it does not look. Four points
 * a sample, and a parabola where the highest of them is: of 20 kHz not more than 0.03 dB is missed.
 */
export const peakBetween = (
  line: Int32Array,
  start: number,
  count: number,
  least: number,
): number => {
  const first = start - SIDE + 1;
  for (let i = 0; i < count + 2 * SIDE - 1; i++) around[i] = line[first + i]!;
  let highest = 0;
  /** The point a quarter before this sample; none while nothing was looked at. */
  let before = NaN;
  for (let i = SIDE - 1; i < SIDE - 1 + count; i++) {
    const here = around[i]!;
    const next = around[i + 1]!;
    if (Math.abs(here) < least && Math.abs(next) < least) {
      before = NaN;
      continue;
    }
    let [half, even, odd] = [0, 0, 0];
    for (let tap = 0; tap < SIDE; tap++) {
      const left = around[i - tap]!;
      const right = around[i + 1 + tap]!;
      const sum = left + right;
      half += sum * HALF[tap]!;
      even += sum * EVEN[tap]!;
      odd += (left - right) * ODD[tap]!;
    }
    const quarter = even + odd;
    const last = even - odd;
    highest = higher(highest, before, here, quarter);
    highest = higher(highest, here, quarter, half);
    highest = higher(highest, quarter, half, last);
    highest = higher(highest, half, last, next);
    before = last;
  }
  return highest;
};

/** `highest`, or what the middle one of three points, or a parabola through them, has more. */
const higher = (
  highest: number,
  before: number,
  middle: number,
  after: number,
): number => {
  const size = Math.abs(middle);
  if (!(size > highest * NEAR)) return highest;
  const sign = Math.sign(middle);
  const isTop = (middle - before) * sign >= 0 && (middle - after) * sign >= 0;
  const point = isTop ? Math.abs(top(before, middle, after)) : size;
  return point > highest ? point : highest;
};
