/**
 * The work folder of a running recording, `DIRECTORY/.ID`: its parts, and beside each a note of when it began (so that
 * pauses keep their length) and which process writes it (so that nobody else cuts it meanwhile).
 */
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RecordingFormat, RecordingId } from "../contract.js";
import type { Micros } from "../media.js";
import { probe } from "../ffmpeg.js";
import { FORMATS } from "./formats.js";

export type WorkPlace = {
  directory: string;
  recording: RecordingId;
  format: RecordingFormat;
  /** It is a track: its parts' times count from its recording's zero. */
  given?: boolean;
  /** Added to its name: a participant may have two tracks of a kind. */
  suffix?: "share";
};

/** Ids come from outside the process and become paths. */
const RECORDING_ID = /^[A-Za-z0-9_-]{1,64}$/;

export const pathsOf = ({
  directory,
  recording,
  format,
  suffix,
}: WorkPlace) => {
  if (!RECORDING_ID.test(recording))
    throw new TypeError(`Not a recording id: ${JSON.stringify(recording)}`);
  const name = suffix === undefined ? recording : `${recording}.${suffix}`;
  const folder = join(directory, `.${name}`);
  return {
    folder,
    file: `${name}.${format}`,
    final: join(directory, `${name}.${format}`),
    /** Where parts stay that could not be joined to the one that became the file. */
    rest: join(directory, `${name}.parts`),
    /** Of a track: at which second of its recording it begins. */
    start: join(directory, `${name}.json`),
    joined: join(folder, `joined.${format}`),
    list: join(folder, "parts.txt"),
  };
};

/** `part-000.mp4` */
export const partName = (part: number, format: RecordingFormat): string =>
  `part-${String(part).padStart(3, "0")}.${FORMATS[format].part.extension}`;

/**
 * - `startedAt`: microseconds since 1970 of the part's time zero, in the recording's time, which stands still in pauses.
 * - `pid`: the ffmpeg that writes it.
 * - `shift`: what the recording's time is ahead of wall time, in microseconds.
 * - `paused`: the recording was paused at this part's end.
 */
export type PartNote = {
  startedAt: Micros;
  pid: number;
  shift?: Micros;
  paused?: boolean;
};

const notePath = (path: string): string => `${path}.json`;

export const writeNote = (path: string, note: PartNote): Promise<void> =>
  writeFile(notePath(path), JSON.stringify(note));

const readNote = async (
  path: string,
): Promise<Required<PartNote> | undefined> => {
  try {
    const note: unknown = JSON.parse(await readFile(notePath(path), "utf8"));
    const { startedAt, pid, shift = 0, paused } = note as PartNote;
    const times = Number.isFinite(startedAt) && Number.isFinite(shift);
    return times && Number.isInteger(pid)
      ? { startedAt, pid, shift, paused: paused === true }
      : undefined;
  } catch {
    // A note that a full disk or a crash left unwritten costs a pause its length, not the recording.
    return undefined;
  }
};

/** The numbers of the parts that are there, in order. */
export const partNumbers = async (folder: string): Promise<number[]> => {
  const names = await readdir(folder).catch(() => []);
  const numbers = names.flatMap((name) => {
    const match = /^part-(\d+)\.[a-z0-9]+$/.exec(name);
    return match ? [Number(match[1])] : [];
  });
  return numbers.sort((a, b) => a - b);
};

/** An orphan's input has ended, so it is about to finish; one that has not by then never will. */
const ORPHAN_MS = 3_000;
const POLL_MS = 20;

const writes = async (pid: number, path: string): Promise<boolean> => {
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(
    () => "",
  );
  return command.split("\0").includes(path);
};

const writerGone = async (pid: number, path: string): Promise<void> => {
  for (let waited = 0; await writes(pid, path); waited += POLL_MS) {
    if (waited === ORPHAN_MS) process.kill(pid, "SIGKILL");
    await delay(POLL_MS);
  }
};

/** A part that can be played from start to end. Without `startedAt` it follows the one before it. */
export type SealedPart = {
  name: string;
  path: string;
  format: RecordingFormat;
  size: number;
  startedAt: Micros | undefined;
  shift: Micros;
  /** The next one follows it without a hole. */
  paused: boolean;
};

/** Notes that the recording was paused at the end of this part. */
export const notePause = async (
  place: WorkPlace,
  part: number,
): Promise<void> => {
  const path = join(pathsOf(place).folder, partName(part, place.format));
  const note = await readNote(path);
  if (note !== undefined) await writeNote(path, { ...note, paused: true });
};

/** Waits until nobody writes a part any more, and cuts what was left half done. An empty one is removed: undefined. */
export const sealPart = async (
  place: WorkPlace,
  part: number,
): Promise<SealedPart | undefined> => {
  const name = partName(part, place.format);
  const path = join(pathsOf(place).folder, name);
  const note = await readNote(path);
  if (note !== undefined) await writerGone(note.pid, path);
  if (!(await FORMATS[place.format].part.cut(path))) {
    await Promise.all([
      rm(path, { force: true }),
      rm(notePath(path), { force: true }),
    ]);
    return undefined;
  }
  const { size } = await stat(path);
  const { startedAt, shift = 0, paused = false } = note ?? {};
  const { format } = place;
  return { name, path, format, size, startedAt, shift, paused };
};

/** How long a sealed part lasts, counted from its time zero. */
export const lengthOf = async ({
  path,
  format,
}: SealedPart): Promise<Micros> => {
  const { end } = FORMATS[format].part;
  if (end !== undefined) return (await end(path)) * 1_000;
  const { start, duration } = await probe(path);
  return Math.round((start + duration) * 1_000_000);
};
