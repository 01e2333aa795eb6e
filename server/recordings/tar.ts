/** Files as one tar stream (POSIX ustar), a piece at a time: never more in memory than a pipe holds. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";

export type TarEntry = {
  /** ASCII, at most 100 characters. */
  name: string;
  modified: Date;
  /** Where it lies, and how much of it goes in; or itself. */
  content: TarFile | Buffer;
};

type TarFile = {
  path: string;
  size: number;
  /** In place of the file's own bytes; both ends included. */
  open?(part: { start: number; end: number }): Readable;
};

const BLOCK = 512;
/** What eleven octal digits hold; larger sizes are written as GNU tar does: the highest bit, then the number. */
const MOST_OCTAL = 8 ** 11;

const sizeOf = ({ content }: TarEntry): number =>
  Buffer.isBuffer(content) ? content.length : content.size;

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

const octal = (value: number, digits: number): string =>
  `${value.toString(8).padStart(digits, "0")}\0`;

const headOf = (entry: TarEntry): Buffer => {
  const head = Buffer.alloc(BLOCK);
  const size = sizeOf(entry);
  head.write(entry.name, 0, 100, "latin1");
  head.write(octal(0o644, 7), 100);
  head.write(octal(0, 7), 108);
  head.write(octal(0, 7), 116);
  if (size < MOST_OCTAL) head.write(octal(size, 11), 124);
  else {
    head[124] = 0x80;
    head.writeBigUInt64BE(BigInt(size), 128);
  }
  head.write(octal(Math.floor(entry.modified.getTime() / 1000), 11), 136);
  head.write("        0", 148);
  head.write("ustar\x0000", 257, "latin1");
  let sum = 0;
  for (const byte of head) sum += byte;
  head.write(`${octal(sum, 6)} `, 148);
  return head;
};

/** Bytes of the whole. */
export const tarSize = (entries: readonly TarEntry[]): number =>
  entries.reduce((sum, entry) => {
    const size = sizeOf(entry);
    return sum + BLOCK + size + padding(size);
  }, 2 * BLOCK);

const read = async function* ({
  path,
  size,
  open = (part) => createReadStream(path, part),
}: TarFile): AsyncGenerator<Buffer> {
  if (size === 0) return;
  let left = size;
  for await (const chunk of open({ start: 0, end: size - 1 })) {
    left -= (chunk as Buffer).length;
    yield chunk as Buffer;
  }
  // Its size was promised in its head; the rest of the stream would be read wrongly.
  if (left > 0) throw new Error(`${path} has become shorter`);
};

/** Fails, and so breaks off, if a file goes away or shrinks meanwhile. */
export const tarOf = (entries: readonly TarEntry[]): Readable =>
  Readable.from(
    (async function* () {
      for (const entry of entries) {
        const { content } = entry;
        yield headOf(entry);
        if (Buffer.isBuffer(content)) yield content;
        else yield* read(content);
        yield Buffer.alloc(padding(sizeOf(entry)));
      }
      yield Buffer.alloc(2 * BLOCK);
    })(),
    { objectMode: false },
  );
