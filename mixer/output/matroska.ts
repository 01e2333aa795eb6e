/**
 * Encoded units as a Matroska stream, for a reader that takes it from a pipe: nothing is ever sought or patched.
 *
 * Pure. Each unit is a cluster of its own, so that a timestamp is exact to the microsecond (a block's offset in its
 * cluster has only 16 bits) and no state is kept between units; it costs about 17 bytes a unit.
 */
import type { Micros } from "../media.js";

export type Codec =
  "V_MPEG4/ISO/AVC" | "V_VP8" | "A_AAC" | "A_OPUS" | "A_PCM/INT/LIT";

export type Track = {
  /** 1 to 126, unlike any other of the stream. */
  number: number;
  codec: Codec;
  /** What the decoder needs first: avcC, AudioSpecificConfig, OpusHead. */
  private?: Buffer;
  /** How long a unit lasts; the reader takes it as a hint for the last one. */
  unitDuration: Micros;
  /** What a decoder throws away of its first output. */
  delay?: Micros;
  media:
    | { kind: "video"; width: number; height: number }
    | {
        kind: "audio";
        sampleRate: number;
        channels: number;
        /** Bits a sample, where the codec does not say so itself. */
        depth?: number;
      };
};

// Element ids: RFC 9559, section 5; EBML header: RFC 8794, section 11.
const ID = {
  ebml: 0x1a45dfa3,
  version: 0x4286,
  readVersion: 0x42f7,
  maxIdLength: 0x42f2,
  maxSizeLength: 0x42f3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  defaultDuration: 0x23e383,
  codecDelay: 0x56aa,
  seekPreRoll: 0x56bb,
  bitDepth: 0x6264,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
} as const;

const UNKNOWN_SIZE = Buffer.from("01ffffffffffffff", "hex");
/** A timestamp counts microseconds, like `Micros`. */
const TIMESTAMP_SCALE = 1_000;

const idBytes = (id: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(id);
  return bytes.subarray(Math.clz32(id) >> 3);
};

const sizeBytes = (size: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((size | 0x10000000) >>> 0);
  return bytes;
};

const element = (id: number, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([idBytes(id), sizeBytes(body.length), body]);
};

const unsigned = (id: number, value: number): Buffer => {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(value, 0, 6);
  return element(id, bytes);
};

const float = (id: number, value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return element(id, bytes);
};

const text = (id: number, value: string): Buffer =>
  element(id, Buffer.from(value));

const mediaElement = (media: Track["media"]): Buffer =>
  media.kind === "video"
    ? element(
        ID.video,
        unsigned(ID.pixelWidth, media.width),
        unsigned(ID.pixelHeight, media.height),
      )
    : element(
        ID.audio,
        float(ID.samplingFrequency, media.sampleRate),
        unsigned(ID.channels, media.channels),
        ...(media.depth ? [unsigned(ID.bitDepth, media.depth)] : []),
      );

/** What a decoder needs before a point to be right there, after a seek: 80 ms, RFC 7845, section 4.6. */
const PRE_ROLL: Micros = 80_000;

/** Both in nanoseconds. */
const delayElements = ({ delay }: Track): Buffer[] =>
  delay === undefined
    ? []
    : [
        unsigned(ID.codecDelay, delay * 1_000),
        unsigned(ID.seekPreRoll, PRE_ROLL * 1_000),
      ];

const trackEntry = (track: Track): Buffer =>
  element(
    ID.trackEntry,
    unsigned(ID.trackNumber, track.number),
    unsigned(ID.trackUid, track.number),
    unsigned(ID.trackType, track.media.kind === "video" ? 1 : 2),
    unsigned(ID.flagLacing, 0),
    text(ID.codecId, track.codec),
    unsigned(ID.defaultDuration, Math.round(track.unitDuration * 1_000)),
    ...delayElements(track),
    mediaElement(track.media),
    ...(track.private ? [element(ID.codecPrivate, track.private)] : []),
  );

/** What the stream begins with. */
export const matroskaHead = (tracks: readonly Track[]): Buffer =>
  Buffer.concat([
    element(
      ID.ebml,
      unsigned(ID.version, 1),
      unsigned(ID.readVersion, 1),
      unsigned(ID.maxIdLength, 4),
      unsigned(ID.maxSizeLength, 8),
      text(ID.docType, "matroska"),
      unsigned(ID.docTypeVersion, 4),
      unsigned(ID.docTypeReadVersion, 2),
    ),
    idBytes(ID.segment),
    UNKNOWN_SIZE,
    element(
      ID.info,
      unsigned(ID.timestampScale, TIMESTAMP_SCALE),
      text(ID.muxingApp, "tutti"),
      text(ID.writingApp, "tutti"),
    ),
    element(ID.tracks, ...tracks.map(trackEntry)),
  ]);

/** Cluster id, size, timestamp (id, size, 6 bytes), block id, size, track number, offset in the cluster, flags. */
const UNIT_HEAD = 4 + 4 + 8 + 1 + 4 + 1 + 2 + 1;
const BLOCK_HEAD = 4;

/** One unit of a track, at `time` since the stream's start. The chunks are joined, and copied. */
export const matroskaUnit = (
  track: number,
  time: Micros,
  key: boolean,
  chunks: readonly Uint8Array[],
): Buffer => {
  let size = 0;
  for (const chunk of chunks) size += chunk.length;
  const bytes = Buffer.allocUnsafe(UNIT_HEAD + size);
  bytes.writeUInt32BE(0x1f43b675, 0);
  bytes.writeUInt32BE((0x10000000 | (UNIT_HEAD - 8 + size)) >>> 0, 4);
  bytes.writeUInt16BE(0xe786, 8);
  bytes.writeUIntBE(time, 10, 6);
  bytes[16] = 0xa3;
  bytes.writeUInt32BE((0x10000000 | (BLOCK_HEAD + size)) >>> 0, 17);
  bytes[21] = 0x80 | track;
  bytes.writeUInt16BE(0, 22);
  bytes[24] = key ? 0x80 : 0;
  let offset = UNIT_HEAD;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
};
