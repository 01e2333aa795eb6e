/**
 * RTP packets of a fixed shape, made once and sent to many (RFC 3550, RFC 8285 one-byte header extensions):
 *
 *     0  12 bytes RTP header: payload type, sequence number and SSRC are stamped per leg
 *    12  0xBEDE, length 2 words
 *    16  transport-wide sequence number (id, 2 bytes, padding), or abs-send-time (id, 3 bytes), or zero padding, stamped per leg
 *    20  playout-delay (id, 3 bytes) or zero padding, stamped per leg
 *    24  payload
 */

export const RTP_HEADER = 24;
/** Leaves room for SRTP, UDP and IP headers and a tunnel's in an MTU of 1280. */
export const MAX_PAYLOAD = 1150;
export const MAX_PACKET = RTP_HEADER + MAX_PAYLOAD;

/** In front of each earlier payload in a packet of RED; the newest has a byte only. */
export const RED_HEADER = 4;

const OFFSET_SEQUENCE = 2;
const OFFSET_TIMESTAMP = 4;
const OFFSET_SSRC = 8;
const OFFSET_TIMING = 16;
const OFFSET_PLAYOUT_DELAY = 20;

/**
 * What a player is asked to wait before it renders, two times 12 bits in 10 ms (http://www.webrtc.org/experiments/rtp-hdrext/playout-delay).
 * With 0 and 0 Chromium's picture runs 80 ms ahead of the sound, whose jitter buffer nobody can empty. 50 ms at least, and
 * leave to wait longer where lips and voice need it, keep them within 45 ms.
 */
const PLAYOUT_DELAY = (5 << 12) | 25;

/** Writes what is the same for every leg. */
export const writeHeader = (packet: Buffer, marker: boolean): void => {
  packet[0] = 0x90;
  packet[1] = marker ? 0x80 : 0;
  packet.writeUInt32BE(0xbede0002, 12);
};

/** What differs between the legs that share a packet. */
export type LegStamp = {
  payloadType: number;
  /** Under which packets with earlier ones inside go (RED); 0 or left out = not negotiated. */
  redundantType?: number;
  ssrc: number;
  /** Extension ids that the client's offer gave; 0 = not negotiated. */
  sendTimeId: number;
  playoutDelayId: number;
  /** Transport-wide congestion control; takes the place of the send time. */
  transportId: number;
};

/** Writes one leg's own fields over those of the leg before. The socket copies the packet when it is sent. */
export const stamp = (
  packet: Buffer,
  leg: LegStamp,
  sequence: number,
  timestamp: number,
): void => {
  packet[1] = (packet[1]! & 0x80) | leg.payloadType;
  packet.writeUInt16BE(sequence & 0xffff, OFFSET_SEQUENCE);
  packet.writeUInt32BE(timestamp >>> 0, OFFSET_TIMESTAMP);
  packet.writeUInt32BE(leg.ssrc, OFFSET_SSRC);
  packet.writeUInt32BE(
    element(leg.playoutDelayId, PLAYOUT_DELAY),
    OFFSET_PLAYOUT_DELAY,
  );
};

/**
 * To be called after `stamp` for a packet of RED (RFC 2198): its own payload type, and the leg's in front of each thing
 * that is in it.
 */
export const stampRedundant = (
  packet: Buffer,
  { payloadType, redundantType = 0 }: LegStamp,
): void => {
  packet[1] = (packet[1]! & 0x80) | redundantType;
  let at = RTP_HEADER;
  for (; packet[at]! & 0x80; at += RED_HEADER) packet[at] = 0x80 | payloadType;
  packet[at] = payloadType;
};

/** Writes when this packet goes: abs-send-time (6.18 fixed point seconds). */
export const stampSendTime = (
  packet: Buffer,
  { sendTimeId }: LegStamp,
  sendTime: number,
): void => {
  packet.writeUInt32BE(element(sendTimeId, sendTime), OFFSET_TIMING);
};

/** Writes the packet's number on this transport, by which the receiver tells when it came. */
export const stampTransport = (
  packet: Buffer,
  { transportId }: LegStamp,
  number: number,
): void => {
  const word = (transportId << 28) | (1 << 24) | ((number & 0xffff) << 8);
  packet.writeUInt32BE(word >>> 0, OFFSET_TIMING);
};

/** A one-byte-header element with three bytes of data as one word; four bytes of padding without an id. */
const element = (id: number, value: number): number =>
  id === 0 ? 0 : ((id << 28) | (2 << 24) | value) >>> 0;

/** The most that one packet can be padded with: the length is a byte. */
export const MAX_PADDING = 255;

/** A packet of nothing but this much padding (1 to 255 bytes), to be stamped like others (RFC 3550 §5.1). */
export const writePadding = (slab: Buffer, size: number): Buffer => {
  const packet = slab.subarray(0, RTP_HEADER + size);
  packet.fill(0);
  writeHeader(packet, false);
  packet[0]! |= 0x20;
  packet[packet.length - 1] = size;
  return packet;
};

/** abs-send-time: seconds as 6.18 fixed point, of wall time in milliseconds. */
export const sendTime24 = (wallMs: number): number =>
  Math.floor((wallMs / 1000) * 262_144) % 16_777_216;

/** Distance from sequence number `from` to `to` on the 16-bit circle, −32768 to 32767. */
export const sequenceDistance = (from: number, to: number): number =>
  ((to - from + 0x8000) & 0xffff) - 0x8000;

/** Writes a 15-bit picture id, marked as such, `offset` bytes into the payload (VP8, VP9). */
export const writePictureId = (
  packet: Buffer,
  offset: number,
  picture: number,
): void => {
  packet.writeUInt16BE(0x8000 | (picture & 0x7fff), RTP_HEADER + offset);
};

/** Distance from RTP timestamp `from` to `to` on the 32-bit circle. */
export const timestampDistance = (from: number, to: number): number =>
  (to - from) | 0;

export const EXTENSION_URI = {
  sendTime: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  playoutDelay: "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
  transport:
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
} as const;
