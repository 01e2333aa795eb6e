/** What a receiver makes of the packets of one picture: H.264 (RFC 6184), VP8 (RFC 7741), VP9 (RFC 9628), AV1. */
import { RTP_HEADER } from "../../mixer/egress/rtp.js";
import type { VideoCodec } from "../../mixer/media.js";

const START_CODE = Buffer.from([0, 0, 0, 1]);

const h264 = (payloads: readonly Buffer[]): Buffer => {
  const parts: Buffer[] = [];
  for (const payload of payloads) {
    const type = payload[0]! & 0x1f;
    if (type === 24) {
      for (let at = 1; at < payload.length;) {
        const size = payload.readUInt16BE(at);
        parts.push(START_CODE, payload.subarray(at + 2, at + 2 + size));
        at += 2 + size;
      }
    } else if (type === 28) {
      const header = (payload[0]! & 0xe0) | (payload[1]! & 0x1f);
      if (payload[1]! & 0x80) parts.push(START_CODE, Buffer.from([header]));
      parts.push(payload.subarray(2));
    } else parts.push(START_CODE, payload);
  }
  return Buffer.concat(parts);
};

const behind =
  (descriptor: number) =>
  (payloads: readonly Buffer[]): Buffer =>
    Buffer.concat(payloads.map((payload) => payload.subarray(descriptor)));

const leb128 = (value: number): Buffer => {
  const bytes: number[] = [];
  let left = value;
  do {
    bytes.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    left >>= 7;
  } while (left > 0);
  return Buffer.from(bytes);
};

/** The elements of one packet, each behind its length. */
const elementsOf = (payload: Buffer): Buffer[] => {
  const elements: Buffer[] = [];
  for (let at = 1; at < payload.length;) {
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = payload[at++]!;
      size |= (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) break;
    }
    elements.push(payload.subarray(at, at + size));
    at += size;
  }
  return elements;
};

/** The open bitstream units of a picture, without size fields. */
export const av1Units = (payloads: readonly Buffer[]): Buffer[] => {
  const units: Buffer[] = [];
  for (const payload of payloads) {
    const [first, ...rest] = elementsOf(payload);
    const continues = (payload[0]! & 0x80) !== 0;
    if (continues) units.push(Buffer.concat([units.pop()!, first!]));
    else units.push(first!);
    units.push(...rest);
  }
  return units;
};

const TEMPORAL_DELIMITER = Buffer.from([0x12, 0]);

/** A temporal unit, as decoders want it: with sizes and a delimiter. */
const av1 = (payloads: readonly Buffer[]): Buffer =>
  Buffer.concat([
    TEMPORAL_DELIMITER,
    ...av1Units(payloads).flatMap((unit) => {
      const header = (unit[0]! & 0x04) !== 0 ? 2 : 1;
      const head = Buffer.from(unit.subarray(0, header));
      head[0]! |= 0x02;
      return [head, leb128(unit.length - header), unit.subarray(header)];
    }),
  ]);

const DEPACKETIZERS: Record<
  VideoCodec,
  (payloads: readonly Buffer[]) => Buffer
> = { h264, vp8: behind(4), vp9: behind(3), av1 };

/** The whole encoded pictures in these packets (of one SSRC, in order): padding and what was left half-way are left out. */
export const depacketize = (
  codec: VideoCodec,
  packets: readonly Buffer[],
): { data: Buffer; timestamp: number }[] => {
  const pictures: { data: Buffer; timestamp: number }[] = [];
  let payloads: Buffer[] = [];
  let timestamp: number | undefined;
  for (const packet of packets) {
    if ((packet[0]! & 0x20) !== 0) continue;
    if (timestamp !== packet.readUInt32BE(4)) payloads = [];
    timestamp = packet.readUInt32BE(4);
    payloads.push(packet.subarray(RTP_HEADER));
    if ((packet[1]! & 0x80) === 0) continue;
    pictures.push({ data: DEPACKETIZERS[codec](payloads), timestamp });
    payloads = [];
  }
  return pictures;
};
