/** A library in a folder of its own, whose clock stands still until it is moved. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import { createLibrary } from "../../server/recordings/library.js";
import { makeFolder } from "./folder.js";

const START = Date.parse("2026-03-04T05:06:07.000Z");
export const at = (seconds: number): Date => new Date(START + seconds * 1000);

export const setUp = async (
  t: ExecutionContext,
  { writeEvery = 60_000, directory = "" } = {},
) => {
  const folder = directory || (await makeFolder(t));
  const clock = { seconds: 0 };
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: "warn" },
    { write: (l) => lines.push(JSON.parse(l)) },
  );
  const now = () => at(clock.seconds);
  const library = createLibrary({ directory: folder, log, now, writeEvery });
  t.teardown(() => library.close());
  return { folder, clock, lines, library };
};

export const about = (id: string) => ({
  id,
  room: "lobby",
  title: "The lobby",
  format: "mp4" as const,
  startedAt: at(0),
});
export const result = (id: string) => ({
  duration: 9.5,
  size: 4,
  file: `${id}.mp4`,
});
export const onDisk = async (folder: string, id: string) =>
  JSON.parse(await readFile(join(folder, `${id}.json`), "utf8"));
