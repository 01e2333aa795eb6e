/**
 * Fragmented MP4 of one track, as CMAF has it (ISO/IEC 14496-12 and 23000-19). Pure.
 *
 * Ours and not FFmpeg's: a part is there the moment that its last picture is, cut where a player wants it, and there is
 * neither a process nor a pipe for each rendition.
 */
import { box, full, u16, u32 } from "../mp4/box.js";

const zeros = (count: number): Buffer => Buffer.alloc(count);

/** There is one track in each file. */
const TRACK = 1;
const IDENTITY = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
/** "und", in three times five bits. */
const NO_LANGUAGE = 0x55c4;

export type Fmp4Track =
  | { kind: "video"; width: number; height: number; avcC: Buffer }
  | { kind: "audio"; channels: number; sampleRate: number; config: Buffer };

/** How many units of time a second has: the clock of RTP pictures, and the samples of sound. */
export const timescaleOf = (track: Fmp4Track): number =>
  track.kind === "video" ? 90_000 : track.sampleRate;

const videoEntry = (track: Extract<Fmp4Track, { kind: "video" }>): Buffer => {
  const head = [zeros(6), u16(1), zeros(16)];
  const size = [u16(track.width), u16(track.height)];
  // 72 dpi; one picture a sample; no name; 24 bits; no palette.
  const rest = [u32(0x480000, 0x480000, 0), u16(1), zeros(32), u16(24)];
  const avcC = box("avcC", track.avcC);
  return box("avc1", ...head, ...size, ...rest, u16(0xffff), avcC);
};

const descriptor = (tag: number, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, body.length]), body]);
};

/** ISO/IEC 14496-1, 7.2.6: MPEG-4 audio, an audio stream, no sizes and rates said. */
const elementaryStream = (config: Buffer): Buffer =>
  descriptor(
    3,
    Buffer.from([0, TRACK, 0]),
    descriptor(
      4,
      Buffer.from([0x40, 0x15, 0, 0, 0]),
      zeros(8),
      descriptor(5, config),
    ),
    descriptor(6, Buffer.from([2])),
  );

const audioEntry = (track: Extract<Fmp4Track, { kind: "audio" }>): Buffer =>
  box(
    "mp4a",
    ...[zeros(6), u16(1), zeros(8), u16(track.channels), u16(16), zeros(4)],
    u32(track.sampleRate * 0x10000),
    full("esds", 0, elementaryStream(track.config)),
  );

const media = (track: Fmp4Track): Buffer => {
  const video = track.kind === "video";
  const entry = track.kind === "video" ? videoEntry(track) : audioEntry(track);
  const tables = [
    full("stsd", 0, u32(1), entry),
    full("stts", 0, u32(0)),
    full("stsc", 0, u32(0)),
    full("stsz", 0, u32(0, 0)),
    full("stco", 0, u32(0)),
  ];
  const times = u32(0, 0, timescaleOf(track), 0);
  const handler = Buffer.from(video ? "vide" : "soun", "latin1");
  const header = video ? full("vmhd", 1, zeros(8)) : full("smhd", 0, zeros(4));
  return box(
    "mdia",
    full("mdhd", 0, times, u16(NO_LANGUAGE), u16(0)),
    full("hdlr", 0, u32(0), handler, zeros(13)),
    box(
      "minf",
      header,
      box("dinf", full("dref", 0, u32(1), full("url ", 1))),
      box("stbl", ...tables),
    ),
  );
};

/** What a player needs before the first part. */
export const fmp4Head = (track: Fmp4Track): Buffer => {
  const video = track.kind === "video";
  const [width, height] = video ? [track.width, track.height] : [0, 0];
  const brands = ["iso6", "\0\0\0\0", "iso6", "cmfc", "mp41"].join("");
  return Buffer.concat([
    box("ftyp", Buffer.from(brands, "latin1")),
    box(
      "moov",
      full(
        "mvhd",
        0,
        u32(0, 0, timescaleOf(track), 0, 0x10000),
        ...[u16(0x100), zeros(10), IDENTITY, zeros(24), u32(TRACK + 1)],
      ),
      box(
        "trak",
        full(
          "tkhd",
          7,
          u32(0, 0, TRACK, 0, 0, 0, 0, 0),
          ...[u16(video ? 0 : 0x100), u16(0), IDENTITY],
          u32(width * 0x10000, height * 0x10000),
        ),
        media(track),
      ),
      box("mvex", full("trex", 0, u32(TRACK, 1, 0, 0, 0))),
    ),
  ]);
};

/** `duration` in the track's units of time; the chunks are joined. */
export type Sample = { chunks: Buffer[]; duration: number; key: boolean };

/** Depends on no other, and: depends on others, is no place to begin. */
const KEY = 0x02000000;
const NOT_KEY = 0x01010000;

const sizeOf = (chunks: readonly Buffer[]): number =>
  chunks.reduce((sum, { length }) => sum + length, 0);

/** A fragment of the track. `time`: when its first sample is due, in the track's units. */
export const fmp4Fragment = (
  sequence: number,
  time: number,
  samples: readonly Sample[],
): Buffer => {
  const table = Buffer.alloc(12 * samples.length);
  samples.forEach(({ chunks, duration, key }, i) => {
    table.writeUInt32BE(duration, 12 * i);
    table.writeUInt32BE(sizeOf(chunks), 12 * i + 4);
    table.writeUInt32BE(key ? KEY : NOT_KEY, 12 * i + 8);
  });
  const at = Buffer.alloc(8);
  at.writeBigUInt64BE(BigInt(time));
  const moof = (dataOffset: number): Buffer =>
    box(
      "moof",
      full("mfhd", 0, u32(sequence)),
      box(
        "traf",
        // Offsets count from this box.
        full("tfhd", 0x020000, u32(TRACK)),
        full("tfdt", 0x01000000, at),
        // Offset of the data; of each sample duration, size and flags.
        full("trun", 0x000701, u32(samples.length, dataOffset), table),
      ),
    );
  const head = moof(moof(0).length + 8);
  return Buffer.concat([
    head,
    box("mdat", ...samples.flatMap(({ chunks }) => chunks)),
  ]);
};
