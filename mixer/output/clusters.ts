/** The outer elements of a Matroska file, to cut off what a killed writer left half done. */
import { open, truncate, type FileHandle } from "node:fs/promises";

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
/** How long the last unit of sound lasts. */
const UNIT_MS = 20;
/** An id has 4 bytes at most, a size 8. */
const HEAD = 12;

type Element = { id: number; head: number; size: number };

/** A number whose first byte says by its leading zeros how many bytes it has: RFC 8794, section 4. */
const vintLength = (first: number): number => Math.clz32(first) - 23;

/** Undefined when the bytes are none, or end before its head does. */
const parseElement = (bytes: Buffer): Element | undefined => {
  if (bytes.length < 2) return undefined;
  const idLength = vintLength(bytes[0]!);
  if (idLength > 4 || bytes.length <= idLength) return undefined;
  const sizeLength = vintLength(bytes[idLength]!);
  if (sizeLength > 8 || bytes.length < idLength + sizeLength) return undefined;
  const id = bytes.readUIntBE(0, idLength);
  let size = bytes[idLength]! & (0xff >> sizeLength);
  let unknown = size === 0xff >> sizeLength;
  for (const byte of bytes.subarray(idLength + 1, idLength + sizeLength)) {
    size = size * 256 + byte;
    unknown &&= byte === 0xff;
  }
  return { id, head: idLength + sizeLength, size: unknown ? Infinity : size };
};

const readElement = async (
  file: FileHandle,
  head: Buffer,
  at: number,
): Promise<Element | undefined> => {
  const { bytesRead } = await file.read(head, 0, HEAD, at);
  return parseElement(head.subarray(0, bytesRead));
};

/** What one element after the other says; groups of blocks are looked into. */
const lastBlockIn = (bytes: Buffer): number => {
  let base = 0;
  let last = 0;
  for (let at = 0; ;) {
    const element = parseElement(bytes.subarray(at, at + HEAD));
    if (element === undefined || at + element.head > bytes.length) break;
    at += element.head;
    if (element.id === BLOCK_GROUP) continue;
    if (element.id === TIMESTAMP) base = bytes.readUIntBE(at, element.size);
    // The track's number has one byte, the time after it two.
    if (element.id === SIMPLE_BLOCK || element.id === BLOCK)
      last = Math.max(last, base + bytes.readInt16BE(at + 1));
    at += element.size;
  }
  return last;
};

/** What is walked through: each cluster is told with where its content begins. Resolves with where the last whole one ends. */
const walk = async (
  file: FileHandle,
  onCluster: (at: number, size: number) => void,
): Promise<number> => {
  const { size } = await file.stat();
  const head = Buffer.alloc(HEAD);
  let at = 0;
  for (;;) {
    const element = await readElement(file, head, at);
    if (element === undefined) return at;
    // What is in the segment is walked through, whatever size it says it has.
    const length = element.id === SEGMENT ? 0 : element.size;
    if (at + element.head + length > size) return at;
    at += element.head + length;
    if (element.id === CLUSTER) onCluster(at - length, length);
  }
};

/** Milliseconds from the start until the last unit of a Matroska file ends, whose writer may have been killed. */
export const clustersEnd = async (path: string): Promise<number> => {
  const file = await open(path, "r");
  try {
    let [from, size] = [0, 0];
    await walk(file, (...found) => ([from, size] = found));
    const bytes = Buffer.alloc(size);
    await file.read(bytes, 0, size, from);
    return lastBlockIn(bytes) + UNIT_MS;
  } finally {
    await file.close();
  }
};

/**
 * Cuts a Matroska file after its last whole cluster.
 * @returns how many clusters are left; 0: there is nothing to play.
 */
export const cutTornClusters = async (path: string): Promise<number> => {
  const file = await open(path, "r");
  let clusters = 0;
  let whole: number;
  let size: number;
  try {
    whole = await walk(file, () => clusters++);
    ({ size } = await file.stat());
  } finally {
    await file.close();
  }
  if (whole < size) await truncate(path, whole);
  return clusters;
};
