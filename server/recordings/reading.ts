/** What is known of recordings: of those in hand, and of those whose sidecars lie in the directory. */
import type { RecordingId } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { Log } from "../log.js";
import { ID_PATTERN } from "../signaling/messages.js";
import {
  fileOf,
  isRunning,
  pausedFor,
  unknownEntry,
  type RecordingEntry,
} from "./entry.js";
import type { HeldEntries } from "./held.js";
import {
  findFormat,
  listIds,
  readSidecar,
  sizeWritten,
  statFile,
} from "./sidecar.js";
import type { Timelines } from "./timeline/keeper.js";

/** What a library works with. */
export type State = {
  directory: string;
  log: Log;
  now: () => Date;
  held: HeldEntries;
  timelines: Timelines;
  /** Broken sidecars that the log has been told of. */
  reported: Set<RecordingId>;
  /** Whoever changes a finished one's description waits for the one before; an end never rejects. */
  amending: Map<RecordingId, Promise<void>>;
  /** Milliseconds between two writings of one sidecar. */
  writeEvery: number;
  /** Ends that could not be written down are written again then. */
  again: Map<RecordingId, NodeJS.Timeout>;
  /** How many read each file now. */
  uses: Map<RecordingId, number>;
};

/** Sidecars read at once: one for each open file that we may safely take. */
const READ_AT_ONCE = 32;

const noSuch = (id: RecordingId): ConferenceError =>
  new ConferenceError("no-such-recording", `There is no recording "${id}"`);

const reportBroken = (
  { reported, log }: State,
  id: RecordingId,
  problem: string,
): void => {
  if (reported.has(id)) return;
  reported.add(id);
  log.warn({ recording: id, problem }, "sidecar of recording cannot be read");
};

/** What is no longer here may be in the bucket. */
const sizeOf = (
  { upload }: RecordingEntry,
  file: { size: number } | undefined,
): number => {
  if (file !== undefined) return file.size;
  return upload?.state === "uploaded" ? (upload.size ?? 0) : 0;
};

const readFromDisk = async (
  state: State,
  id: RecordingId,
): Promise<RecordingEntry | undefined> => {
  const { directory } = state;
  const sidecar = await readSidecar(directory, id);
  if (sidecar.is === "broken") reportBroken(state, id, sidecar.problem);
  const known = sidecar.is === "read" ? sidecar.entry : undefined;
  const format = known?.format ?? (await findFormat(directory, id)) ?? "mp4";
  const file = await statFile(directory, fileOf({ id, format }));
  if (known !== undefined) return { ...known, size: sizeOf(known, file) };
  if (file === undefined) return undefined;
  const lost = sidecar.is === "missing" ? "is missing" : "cannot be read";
  return unknownEntry(id, {
    ...file,
    format,
    reason: `The description ${lost}`,
  });
};

const liveEntry = async (
  { directory, now }: State,
  entry: RecordingEntry,
): Promise<RecordingEntry> => {
  if (!isRunning(entry)) return entry;
  const at = now();
  const passed = (at.getTime() - Date.parse(entry.startedAt)) / 1000;
  const duration = passed - pausedFor(entry, at);
  const size = await sizeWritten(directory, entry.id);
  return { ...entry, duration: Math.max(0, duration), size };
};

export const look = async (
  state: State,
  id: RecordingId,
): Promise<RecordingEntry | undefined> => {
  if (!ID_PATTERN.test(id)) return undefined;
  const held = state.held.get(id);
  return held === undefined ? readFromDisk(state, id) : liveEntry(state, held);
};

export const get = async (
  state: State,
  id: RecordingId,
): Promise<RecordingEntry> => {
  const entry = await look(state, id);
  if (entry === undefined) throw noSuch(id);
  return entry;
};

export const list = async (state: State): Promise<RecordingEntry[]> => {
  const ids = new Set([
    ...(await listIds(state.directory)),
    ...state.held.ids(),
  ]);
  const left = [...ids];
  const entries: RecordingEntry[] = [];
  while (left.length > 0) {
    const some = left.splice(0, READ_AT_ONCE).map((id) => look(state, id));
    for (const entry of await Promise.all(some))
      if (entry !== undefined) entries.push(entry);
  }
  return entries.sort((a, b) => b.startedAt.localeCompare(a.startedAt));
};
