/** G.711 (ITU-T, 1988): 8 bits a sample, µ-law and A-law, by table. Pure. */

export type Law = "pcmu" | "pcma";

const BIAS = 0x84;
const MU_CLIP = 32_635;

const encodeMu = (sample: number): number => {
  const magnitude = Math.min(Math.abs(sample), MU_CLIP) + BIAS;
  const segment = 24 - Math.clz32(magnitude);
  const code = (segment << 4) | ((magnitude >> (segment + 3)) & 0xf);
  return ~(sample < 0 ? code | 0x80 : code) & 0xff;
};

const decodeMu = (code: number): number => {
  const bits = ~code & 0xff;
  const magnitude = (((bits & 0xf) << 3) + BIAS) << ((bits & 0x70) >> 4);
  return (bits & 0x80) === 0 ? magnitude - BIAS : BIAS - magnitude;
};

/** Of 13 bits: negative numbers are counted from −1. Every second bit is turned over. */
const encodeA = (sample: number): number => {
  const short = sample >> 3;
  const magnitude = short < 0 ? -short - 1 : short;
  const segment = Math.max(0, 27 - Math.clz32(magnitude));
  const step = segment < 2 ? magnitude >> 1 : magnitude >> segment;
  const code = (segment << 4) | (step & 0xf);
  return (short < 0 ? code : code | 0x80) ^ 0x55;
};

const decodeA = (code: number): number => {
  const bits = code ^ 0x55;
  const segment = (bits & 0x70) >> 4;
  const step = ((bits & 0xf) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
};

type Tables = { encode: Uint8Array; decode: Int16Array };

const tablesOf = (
  encode: (sample: number) => number,
  decode: (code: number) => number,
): Tables => {
  const tables = {
    encode: new Uint8Array(65_536),
    decode: new Int16Array(256),
  };
  for (let sample = -32_768; sample < 32_768; sample++)
    tables.encode[sample & 0xffff] = encode(sample);
  for (let code = 0; code < 256; code++) tables.decode[code] = decode(code);
  return tables;
};

/** 65 kB each, made when first needed. */
const made = new Map<Law, Tables>();

const tables = (law: Law): Tables => {
  let found = made.get(law);
  if (found === undefined) {
    found =
      law === "pcmu"
        ? tablesOf(encodeMu, decodeMu)
        : tablesOf(encodeA, decodeA);
    made.set(law, found);
  }
  return found;
};

/** Writes `count` samples from `start` on, a byte each, to `into` from `at` on. */
export const encodeG711 = (
  law: Law,
  samples: Int16Array,
  [start, count]: readonly [start: number, count: number],
  [into, at]: readonly [into: Uint8Array, at: number],
): void => {
  const { encode } = tables(law);
  for (let i = 0; i < count; i++)
    into[at + i] = encode[samples[start + i]! & 0xffff]!;
};

/** As many samples as bytes, into the beginning of `into`. */
export const decodeG711 = (
  law: Law,
  codes: Uint8Array,
  into: Int16Array,
): void => {
  const { decode } = tables(law);
  for (let i = 0; i < codes.length; i++) into[i] = decode[codes[i]!]!;
};
