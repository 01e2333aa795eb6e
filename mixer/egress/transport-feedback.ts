/** Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1). Pure. */

/** Arrival in microseconds of the receiver's own clock; undefined = not arrived. */
export type OnPacket = (sequence: number, arrival: number | undefined) => void;

/** More than this is no feedback that a receiver sends every 50 to 250 ms. */
const MOST_PACKETS = 4096;
const statuses = new Uint8Array(MOST_PACKETS);

const NOT_RECEIVED = 0;
const SMALL_DELTA = 1;
const REFERENCE_MICROS = 64_000;
const DELTA_MICROS = 250;
const HEADER = 20;

/** Fills `statuses`; returns where the deltas begin, undefined for a malformed packet. */
const readStatuses = (part: Buffer, count: number): number | undefined => {
  let at = HEADER;
  let filled = 0;
  while (filled < count) {
    if (at + 2 > part.length) return undefined;
    const chunk = part.readUInt16BE(at);
    at += 2;
    const [symbols, bits] = shapeOf(chunk);
    for (let n = 0; n < symbols && filled < count; n++)
      statuses[filled++] = symbolOf(chunk, n, bits);
  }
  return at;
};

/** How many symbols a chunk has, and of how many bits; 0 bits = a run of one symbol. */
const shapeOf = (chunk: number): [number, number] => {
  if ((chunk & 0x8000) === 0) return [chunk & 0x1fff, 0];
  return (chunk & 0x4000) === 0 ? [14, 1] : [7, 2];
};

const symbolOf = (chunk: number, index: number, bits: number): number => {
  if (bits === 0) return (chunk >> 13) & 3;
  return bits === 1
    ? (chunk >> (13 - index)) & 1
    : (chunk >> (12 - 2 * index)) & 3;
};

/** Calls `each` for every packet that this feedback (one RTCP packet, FMT 15) is about, in order. A malformed rest is left out. */
export const parseTransportFeedback = (part: Buffer, each: OnPacket): void => {
  if (part.length < HEADER) return;
  const base = part.readUInt16BE(12);
  const count = part.readUInt16BE(14);
  if (count > MOST_PACKETS) return;
  let at = readStatuses(part, count);
  if (at === undefined) return;
  let time = part.readIntBE(16, 3) * REFERENCE_MICROS;
  for (let n = 0; n < count; n++) {
    const sequence = (base + n) & 0xffff;
    const status = statuses[n]!;
    if (status === NOT_RECEIVED) {
      each(sequence, undefined);
      continue;
    }
    const size = status === SMALL_DELTA ? 1 : 2;
    if (at + size > part.length) return;
    const delta = size === 1 ? part[at]! : part.readInt16BE(at);
    at += size;
    time += delta * DELTA_MICROS;
    each(sequence, time);
  }
};
