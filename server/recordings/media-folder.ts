/** The folder of files that may be played into rooms: what is in it, by the names that a mixer takes. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** More than this nobody looks through; the others play all the same, by their names. */
const MOST_FILES = 500;
/** Of folders in folders: a link to one further up would go round for ever. */
const DEEPEST = 4;

const isHidden = (name: string): boolean => name.startsWith(".");

const collect = async (
  folder: string,
  below: string,
  found: string[],
): Promise<void> => {
  const entries = await readdir(join(folder, below), {
    withFileTypes: true,
  }).catch(() => []);
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    if (found.length >= MOST_FILES) return;
    if (isHidden(entry.name) || entry.name.includes("\\")) continue;
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory() && name.split("/").length < DEEPEST)
      await collect(folder, name, found);
    else if (entry.isFile() || entry.isSymbolicLink()) found.push(name);
  }
};

/** Names with slashes between folders, none of them hidden, in order; none of a folder that cannot be read. */
export const listMedia = async (folder: string): Promise<string[]> => {
  const found: string[] = [];
  await collect(folder, "", found);
  return found;
};
