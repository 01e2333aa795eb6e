/**
 * From one fragmented MP4 to an ordinary one with fast start: new tables, and the old file copied behind them as it is.
 *
 * FFmpeg takes 2.5 s for an hour, since it takes apart and writes 300 000 packets; this reads the fragments' heads alone.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, writeFile, type FileHandle } from "node:fs/promises";
import { startSync } from "../sync.js";
import { boxesIn, contentOf } from "./box.js";
import { placesIn, takeFragment } from "./fragments.js";
import { frontOf, tablesFor, type Front } from "./front.js";
import type { SampleTables } from "./tables.js";

/** What `dd` copies at once; the front is a multiple of it. */
const BLOCK = 64 * 1024;
/** The head of a part has two tracks, and that of half a second 40 samples. */
const MOST_HEAD = 64 * 1024;
const MOST_FRAGMENT_HEAD = 4_096;
/** The index of a day has 7 MB. */
const MOST_READ = 16 * 1024 * 1024;
/** Fragments' heads that are read at once. */
const BATCH = 64;
/** What is copied goes on to the disk meanwhile: the end waits for the rest alone. */
const SYNC_EVERY_MS = 100;

/** What is read comes from the file itself, which may be broken: Node aborts the process for a length of 2 GB. */
const readAt = async (
  file: FileHandle,
  at: number,
  length: number,
): Promise<Buffer> => {
  if (at < 0 || length > MOST_READ) throw new Error("A broken MP4");
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
};

/** The file's first two boxes, and where they end. */
const readHead = async (file: FileHandle) => {
  const bytes = await readAt(file, 0, MOST_HEAD);
  const after = bytes.readUInt32BE(0);
  const end = after + bytes.readUInt32BE(after);
  const boxes = boxesIn(bytes.subarray(0, end));
  return { moov: contentOf(boxes, "moov"), end };
};

/** The index at the end, whose last four bytes are its length, and where it begins. */
const readIndex = async (file: FileHandle, size: number) => {
  const length = (await readAt(file, size - 4, 4)).readUInt32BE(0);
  const bytes = await readAt(file, size - length, length);
  const places = placesIn(contentOf(boxesIn(bytes), "mfra"));
  return { places, begin: size - length };
};

/** The head of the fragment at `from`, which must end at `to`. */
const readFragment = async (
  file: FileHandle,
  from: number,
  to: number,
): Promise<Buffer> => {
  const likely = Math.min(MOST_FRAGMENT_HEAD, to - from);
  let bytes = await readAt(file, from, likely);
  const length = bytes.readUInt32BE(0);
  if (length + 8 > bytes.length && from + length + 8 <= to)
    bytes = await readAt(file, from, length + 8);
  const data = bytes.readUInt32BE(length);
  if (bytes.toString("latin1", 4, 8) !== "moof" || from + length + data !== to)
    throw new Error("Fragments that do not follow each other");
  return bytes.subarray(8, length);
};

const readFragments = async (
  file: FileHandle,
  /** Where each begins, and where the last one ends. */
  places: readonly number[],
  tracks: ReadonlyMap<number, SampleTables>,
): Promise<void> => {
  for (let first = 0; first < places.length - 1; first += BATCH) {
    const ends = places.slice(first + 1, first + 1 + BATCH);
    const heads = await Promise.all(
      ends.map((end, at) => readFragment(file, places[first + at]!, end)),
    );
    heads.forEach((head, at) =>
      takeFragment(head, places[first + at]!, tracks),
    );
  }
};

const readFront = async (path: string): Promise<Front> => {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const head = await readHead(file);
    const index = await readIndex(file, size);
    if (index.places[0] !== head.end)
      throw new Error("An index that leaves something out");
    const tracks = tablesFor(head.moov);
    await readFragments(file, [...index.places, index.begin], tracks);
    return frontOf(head.moov, tracks, { size, step: BLOCK });
  } finally {
    await file.close();
  }
};

/** Copies a file behind the first bytes of another: a process of its own waits for the disk. */
const copyBehind = async (
  from: string,
  to: string,
  length: number,
): Promise<void> => {
  const child = spawn(
    "dd",
    [`if=${from}`, `of=${to}`, `bs=${BLOCK}`, `seek=${length / BLOCK}`],
    { stdio: "ignore" },
  );
  const sync = startSync(to, SYNC_EVERY_MS);
  try {
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) throw new Error("The recording could not be copied");
  } finally {
    sync.close();
  }
};

/**
 * Makes `to` of `from`, which FFmpeg has closed. Rejects for what is not just as FFmpeg writes it for us, and when it
 * cannot be copied: then `to` is nothing.
 */
export const makeWhole = async (from: string, to: string): Promise<void> => {
  const { bytes } = await readFront(from);
  await writeFile(to, bytes);
  await copyBehind(from, to, bytes.length);
};
