/** As much of STUN (RFC 8489) as it takes to give a binding request another ICE tie-breaker. Pure. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

const HEADER = 20;
const COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const INTEGRITY = 0x0008;
const FINGERPRINT = 0x8028;
/** RFC 8445 §7.1.3: both sides' tie-breakers. */
const CONTROLLED = 0x8029;
const CONTROLLING = 0x802a;
const ATTRIBUTE_HEADER = 4;
const HMAC_BYTES = 20;
const TIE_BREAKER_BYTES = 8;
/** RFC 8489 §14.7. */
const FINGERPRINT_MASK = 0x5354554e;

/** Where things are in a binding request: the beginnings of attributes. */
export type BindingRequest = {
  tieBreaker: number;
  integrity: number;
  fingerprint: number | undefined;
};

export const isStun = (packet: Buffer): boolean =>
  packet.length >= HEADER &&
  packet[0]! < 4 &&
  packet.readUInt32BE(4) === COOKIE &&
  packet.readUInt16BE(2) === packet.length - HEADER;

/** Undefined for anything but a signed binding request of ICE. */
export const findRequest = (packet: Buffer): BindingRequest | undefined => {
  if (!isStun(packet) || packet.readUInt16BE(0) !== BINDING_REQUEST)
    return undefined;
  let tieBreaker: number | undefined;
  let integrity: number | undefined;
  let fingerprint: number | undefined;
  for (let at = HEADER; at + ATTRIBUTE_HEADER <= packet.length;) {
    const type = packet.readUInt16BE(at);
    const length = packet.readUInt16BE(at + 2);
    const end = at + ATTRIBUTE_HEADER + length;
    if (end > packet.length) return undefined;
    const isTie = type === CONTROLLED || type === CONTROLLING;
    if (isTie && length === TIE_BREAKER_BYTES) tieBreaker = at;
    if (type === INTEGRITY && length === HMAC_BYTES) integrity = at;
    if (type === FINGERPRINT && length === 4) fingerprint = at;
    // Padded to whole words.
    at = end + (-length & 3);
  }
  if (tieBreaker === undefined || integrity === undefined) return undefined;
  // What follows the signature is not signed.
  if (tieBreaker > integrity) return undefined;
  return { tieBreaker, integrity, fingerprint };
};

export const hasTieBreaker = (
  packet: Buffer,
  { tieBreaker }: BindingRequest,
): boolean =>
  packet.readBigUInt64BE(tieBreaker + ATTRIBUTE_HEADER) !== BigInt(0);

/** What comes before an attribute, with the length that the header has if the message ends after it. */
const before = (packet: Buffer, at: number, length: number): Buffer => {
  const part = Buffer.from(packet.subarray(0, at));
  part.writeUInt16BE(at + ATTRIBUTE_HEADER + length - HEADER, 2);
  return part;
};

const signatureOf = (packet: Buffer, at: number, password: string): Buffer =>
  createHmac("sha1", password)
    .update(before(packet, at, HMAC_BYTES))
    .digest();

/** Whether it was signed by somebody who knows the password of whom it asks. */
export const isSigned = (
  packet: Buffer,
  { integrity }: BindingRequest,
  password: string,
): boolean => {
  const begin = integrity + ATTRIBUTE_HEADER;
  const found = packet.subarray(begin, begin + HMAC_BYTES);
  return timingSafeEqual(found, signatureOf(packet, integrity, password));
};

/** A copy with another tie-breaker, signed anew. */
export const withTieBreaker = (
  packet: Buffer,
  { tieBreaker, integrity, fingerprint }: BindingRequest,
  value: bigint,
  password: string,
): Buffer => {
  const copy = Buffer.from(packet);
  copy.writeBigUInt64BE(value, tieBreaker + ATTRIBUTE_HEADER);
  signatureOf(copy, integrity, password).copy(
    copy,
    integrity + ATTRIBUTE_HEADER,
  );
  if (fingerprint !== undefined) {
    const sum = crc32(before(copy, fingerprint, 4)) ^ FINGERPRINT_MASK;
    copy.writeUInt32BE(sum >>> 0, fingerprint + ATTRIBUTE_HEADER);
  }
  return copy;
};
