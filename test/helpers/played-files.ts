/** Real rooms that play files of one's own making. */
import { mkdtempSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { TestFn } from "ava";
import type { MediaSource } from "../../mixer/contract.js";
import { makeMedia, type MadeMedia } from "./media.js";
import { descendants } from "./processes.js";
import { useRooms } from "./room.js";

/** From the beginning to the end. */
export const PLAY = { playing: true, position: 0, loop: false };

/** Makes the files, by their names, for all tests of a test file, after none of which a process may read one. */
export const usePlayedFiles = (
  test: TestFn,
  files: Record<string, MadeMedia>,
) => {
  // The rooms of `useRooms` have their recordings in /tmp.
  const folder = mkdtempSync("/tmp/tutti-played-");
  const ffmpegs = () =>
    descendants(process.pid).filter(({ command }) => command.includes(folder));
  test.before(async () => {
    for (const [name, made] of Object.entries(files))
      await makeMedia(join(folder, name), made);
  });
  const open = useRooms(test, (t) => t.deepEqual(ffmpegs(), []));
  test.after.always(() => rmSync(folder, { recursive: true }));
  return {
    folder,
    open,
    /** The processes that read one of the files now. */
    ffmpegs,
    source: (name: string): MediaSource => ({
      kind: "recording",
      name: join(basename(folder), name),
    }),
  };
};
