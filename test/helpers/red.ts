/** Packets of RED (RFC 2198), taken apart as a receiver does. */
import { RTP_HEADER } from "../../mixer/egress/rtp.js";

export type RedBlock = {
  payloadType: number;
  /** RTP ticks by which it is older than the packet. */
  age: number;
  data: Buffer;
};

/** Oldest first; the last one is the packet's own. */
export const readRed = (packet: Buffer): RedBlock[] => {
  const heads: { payloadType: number; age: number; length: number }[] = [];
  let at = RTP_HEADER;
  for (; packet[at]! & 0x80; at += 4) {
    const word = packet.readUInt32BE(at);
    heads.push({
      payloadType: (word >>> 24) & 0x7f,
      age: (word >>> 10) & 0x3fff,
      length: word & 0x3ff,
    });
  }
  const payloadType = packet[at++]!;
  const earlier = heads.map(({ length, ...head }) => {
    const data = packet.subarray(at, at + length);
    at += length;
    return { ...head, data };
  });
  return [...earlier, { payloadType, age: 0, data: packet.subarray(at) }];
};
