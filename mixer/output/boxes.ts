/** The outer boxes of an MP4, to cut off what a killed writer left half done. */
import { open, truncate } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

const SHORT_HEAD = 8;
const LONG_HEAD = 16;

type Box = { type: string; size: number };

const readBox = async (
  file: FileHandle,
  head: Buffer,
  at: number,
): Promise<Box | undefined> => {
  const { bytesRead } = await file.read(head, 0, LONG_HEAD, at);
  if (bytesRead < SHORT_HEAD) return undefined;
  const type = head.toString("latin1", 4, 8);
  const size = head.readUInt32BE(0);
  if (size !== 1) return size < SHORT_HEAD ? undefined : { type, size };
  if (bytesRead < LONG_HEAD) return undefined;
  return { type, size: Number(head.readBigUInt64BE(8)) };
};

/**
 * Whether the file has the index that a writer puts at its end when it closes: then nothing is torn. The last four bytes
 * of that box are its size (`mfro`, ISO/IEC 14496-12, 8.8.11). An hour has 14 000 boxes; this looks at one.
 */
const isClosed = async (file: FileHandle, size: number): Promise<boolean> => {
  const head = Buffer.alloc(LONG_HEAD);
  if (size < LONG_HEAD) return false;
  await file.read(head, 0, 4, size - 4);
  const length = head.readUInt32BE(0);
  if (length < LONG_HEAD || length >= size) return false;
  const last = await readBox(file, head, size - length);
  return last?.type === "mfra" && last.size === length;
};

/**
 * Cuts a fragmented MP4 after its last whole fragment. The file must not be written any more.
 * @returns how many fragments are left, at least; 0: there is nothing to play.
 */
export const cutTornFragments = async (path: string): Promise<number> => {
  const file = await open(path, "r");
  let whole = 0;
  let fragments = 0;
  let size: number;
  try {
    ({ size } = await file.stat());
    if (await isClosed(file, size)) return 1;
    const head = Buffer.alloc(LONG_HEAD);
    let at = 0;
    for (;;) {
      const box = await readBox(file, head, at);
      if (box === undefined || at + box.size > size) break;
      at += box.size;
      if (box.type === "mdat") fragments++;
      // The head of a fragment is worth nothing without its data.
      if (box.type !== "moof") whole = at;
    }
  } finally {
    await file.close();
  }
  if (whole < size) await truncate(path, whole);
  return fragments;
};
