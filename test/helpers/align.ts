/** Sound that tells its own time, and how far two recordings of it are apart. */

/** Hz, and by how much each glides up and down: nothing of it repeats within a second. */
const PARTS = [
  [310, 90],
  [730, 210],
  [1650, 400],
] as const;

/** Three whistles, other ones for each seed, at -20 dBFS: `count` samples from `from` on. */
export const whistles =
  (seed: number) =>
  (from: number, count: number): Int16Array =>
    Int16Array.from({ length: count }, (_, index) => {
      const time = (from + index) / 48_000;
      let sum = 0;
      for (const [part, [hz, wide]] of PARTS.entries()) {
        const every = 2.1 + part + seed / 3;
        const glide = (wide / every) * Math.sin(every * time + seed);
        sum += Math.sin(2 * Math.PI * (hz * (1 + seed / 7) * time + glide));
      }
      return 2_000 * sum;
    });

export type Alignment = {
  /** How many samples later the same is heard in the second. */
  lag: number;
  /** 0 (nothing in common) to 1. */
  likeness: number;
};

type Search = { first: number; last: number; step: number; every: number };

/** The best of the lags from `first` to `last`, judged by every so manieth sample. */
const search = (
  wanted: Float32Array,
  b: Float32Array,
  from: number,
  { first, last, step, every }: Search,
): Alignment => {
  const { length } = wanted;
  let best: Alignment = { lag: 0, likeness: 0 };
  for (let lag = first; lag <= last; lag += step) {
    const start = from + lag;
    let product = 0;
    let energy = 0;
    let found = 1e-9;
    for (let at = 0; at < length; at += every) {
      const one = wanted[at]!;
      const other = b[start + at] ?? 0;
      product += one * other;
      energy += one * one;
      found += other * other;
    }
    const likeness = product / Math.sqrt(energy * found);
    if (likeness > best.likeness) best = { lag, likeness };
  }
  return best;
};

/** Nothing of whistles is above 3 kHz: a fourth of the samples tells as much, and a peak is wider than two lags. */
const ROUGHLY = { step: 2, every: 4 };
const NEAR = 4;

/** Of `length` samples from `from` on, looked for at most `most` samples earlier or later. */
export const align = (
  a: Float32Array,
  b: Float32Array,
  { from, length, most }: { from: number; length: number; most: number },
): Alignment => {
  const wanted = a.subarray(from, from + length);
  const around = { first: -most, last: most, ...ROUGHLY };
  const { lag } = search(wanted, b, from, around);
  const first = Math.max(-most, lag - NEAR);
  const last = Math.min(most, lag + NEAR);
  return search(wanted, b, from, { first, last, step: 1, every: 1 });
};
