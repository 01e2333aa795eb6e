/** Whether bytes are an Opus packet (RFC 6716 §3). Pure. */

/** A frame has no more bytes, a packet no more 48 kHz samples. */
const MOST_BYTES = 1275;
const MOST_SAMPLES = 5760;

/** Samples of a frame at 48 kHz, by the configuration in the first byte. */
const samplesOf = (first: number): number => {
  const configuration = first >> 3;
  const size = configuration & 3;
  if (configuration < 12) return [480, 960, 1920, 2880][size]!;
  if (configuration < 16) return configuration % 2 === 0 ? 480 : 960;
  return 120 << size;
};

/** The length of a frame that is written at `at`, and where it ends; -1 where that is beyond the packet. */
const lengthAt = (
  data: Uint8Array,
  at: number,
): [length: number, next: number] => {
  const first = data[at];
  if (first === undefined) return [-1, at];
  if (first < 252) return [first, at + 1];
  const second = data[at + 1];
  return second === undefined ? [-1, at] : [4 * second + first, at + 2];
};

/** Where the padding of a packet of many frames begins to be left out: the bytes that remain from `at` on. */
const withoutPadding = (
  data: Uint8Array,
  at: number,
): [next: number, end: number] => {
  let padding = 0;
  for (let next = at; next < data.length;) {
    const byte = data[next++]!;
    padding += byte === 255 ? 254 : byte;
    if (byte !== 255) return [next, data.length - padding];
  }
  return [data.length, -1];
};

const isMany = (data: Uint8Array): boolean => {
  const head = data[1];
  if (head === undefined) return false;
  const count = head & 0x3f;
  if (count === 0 || count * samplesOf(data[0]!) > MOST_SAMPLES) return false;
  let [at, end] = [2, data.length];
  if ((head & 0x40) !== 0) [at, end] = withoutPadding(data, at);
  if ((head & 0x80) === 0) {
    const rest = end - at;
    return rest >= 0 && rest % count === 0 && rest / count <= MOST_BYTES;
  }
  let total = 0;
  for (let frame = 1; frame < count; frame++) {
    const [length, next] = lengthAt(data, at);
    if (length < 0) return false;
    at = next;
    total += length;
  }
  const last = end - at - total;
  return last >= 0 && last <= MOST_BYTES;
};

export const isOpusPacket = (data: Uint8Array): boolean => {
  if (data.length === 0) return false;
  const rest = data.length - 1;
  switch (data[0]! & 3) {
    case 0:
      return rest <= MOST_BYTES;
    case 1:
      return rest % 2 === 0 && rest / 2 <= MOST_BYTES;
    case 2: {
      const [length, next] = lengthAt(data, 1);
      const last = data.length - next - length;
      return length >= 0 && last >= 0 && last <= MOST_BYTES;
    }
    default:
      return isMany(data);
  }
};
