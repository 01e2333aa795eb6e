/** What recordings take of the disk. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RecordingId } from "../../mixer/contract.js";

/** `ID.mp4`, `ID.json`, folders such as `ID.parts`, and the work folder `.ID`. */
const OWNED = /^\.?([A-Za-z0-9_-]{1,64})(?:\..+)?$/;

/** Of a file that goes away meanwhile nothing. */
const bytesOf = async (path: string): Promise<number> => {
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined) return 0;
  if (!facts.isDirectory()) return facts.size;
  let sum = 0;
  for (const name of await readdir(path).catch(() => []))
    sum += await bytesOf(join(path, name));
  return sum;
};

/** Bytes that are written for a running recording until now: its own and those of its tracks. */
export const spaceWritten = async (
  directory: string,
  id: RecordingId,
): Promise<number> => {
  const folders = [`.${id}`, `${id}.tracks`];
  const sizes = await Promise.all(
    folders.map((folder) => bytesOf(join(directory, folder))),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};

/** Bytes of everything that belongs to each recording. */
export const spaceTaken = async (
  directory: string,
): Promise<Map<RecordingId, number>> => {
  const taken = new Map<RecordingId, number>();
  for (const name of await readdir(directory).catch(() => [])) {
    const id = OWNED.exec(name)?.[1];
    if (id === undefined) continue;
    const bytes = await bytesOf(join(directory, name));
    taken.set(id, (taken.get(id) ?? 0) + bytes);
  }
  return taken;
};

/** Paths below the directory of all files that a finished recording has, its description not among them. */
export const filesOf = async (
  directory: string,
  id: RecordingId,
): Promise<string[]> => {
  const names = await readdir(directory, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of names) {
    if (!entry.name.startsWith(`${id}.`)) continue;
    if (entry.isDirectory())
      found.push(...(await below(directory, entry.name)));
    else found.push(entry.name);
  }
  return found.filter(
    (name) => name !== `${id}.json` && !name.endsWith(".tmp"),
  );
};

const below = async (directory: string, folder: string): Promise<string[]> => {
  const all = await readdir(join(directory, folder), {
    recursive: true,
    withFileTypes: true,
  });
  return all
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name).slice(directory.length + 1),
    );
};
