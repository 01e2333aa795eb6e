/** Takes a finished render into the library. */
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { RenderResult } from "../../../mixer/contract.js";
import type { RecordingJournal } from "../../rooms/journal.js";
import { fileOf, type RecordingEntry } from "../entry.js";
import { writeSidecar } from "../sidecar.js";
import { writeTimeline, type Timeline } from "../timeline/keeper.js";

export type Adopted = {
  directory: string;
  /** It is looked through, and gets its thumbnail, like any other recording that ends. */
  journal: Pick<RecordingJournal, "finished">;
  /** The file, on the same disk as the library. */
  temporary: string;
  entry: RecordingEntry;
  timeline?: Timeline;
  result: RenderResult;
};

const syncFile = async (path: string): Promise<void> => {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
};

/** What is there twice after a crash is the same. */
export const adopt = async (adopted: Adopted): Promise<void> => {
  const { directory, journal, temporary, entry, timeline, result } = adopted;
  const { id } = entry;
  const file = fileOf(entry);
  await syncFile(temporary);
  if (timeline !== undefined) await writeTimeline(directory, id, timeline);
  await rename(temporary, join(directory, file));
  await writeSidecar(directory, entry);
  const endedAt = new Date(entry.endedAt ?? entry.startedAt);
  await journal.finished(id, { ...result, file }, undefined, endedAt);
};
