/** Cuts encoded units into RTP payloads: Opus (RFC 7587), VP8 (RFC 7741), H.264 (RFC 6184). Pure: it only writes packets. */
import type { VideoCodec } from "../media.js";
import { MAX_PAYLOAD, RTP_HEADER } from "./rtp.js";

/** Gives a packet buffer for a payload of this many bytes; the packetizer fills it from RTP_HEADER on. */
export type AllocatePacket = (payload: number, marker: boolean) => Buffer;

/** Writes one encoded unit as packets. The marker is set on the last packet of a picture. */
export type Packetizer = (unit: Buffer, allocate: AllocatePacket) => void;

const packetizeOpus: Packetizer = (unit, allocate) => {
  unit.copy(allocate(unit.length, false), RTP_HEADER);
};

const VP8_DESCRIPTOR = 4;

/** With a 15-bit picture id, so that receivers notice a lost picture at once. */
const createVp8Packetizer = (): Packetizer => {
  let pictureId = 0;
  return (unit, allocate) => {
    pictureId = (pictureId + 1) & 0x7fff;
    const parts = Math.ceil(unit.length / (MAX_PAYLOAD - VP8_DESCRIPTOR));
    const size = Math.ceil(unit.length / parts);
    for (let start = 0; start < unit.length; start += size) {
      const end = Math.min(start + size, unit.length);
      const packet = allocate(
        VP8_DESCRIPTOR + end - start,
        end === unit.length,
      );
      packet[RTP_HEADER] = start === 0 ? 0x90 : 0x80;
      packet[RTP_HEADER + 1] = 0x80;
      packet.writeUInt16BE(0x8000 | pictureId, RTP_HEADER + 2);
      unit.copy(packet, RTP_HEADER + VP8_DESCRIPTOR, start, end);
    }
  };
};

const START_CODE = Buffer.from([0, 0, 1]);

/** Calls `each` with the bounds of every NAL unit of an Annex B access unit, without start codes and trailing zeros. */
export const forEachNal = (
  unit: Buffer,
  each: (start: number, end: number) => void,
): void => {
  let start = -1;
  let at = unit.indexOf(START_CODE);
  while (at !== -1) {
    if (start >= 0) each(start, trimZeros(unit, start, at));
    start = at + 3;
    at = unit.indexOf(START_CODE, start);
  }
  if (start >= 0 && start < unit.length) each(start, unit.length);
};

const trimZeros = (unit: Buffer, start: number, end: number): number => {
  let trimmed = end;
  while (trimmed > start && unit[trimmed - 1] === 0) trimmed--;
  return trimmed;
};

const FU_A = 28;
const STAP_A = 24;
const NAL_SPS = 7;
const NAL_PPS = 8;
const NAL_SEI = 6;

const createH264Packetizer = (): Packetizer => {
  // Bounds of the current unit's NAL units, two numbers each; reused.
  const bounds: number[] = [];
  return (unit, allocate) => {
    bounds.length = 0;
    forEachNal(unit, (start, end) => {
      // x264's version text in each IDR is for nobody.
      if ((unit[start]! & 0x1f) !== NAL_SEI) bounds.push(start, end);
    });
    let index = writeParameterSets(unit, bounds, allocate);
    for (; index < bounds.length; index += 2) {
      const last = index + 2 >= bounds.length;
      writeNal(unit.subarray(bounds[index], bounds[index + 1]), last, allocate);
    }
  };
};

/** SPS and PPS travel in one packet (STAP-A): either both arrive or none. Returns the index of the first NAL unit left. */
const writeParameterSets = (
  unit: Buffer,
  bounds: readonly number[],
  allocate: AllocatePacket,
): number => {
  let index = 0;
  let size = 1;
  while (index < bounds.length) {
    const type = unit[bounds[index]!]! & 0x1f;
    if (type !== NAL_SPS && type !== NAL_PPS) break;
    size += 2 + bounds[index + 1]! - bounds[index]!;
    index += 2;
  }
  if (index < 4 || size > MAX_PAYLOAD) return 0;
  const packet = allocate(size, index === bounds.length);
  packet[RTP_HEADER] = (unit[bounds[0]!]! & 0x60) | STAP_A;
  let at = RTP_HEADER + 1;
  for (let i = 0; i < index; i += 2) {
    const length = bounds[i + 1]! - bounds[i]!;
    packet.writeUInt16BE(length, at);
    unit.copy(packet, at + 2, bounds[i], bounds[i + 1]);
    at += 2 + length;
  }
  return index;
};

const writeNal = (
  nal: Buffer,
  last: boolean,
  allocate: AllocatePacket,
): void => {
  if (nal.length <= MAX_PAYLOAD) {
    nal.copy(allocate(nal.length, last), RTP_HEADER);
    return;
  }
  const header = nal[0]!;
  // Fragments of equal size: no tiny last packet.
  const parts = Math.ceil((nal.length - 1) / (MAX_PAYLOAD - 2));
  const size = Math.ceil((nal.length - 1) / parts);
  for (let start = 1; start < nal.length; start += size) {
    const end = Math.min(start + size, nal.length);
    const finished = end === nal.length;
    const packet = allocate(2 + end - start, last && finished);
    packet[RTP_HEADER] = (header & 0xe0) | FU_A;
    packet[RTP_HEADER + 1] =
      (start === 1 ? 0x80 : 0) | (finished ? 0x40 : 0) | (header & 0x1f);
    nal.copy(packet, RTP_HEADER + 2, start, end);
  }
};

export const createPacketizer = (codec: VideoCodec | "opus"): Packetizer => {
  if (codec === "opus") return packetizeOpus;
  return codec === "vp8" ? createVp8Packetizer() : createH264Packetizer();
};
