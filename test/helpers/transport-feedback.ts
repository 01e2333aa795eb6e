/** Transport-wide feedback as a receiver writes it, for tests. */

/** A packet that came at this time of the receiver's clock, in microseconds. */
export type Arrival = { number: number; at: number };

const REFERENCE = 64_000;
const DELTA = 250;
/** Where receivers' clocks begin is their own affair. */
const CLOCK: number = 1_000 * REFERENCE;

type Part = {
  base: number;
  at: readonly (number | undefined)[];
  count: number;
};

/** One RTCP packet about consecutive numbers, in two-bit status vectors. */
const write = ({ base, at, count }: Part): Buffer => {
  const known = at.filter((it) => it !== undefined);
  const reference = Math.floor((CLOCK + Math.min(...known)) / REFERENCE);
  let time = reference * REFERENCE;
  const deltas: number[] = [];
  const symbols = at.map((arrival) => {
    if (arrival === undefined) return 0;
    const delta = Math.round((CLOCK + arrival - time) / DELTA);
    time += delta * DELTA;
    const small = delta >= 0 && delta <= 255;
    if (small) deltas.push(delta);
    else deltas.push((delta >> 8) & 0xff, delta & 0xff);
    return small ? 1 : 2;
  });
  const chunks = Math.ceil(symbols.length / 7);
  const size = 4 * Math.ceil((20 + 2 * chunks + deltas.length) / 4);
  const part = Buffer.alloc(size);
  part.set([0x80 | 15, 205], 0);
  part.writeUInt16BE(size / 4 - 1, 2);
  part.writeUInt16BE(base, 12);
  part.writeUInt16BE(at.length, 14);
  part.writeIntBE(reference, 16, 3);
  part[19] = count & 0xff;
  for (let chunk = 0; chunk < chunks; chunk++) {
    let word = 0xc000;
    for (let n = 0; n < 7; n++)
      word |= (symbols[7 * chunk + n] ?? 0) << (12 - 2 * n);
    part.writeUInt16BE(word, 20 + 2 * chunk);
  }
  part.set(deltas, 20 + 2 * chunks);
  return part;
};

/** Writes feedback after feedback: what did not come before a later packet did is told as missing. */
export const createFeedback = () => {
  let base = 0;
  let count = 0;
  /** undefined = nothing came. Numbers are counted on without wrapping. */
  return (arrivals: readonly Arrival[]): Buffer | undefined => {
    if (arrivals.length === 0) return undefined;
    const came = new Map(arrivals.map(({ number, at }) => [number, at]));
    const highest = Math.max(...came.keys());
    const at = Array.from({ length: highest - base + 1 }, (_, n) =>
      came.get(base + n),
    );
    const part = write({ base: base & 0xffff, at, count: count++ });
    base = highest + 1;
    return part;
  };
};
