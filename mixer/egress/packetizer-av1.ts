/** AV1 in RTP (aomediacodec.github.io/av1-rtp-spec, §4): open bitstream units, aggregated and cut as they come. Pure. */
import type { Packetizer } from "./payload.js";
import { MAX_PAYLOAD, RTP_HEADER } from "./rtp.js";

const TEMPORAL_DELIMITER = 2;
const TILE_LIST = 8;
const PADDING = 15;
const HAS_EXTENSION = 0x04;
const HAS_SIZE = 0x02;

/** Aggregation header: continues one of the packet before, goes on in the next, begins a coded video sequence. */
const CONTINUES = 0x80;
const GOES_ON = 0x40;
const NEW_SEQUENCE = 0x08;

/** Of the value and the bytes that it took. */
const readLeb128 = (unit: Buffer, start: number): [number, number] => {
  let value = 0;
  for (let n = 0; n < 8; n++) {
    const byte = unit[start + n] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * n);
    if ((byte & 0x80) === 0) return [value, n + 1];
  }
  return [value, 8];
};

/** A part of a packet is shorter than 2^14 bytes. */
const leb128Size = (value: number): number => (value < 0x80 ? 1 : 2);

const writeLeb128 = (packet: Buffer, at: number, value: number): number => {
  if (value < 0x80) {
    packet[at] = value;
    return at + 1;
  }
  packet[at] = (value & 0x7f) | 0x80;
  packet[at + 1] = value >> 7;
  return at + 2;
};

/** One unit as RTP wants it: its header (without a size field) and the bytes after the size. */
type Element = { header: Buffer; start: number; end: number };

const elementsOf = (unit: Buffer): Element[] => {
  const elements: Element[] = [];
  for (let at = 0; at < unit.length;) {
    const type = (unit[at]! >> 3) & 15;
    const headerSize = unit[at]! & HAS_EXTENSION ? 2 : 1;
    const header = Buffer.from(unit.subarray(at, at + headerSize));
    const [size, sizeBytes] =
      unit[at]! & HAS_SIZE
        ? readLeb128(unit, at + headerSize)
        : [unit.length - at - headerSize, 0];
    header[0]! &= ~HAS_SIZE;
    const start = at + headerSize + sizeBytes;
    at = start + size;
    if (type === TEMPORAL_DELIMITER || type === TILE_LIST || type === PADDING)
      continue;
    elements.push({ header, start, end: Math.min(at, unit.length) });
  }
  return elements;
};

/** Where in the elements a packet begins or ends: `done` bytes of element `index` are gone. */
type Place = { index: number; done: number };

const lengthOf = ({ header, start, end }: Element): number =>
  header.length + end - start;

/** How far a packet that begins here reaches, and its payload's size. */
const fill = (
  elements: readonly Element[],
  from: Place,
  most: number,
): { to: Place; size: number } => {
  let size = 1;
  let { index, done } = from;
  while (index < elements.length) {
    const left = lengthOf(elements[index]!) - done;
    // Two bytes for the length, whatever it is: a packet may end a byte early.
    const room = most - size - 2;
    if (room <= 0) break;
    const taken = Math.min(left, room);
    size += leb128Size(taken) + taken;
    if (taken < left) return { to: { index, done: done + taken }, size };
    index++;
    done = 0;
  }
  return { to: { index, done }, size };
};

/** Copies bytes `from` to `to` of an element. */
const copyElement = (
  unit: Buffer,
  { header, start }: Element,
  target: Buffer,
  [from, to]: [number, number],
): void => {
  const split = header.length;
  if (from < split) header.copy(target, 0, from, Math.min(to, split));
  const body = Math.max(from, split);
  if (to > body)
    unit.copy(target, body - from, start + body - split, start + to - split);
};

/** Every element has its length in front (W = 0), so that any number of them fits in. */
export const packetizeAv1: Packetizer = (
  { data, key },
  allocate,
  most = MAX_PAYLOAD,
) => {
  const elements = elementsOf(data);
  let from: Place = { index: 0, done: 0 };
  let first = true;
  while (from.index < elements.length) {
    const { to, size } = fill(elements, from, most);
    const packet = allocate(size, to.index === elements.length);
    packet[RTP_HEADER] =
      (from.done > 0 ? CONTINUES : 0) |
      (to.done > 0 ? GOES_ON : 0) |
      (first && key ? NEW_SEQUENCE : 0);
    let at = RTP_HEADER + 1;
    for (let { index, done } = from; index <= to.index; index++, done = 0) {
      const end = index === to.index ? to.done : lengthOf(elements[index]!);
      if (end <= done) break;
      at = writeLeb128(packet, at, end - done);
      const target = packet.subarray(at);
      copyElement(data, elements[index]!, target, [done, end]);
      at += end - done;
    }
    from = to;
    first = false;
  }
};
