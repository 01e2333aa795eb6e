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

const energyOf = (samples: Float32Array): number => {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return energy;
};

/** Of `length` samples from `from` on, looked for at most `most` samples earlier or later. */
export const align = (
  a: Float32Array,
  b: Float32Array,
  { from, length, most }: { from: number; length: number; most: number },
): Alignment => {
  const wanted = a.subarray(from, from + length);
  const energy = energyOf(wanted);
  let best: Alignment = { lag: 0, likeness: 0 };
  let found = energyOf(b.subarray(from - most, from - most + length));
  for (let lag = -most; lag <= most; lag++) {
    const start = from + lag;
    let product = 0;
    for (let i = 0; i < length; i++)
      product += wanted[i]! * (b[start + i] ?? 0);
    const likeness = product / Math.sqrt(energy * Math.max(found, 1e-9));
    if (likeness > best.likeness) best = { lag, likeness };
    // One goes and one comes: the whole sum a lag would take most of the time.
    const [gone, come] = [b[start] ?? 0, b[start + length] ?? 0];
    found += come * come - gone * gone;
  }
  return best;
};
