/** Cuts encoded units into RTP payloads: Opus (RFC 7587), VP8 (RFC 7741), VP9 (RFC 9628), H.264 (RFC 6184), AV1. Pure: it only writes packets. */
import type { VideoCodec } from "../media.js";
import { packetizeAv1 } from "./packetizer-av1.js";
import type { AllocatePacket, Packetizer } from "./payload.js";
import { MAX_PAYLOAD, RTP_HEADER } from "./rtp.js";

export type { AllocatePacket, Packetizer } from "./payload.js";

const packetizeOpus: Packetizer = ({ data }, allocate) => {
  data.copy(allocate(data.length, false), RTP_HEADER);
};

/** Parts of equal size, each behind a descriptor of this many bytes that `describe` writes: no tiny last packet. */
const cut = (
  unit: Buffer,
  { descriptor, most }: { descriptor: number; most: number },
  allocate: AllocatePacket,
  describe: (packet: Buffer, first: boolean, last: boolean) => void,
): void => {
  const parts = Math.ceil(unit.length / (most - descriptor));
  const size = Math.ceil(unit.length / parts);
  for (let start = 0; start < unit.length; start += size) {
    const end = Math.min(start + size, unit.length);
    const last = end === unit.length;
    const packet = allocate(descriptor + end - start, last);
    describe(packet, start === 0, last);
    unit.copy(packet, RTP_HEADER + descriptor, start, end);
  }
};

const VP8_DESCRIPTOR = 4;
const VP9_DESCRIPTOR = 3;

/** Where the 15-bit picture id lies in a payload: legs write it, so that it goes on when they change streams. */
export const PICTURE_ID_AT: Partial<Record<VideoCodec | "opus", number>> = {
  vp8: 2,
  vp9: 1,
};

/** Extended, with a picture id: receivers notice a lost picture at once. */
const packetizeVp8: Packetizer = ({ data }, allocate, most = MAX_PAYLOAD) =>
  cut(data, { descriptor: VP8_DESCRIPTOR, most }, allocate, (packet, first) => {
    packet[RTP_HEADER] = first ? 0x90 : 0x80;
    packet[RTP_HEADER + 1] = 0x80;
  });

/** Picture id, no layers: I, P for a picture that needs the one before, B and E at its ends. */
const packetizeVp9: Packetizer = (
  { data, key },
  allocate,
  most = MAX_PAYLOAD,
) =>
  cut(
    data,
    { descriptor: VP9_DESCRIPTOR, most },
    allocate,
    (packet, first, last) => {
      packet[RTP_HEADER] =
        0x80 | (key ? 0 : 0x40) | (first ? 0x08 : 0) | (last ? 0x04 : 0);
    },
  );

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
  return ({ data: unit }, allocate, most = MAX_PAYLOAD) => {
    bounds.length = 0;
    forEachNal(unit, (start, end) => {
      // x264's version text in each IDR is for nobody.
      if ((unit[start]! & 0x1f) !== NAL_SEI) bounds.push(start, end);
    });
    let index = writeParameterSets(unit, bounds, allocate);
    for (; index < bounds.length; index += 2) {
      const last = index + 2 >= bounds.length;
      const nal = unit.subarray(bounds[index], bounds[index + 1]);
      writeNal(nal, last, allocate, most);
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
  most: number,
): void => {
  if (nal.length <= most) {
    nal.copy(allocate(nal.length, last), RTP_HEADER);
    return;
  }
  const header = nal[0]!;
  // Fragments of equal size: no tiny last packet.
  const parts = Math.ceil((nal.length - 1) / (most - 2));
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
  switch (codec) {
    case "opus":
      return packetizeOpus;
    case "vp8":
      return packetizeVp8;
    case "vp9":
      return packetizeVp9;
    case "av1":
      return packetizeAv1;
    case "h264":
      return createH264Packetizer();
  }
};
