/** Reading and writing of sidecars, and what lies in the directory of recordings. */
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  previewFiles,
  RECORDING_FORMATS,
  type RecordingFormat,
  type RecordingId,
} from "../../mixer/contract.js";
import { ID_PATTERN } from "../signaling/messages.js";
import { timelineFiles } from "./timeline/keeper.js";
import { recordingEntry, type RecordingEntry } from "./entry.js";
import { writeWhole } from "./whole-file.js";

const sidecarPath = (directory: string, id: RecordingId): string =>
  join(directory, `${id}.json`);

/** Whether it was there and could be read. */
export type Sidecar =
  | { is: "read"; entry: RecordingEntry }
  | { is: "missing" }
  | { is: "broken"; problem: string };

const isMissing = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === "ENOENT";

export const readSidecar = async (
  directory: string,
  id: RecordingId,
): Promise<Sidecar> => {
  try {
    const text = await readFile(sidecarPath(directory, id), "utf8");
    const entry = recordingEntry.parse(JSON.parse(text));
    if (entry.id !== id) throw new Error(`it is about ${entry.id}`);
    return { is: "read", entry };
  } catch (error) {
    if (isMissing(error)) return { is: "missing" };
    return { is: "broken", problem: String(error) };
  }
};

/** All or nothing, also after a crash. */
export const writeSidecar = (
  directory: string,
  entry: RecordingEntry,
): Promise<void> => {
  const text = `${JSON.stringify(entry, undefined, 2)}\n`;
  return writeWhole(sidecarPath(directory, entry.id), text, { sync: true });
};

const FORMATS = Object.keys(RECORDING_FORMATS) as RecordingFormat[];

/** What its file may be called. */
const fileNames = (id: RecordingId): string[] =>
  FORMATS.map((format) => `${id}.${format}`);

/** Which format a recording has of which only the file is left. */
export const findFormat = async (
  directory: string,
  id: RecordingId,
): Promise<RecordingFormat | undefined> => {
  for (const format of FORMATS)
    if (await statFile(directory, `${id}.${format}`)) return format;
  return undefined;
};

const LISTED = new RegExp(`^(.+)\\.(?:json|${FORMATS.join("|")})$`);

export const removeFiles = async (
  directory: string,
  id: RecordingId,
): Promise<void> => {
  const names = [
    ...fileNames(id),
    // What the recorder could not join, and its work folder.
    `${id}.parts`,
    `${id}.tracks`,
    `.${id}`,
    ...Object.values(timelineFiles(id)),
    ...Object.values(previewFiles(id)),
    `${id}.json.tmp`,
    // The description goes last: what is left behind by a crash before it is still listed, and can be removed again.
    `${id}.json`,
  ];
  for (const name of names)
    await rm(join(directory, name), { recursive: true, force: true });
};

/** The ids of everything in the directory that has a sidecar or a file. */
export const listIds = async (directory: string): Promise<RecordingId[]> => {
  const ids = new Set<RecordingId>();
  for (const name of await readdir(directory).catch(noneIfMissing)) {
    const [, id] = LISTED.exec(name) ?? [];
    if (id !== undefined && ID_PATTERN.test(id)) ids.add(id);
  }
  return [...ids];
};

const noneIfMissing = (error: unknown): string[] => {
  if (isMissing(error)) return [];
  throw error;
};

/** Size and last change; undefined when there is no such file. */
export const statFile = async (
  directory: string,
  name: string,
): Promise<{ size: number; modified: Date } | undefined> => {
  try {
    const { size, mtime } = await stat(join(directory, name));
    return { size, modified: mtime };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** Bytes that a running recording has written into its work folder until now. */
export const sizeWritten = async (
  directory: string,
  id: RecordingId,
): Promise<number> => {
  const folder = join(directory, `.${id}`);
  const names = await readdir(folder).catch(noneIfMissing);
  const files = await Promise.all(names.map((name) => statFile(folder, name)));
  return files.reduce((sum, file) => sum + (file?.size ?? 0), 0);
};
