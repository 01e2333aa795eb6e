/** Recordings that a killed server left, and that go on. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { LONGEST_GAP, type RecordingId } from "../../mixer/contract.js";
import type { RecordingJournal } from "../rooms/journal.js";
import { leaveAll, type RecordingEntry } from "./entry.js";
import { get, type State } from "./reading.js";
import { timelineFiles } from "./timeline/keeper.js";

type Back = Parameters<RecordingJournal["resumed"]>[1];

const changedAt = async (path: string): Promise<number> =>
  (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;

/** When the last bytes were written of one that nobody writes any more. */
export const lastWritten = async (
  directory: string,
  id: RecordingId,
): Promise<Date> => {
  const folder = join(directory, `.${id}`);
  const parts = await readdir(folder).catch((): string[] => []);
  const paths = [
    ...parts.map((name) => join(folder, name)),
    join(directory, `${id}.json`),
    join(directory, timelineFiles(id).journal),
  ];
  return new Date(Math.max(...(await Promise.all(paths.map(changedAt)))));
};

/** What the file leaves out of a longer hole is a pause. */
const holeOf = (
  { state, pauses = [] }: RecordingEntry,
  { leftAt, at }: Back,
): RecordingEntry["pauses"] => {
  const from = new Date(leftAt.getTime() + LONGEST_GAP * 1000);
  if (state === "paused" || from >= at) return pauses;
  return [...pauses, { from: from.toISOString(), to: at.toISOString() }];
};

const goneOn = (entry: RecordingEntry, back: Back): RecordingEntry => {
  const leftAt = back.leftAt.toISOString();
  const pauses = holeOf(entry, back);
  return {
    ...entry,
    participants: leaveAll(entry.participants, leftAt),
    reason: back.reason,
    ...(pauses?.length && { pauses }),
  };
};

/** It is in hand again, and everybody who was there has left. */
export const resumed = async (
  state: State,
  id: RecordingId,
  back: Back,
): Promise<void> => {
  const { held, timelines } = state;
  const { leftAt, at, present, reason } = back;
  const entry = await get(state, id);
  const gone = entry.participants.filter((one) => one.leftAt === undefined);
  await timelines.resume(id, gone, leftAt);
  timelines.begin(id, present, at);
  timelines.add(id, { type: "noted", reason }, at);
  await held.put(goneOn(entry, back));
};
