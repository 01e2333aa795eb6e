import { promisify } from "node:util";
import { inflate } from "node:zlib";

const inflateAsync = promisify(inflate);

/** Sizes in bytes: the WOFF header, an entry of its directory; the same of SFNT (TrueType, OpenType). */
const WOFF = { header: 44, entry: 20, signature: 0x774f4646 };
const SFNT = { header: 12, entry: 16 };

type Table = { tag: number; checksum: number; data: Buffer };

const aligned = (size: number): number => (size + 3) & ~3;

const readTable = async (woff: Buffer, index: number): Promise<Table> => {
  const at = WOFF.header + index * WOFF.entry;
  const start = woff.readUInt32BE(at + 4);
  const packed = woff.readUInt32BE(at + 8);
  const size = woff.readUInt32BE(at + 12);
  // One chunk of the known size: by 16 KB, a large font would come back to the event loop 500 times.
  const bytes = woff.subarray(start, start + packed);
  return {
    tag: woff.readUInt32BE(at),
    checksum: woff.readUInt32BE(at + 16),
    data:
      packed < size
        ? await inflateAsync(bytes, { chunkSize: Math.max(64, size) })
        : bytes,
  };
};

/** The search hints that an SFNT header carries for a binary search in its directory. */
const writeHeader = (sfnt: Buffer, count: number): void => {
  const exponent = Math.floor(Math.log2(count));
  const range = 2 ** exponent * SFNT.entry;
  sfnt.writeUInt16BE(count, 4);
  sfnt.writeUInt16BE(range, 6);
  sfnt.writeUInt16BE(exponent, 8);
  sfnt.writeUInt16BE(count * SFNT.entry - range, 10);
};

/**
 * Unpacks a WOFF 1.0 font, on the libuv pool. Given as WOFF, Skia unpacks it on the event loop, twice:
 * 89 ms for the flags among the emoji, against 6 ms when they are registered unpacked.
 * Throws an Error if this is not WOFF or is damaged.
 */
export const unpackWoff = async (woff: Buffer): Promise<Buffer> => {
  if (woff.length < WOFF.header || woff.readUInt32BE(0) !== WOFF.signature)
    throw new Error("not a WOFF font");
  const count = woff.readUInt16BE(12);
  const tables = await Promise.all(
    Array.from({ length: count }, (_, index) => readTable(woff, index)),
  );
  let at = SFNT.header + count * SFNT.entry;
  const size = tables.reduce((sum, { data }) => sum + aligned(data.length), at);
  const sfnt = Buffer.alloc(size);
  woff.copy(sfnt, 0, 4, 8);
  writeHeader(sfnt, count);
  for (const [index, { tag, checksum, data }] of tables.entries()) {
    const entry = SFNT.header + index * SFNT.entry;
    sfnt.writeUInt32BE(tag, entry);
    sfnt.writeUInt32BE(checksum, entry + 4);
    sfnt.writeUInt32BE(at, entry + 8);
    sfnt.writeUInt32BE(data.length, entry + 12);
    data.copy(sfnt, at);
    at += aligned(data.length);
  }
  return sfnt;
};
