/** RTP packets as they come (RFC 3550 §5.1). Pure. */

const FIXED_HEADER = 12;

/** Where the payload begins, after contributing sources and an extension; beyond the end for a broken packet. */
export const payloadStart = (packet: Buffer): number => {
  const sources = FIXED_HEADER + 4 * (packet[0]! & 0x0f);
  if ((packet[0]! & 0x10) === 0) return sources;
  if (sources + 4 > packet.length) return packet.length + 1;
  return sources + 4 + 4 * packet.readUInt16BE(sources + 2);
};

/** The payload without padding; undefined for what is no RTP. */
export const payloadOf = (packet: Buffer): Buffer | undefined => {
  if (packet.length < FIXED_HEADER || packet[0]! >> 6 !== 2) return undefined;
  const start = payloadStart(packet);
  const padding = (packet[0]! & 0x20) === 0 ? 0 : packet[packet.length - 1]!;
  const end = packet.length - padding;
  return start <= end ? packet.subarray(start, end) : undefined;
};

/** Whether a packet on a port of both is RTCP (RFC 5761 §4). */
export const isRtcp = (packet: Buffer): boolean =>
  packet.length >= 8 &&
  packet[0]! >> 6 === 2 &&
  packet[1]! >= 192 &&
  packet[1]! <= 223;

/** Distance from sequence number `from` to `to` on the 16-bit circle, −32768 to 32767. */
export const sequenceDistance = (from: number, to: number): number =>
  ((to - from + 0x8000) & 0xffff) - 0x8000;
