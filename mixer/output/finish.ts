/** From the parts of a recording to its file. */
import { open, rename, rm, writeFile } from "node:fs/promises";
import { MixerError, type RecordingResult } from "../contract.js";
import { joinArguments, joinList, type ListedPart } from "./arguments.js";
import { freeBytes } from "./disk.js";
import { FORMATS } from "./formats.js";
import { probe, runFfmpeg, type Probed } from "../ffmpeg.js";
import { startSync } from "./sync.js";
import {
  lengthOf,
  partNumbers,
  pathsOf,
  sealPart,
  type SealedPart,
  type WorkPlace,
} from "./work.js";

/** What ffmpeg joins is a little smaller than its parts; this is for the list and the file system's own needs. */
const JOIN_SPARE_BYTES = 64 * 1024;
/** A part that is kept as it is, and has tables before it, is 0.4 % larger with a picture, of silence alone a fifth. */
const ALONE_SPARE = 1.25;

/** `keptParts` says why the parts were not joined, if they were not. */
export type Finished = { result: RecordingResult; keptParts?: string };

const sealAll = async (place: WorkPlace): Promise<SealedPart[]> => {
  const sealed: SealedPart[] = [];
  for (const part of await partNumbers(pathsOf(place).folder)) {
    const found = await sealPart(place, part);
    if (found !== undefined) sealed.push(found);
  }
  return sealed;
};

/** The list, and how long all of it lasts. */
const listed = async (
  parts: readonly SealedPart[],
): Promise<{ list: ListedPart[]; seconds: number }> => {
  const list: ListedPart[] = [];
  let startedAt = parts[0]?.startedAt ?? 0;
  const zero = startedAt;
  for (const [index, part] of parts.entries()) {
    const following = parts[index + 1];
    const end = startedAt + (await lengthOf(part));
    const next = Math.max(following?.startedAt ?? end, end);
    list.push({
      name: part.name,
      next: following && next - startedAt,
    });
    startedAt = next;
  }
  return { list, seconds: (startedAt - zero) / 1_000_000 };
};

/** Runs ffmpeg over the list, and once more if the quick way does not do. */
const join = async (place: WorkPlace, seconds: number): Promise<void> => {
  const { list, joined } = pathsOf(place);
  const { join: quick, joinSlowly: slow } = FORMATS[place.format];
  const run = (format: readonly string[]) =>
    runFfmpeg({ input: list, output: joined, arguments: joinArguments(format) })
      .ended;
  // What is on the disk by the end need not be waited for then.
  const sync = startSync(joined);
  let end = await run(quick(seconds));
  if (!end.ok && slow !== undefined) end = await run(slow);
  sync.close();
  if (!end.ok) throw new Error(end.message);
};

/** Waits until it is on the disk itself. */
const syncFile = async (path: string): Promise<void> => {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Of a recording in one part, which nearly all are. Undefined when ffmpeg has to do it. */
const joinAlone = async (
  place: WorkPlace,
  [part, ...others]: readonly SealedPart[],
): Promise<Probed | undefined> => {
  const { joined } = pathsOf(place);
  const { alone } = FORMATS[place.format];
  if (part === undefined || others.length > 0 || alone === undefined)
    return undefined;
  return alone(part.path, joined)
    .then(() => probe(joined))
    .catch(() => undefined);
};

const joinParts = async (
  place: WorkPlace,
  parts: readonly SealedPart[],
): Promise<Probed> => {
  const { folder, joined, list } = pathsOf(place);
  // Whoever was killed while it wrote one may still write: not into ours.
  await rm(joined, { force: true });
  const needed = parts.reduce((sum, part) => sum + part.size, JOIN_SPARE_BYTES);
  const free = await freeBytes(folder);
  if (free < needed)
    throw new Error("there is no room on the disk for the finished file");
  let probed: Probed | undefined;
  if (free > ALONE_SPARE * needed) probed = await joinAlone(place, parts);
  if (probed === undefined) {
    const found = await listed(parts);
    await writeFile(list, joinList(found.list));
    await join(place, found.seconds);
    probed = await probe(joined);
  }
  await syncFile(joined);
  return probed;
};

/** The parts' notes go with them. */
const noteStart = (
  place: WorkPlace,
  [first]: readonly SealedPart[],
): Promise<void> =>
  writeFile(
    pathsOf(place).start,
    JSON.stringify({ start: (first?.startedAt ?? 0) / 1_000_000 }),
  );

/** A part is a file that plays, only without fast start: the longest takes the name, the others stay beside it. */
const keepParts = async (
  place: WorkPlace,
  parts: readonly SealedPart[],
): Promise<void> => {
  const { folder, final, joined, rest } = pathsOf(place);
  await rm(joined, { force: true });
  const longest = parts.reduce((a, b) => (b.size > a.size ? b : a));
  await rename(longest.path, final);
  if (parts.length === 1) await rm(folder, { recursive: true, force: true });
  else await rename(folder, rest);
};

const resultOf = async (place: WorkPlace): Promise<RecordingResult> => {
  const { final, file } = pathsOf(place);
  const { duration, size } = await probe(final);
  return { duration, size, file };
};

const alreadyFinished = async (place: WorkPlace): Promise<RecordingResult> => {
  try {
    return await resultOf(place);
  } catch (error) {
    const message = `Nothing was recorded that can be played (recording ${place.recording})`;
    throw new MixerError("failed", message, { cause: error });
  }
};

/**
 * Makes the file of a recording that nobody writes any more, and removes its work folder. Where the parts cannot be
 * joined they are kept. Rejects when there is nothing to play.
 */
export const finishRecording = async (place: WorkPlace): Promise<Finished> => {
  const { folder, file, final, joined } = pathsOf(place);
  const parts = await sealAll(place);
  if (parts.length === 0) {
    await rm(folder, { recursive: true, force: true });
    return { result: await alreadyFinished(place) };
  }
  if (place.given) await noteStart(place, parts);
  let probed: Probed;
  try {
    probed = await joinParts(place, parts);
  } catch (error) {
    await keepParts(place, parts);
    const why = error instanceof Error ? error.message : String(error);
    const keptParts = `The recording is kept as it was written: ${why}`;
    return { result: await resultOf(place), keptParts };
  }
  await rename(joined, final);
  // The parts go only when the file would survive a power cut.
  await syncFile(place.directory);
  await rm(folder, { recursive: true, force: true });
  const { duration, size } = probed;
  return { result: { duration, size, file } };
};

/**
 * Finishes what a killed process left behind for this recording, or finds the file that it had already finished.
 * Rejects with a sentence when there is nothing to play.
 */
export const repairRecording = async (
  place: WorkPlace,
): Promise<RecordingResult> => (await finishRecording(place)).result;
