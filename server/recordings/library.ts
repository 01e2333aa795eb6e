/**
 * The directory of recordings: `ID.mp4` and beside it `ID.json`, which says what it is.
 *
 * - It is the rooms' journal, so that what was running is known after the server was killed.
 * - The directory is the truth: a file put there or taken away by hand is seen at the next look.
 * - A running recording is held in memory and written down when it starts, when somebody comes or goes (at most once a
 *   second), and when it ends.
 */
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  previewFiles,
  RECORDING_FORMATS,
  type ParticipantId,
  type RecordingChecks,
  type RecordingFormat,
  type RecordingId,
} from "../../mixer/contract.js";
import { closeOnce } from "../close-once.js";
import { ConferenceError } from "../errors.js";
import type { Log } from "../log.js";
import type { RecordingJournal } from "../rooms/journal.js";
import type { KeptRoom } from "../rooms/kept.js";
import { amend, inTurn, use } from "./amending.js";
import {
  attend,
  begun,
  checked,
  fileOf,
  isRunning,
  setPaused,
  type RecordingEntry,
} from "./entry.js";
import { end } from "./ending.js";
import { createHeldEntries } from "./held.js";
import { get, list, look, type State } from "./reading.js";
import { lastWritten, resumed } from "./resuming.js";
import { createRoomFiles, type RoomFiles } from "./room-files.js";
import { createTimelines, type Timeline } from "./timeline/keeper.js";
import { removeFiles, statFile } from "./sidecar.js";
import { spaceWritten } from "./space.js";
import { trackFile } from "./tracks.js";

export type LibraryFile = {
  /** Absolute. */
  path: string;
  /** Its media type. */
  type: string;
  /** What it is called when it is saved. */
  name: string;
  size: number;
  modified: Date;
};

/** Methods that take an id throw `no-such-recording` when there is none. */
export type Library = RecordingJournal & {
  /** Running and finished ones, the newest first. */
  list(): Promise<RecordingEntry[]>;
  get(id: RecordingId): Promise<RecordingEntry>;
  /** Throws `conflict` while it is being recorded. */
  file(id: RecordingId): Promise<LibraryFile>;
  /** Of one participant alone: `kind` is `opus`, `mp4` or `share.mp4`. */
  track(
    id: RecordingId,
    participant: ParticipantId,
    kind: string,
  ): Promise<LibraryFile>;
  /** What is made of it a while after its end. */
  preview(id: RecordingId, kind: PreviewKind): Promise<LibraryFile>;
  /** What happened in a finished one, if anybody noted it down. */
  timeline(id: RecordingId): Promise<Timeline | undefined>;
  /** Removes the file and all that belongs to it. Throws `conflict` while it is being recorded. */
  remove(id: RecordingId): Promise<void>;
  /** Removes what was made of one that has been deleted meanwhile; of one that is there nothing. */
  tidy(id: RecordingId): Promise<void>;
  /** What a killed server was recording; this process has no hand in it. */
  unfinished(): Promise<{ id: RecordingId; format: RecordingFormat }[]>;
  /** Rooms that a killed server has left with recordings. */
  keptRooms(): Promise<KeptRoom[]>;
  /** When the last bytes were written of a recording that nobody writes any more. */
  lastWritten(id: RecordingId): Promise<Date>;
  /** Writes down what was found in a finished file. */
  checked(id: RecordingId, checks: RecordingChecks): Promise<void>;
  /** Writes down something else of a finished one; of one that is gone, nothing. Several at once do not undo each other. */
  amend(
    id: RecordingId,
    change: (entry: RecordingEntry) => RecordingEntry,
  ): Promise<void>;
  /** Keeps its file from being removed by age or size, until the function that it returns is called. */
  use(id: RecordingId): () => void;
  isUsed(id: RecordingId): boolean;
  /** Writes what is not written yet. */
  close(): Promise<void>;
};

export type LibraryOptions = {
  directory: string;
  log: Log;
  now?: () => Date;
  /** Milliseconds between two writings of one sidecar while people come and go. */
  writeEvery?: number;
};

const getEnded = async (
  state: State,
  id: RecordingId,
): Promise<RecordingEntry> => {
  const entry = await get(state, id);
  if (!isRunning(entry)) return entry;
  throw new ConferenceError("conflict", `"${id}" is still being recorded`);
};

const file = async (state: State, id: RecordingId): Promise<LibraryFile> => {
  const entry = await getEnded(state, id);
  const name = fileOf(entry);
  const { type } = RECORDING_FORMATS[entry.format];
  const found = await statFile(state.directory, name);
  if (found === undefined)
    throw new ConferenceError(
      "no-such-recording",
      entry.upload?.state === "uploaded"
        ? `The file of "${id}" is in the bucket alone`
        : `"${id}" has no file`,
    );
  return { path: join(state.directory, name), type, name, ...found };
};

/** What lies beside the file of a finished one. */
const beside = async (
  state: State,
  id: RecordingId,
  { name, type }: { name: string; type: string },
): Promise<LibraryFile> => {
  await getEnded(state, id);
  const found = await statFile(state.directory, name);
  if (found !== undefined) {
    const path = join(state.directory, name);
    return { path, type, name: basename(name), ...found };
  }
  throw new ConferenceError("no-such-recording", `"${id}" has no such file`);
};

const track: (
  state: State,
  ...asked: Parameters<Library["track"]>
) => Promise<LibraryFile> = (state, id, participant, kind) =>
  beside(state, id, trackFile(id, participant, kind));

const PREVIEW_TYPES = {
  thumbnail: "image/jpeg",
  waveform: "image/png",
  peaks: "application/json",
};
export type PreviewKind = keyof typeof PREVIEW_TYPES;

const remove = async (state: State, id: RecordingId): Promise<void> => {
  await getEnded(state, id);
  state.held.drop(id);
  await inTurn(state, id, () => removeFiles(state.directory, id));
  state.log.info({ recording: id }, "recording removed");
};

const tidy = async (state: State, id: RecordingId): Promise<void> => {
  if ((await look(state, id)) !== undefined) return;
  await inTurn(state, id, () => removeFiles(state.directory, id));
};

const started: (
  state: State,
  entry: Parameters<RecordingJournal["started"]>[0],
) => Promise<void> = async (
  { directory, held, timelines },
  { present = [], ...about },
) => {
  await mkdir(directory, { recursive: true });
  timelines.begin(about.id, present, about.startedAt);
  await held.put(begun(about));
};

const person: (
  state: State,
  ...heard: Parameters<RecordingJournal["person"]>
) => void = ({ held, log }, id, { event, ...who }) => {
  const entry = held.get(id);
  if (entry === undefined) return;
  if (attend(entry, who, event)) held.touch(id);
  else log.warn({ recording: id }, "too many came and went to note another");
};

const progress = async (state: State, id: RecordingId) => {
  const { duration } = await get(state, id);
  return { duration, size: await spaceWritten(state.directory, id) };
};

const setPausedOf = async (
  { held, now, timelines }: State,
  id: RecordingId,
  paused: boolean,
): Promise<void> => {
  const entry = held.get(id);
  if (entry === undefined) return;
  timelines.add(id, { type: paused ? "paused" : "resumed" }, now());
  await held.put(setPaused(entry, paused, now()));
};

const noted = (state: State, id: RecordingId, reason: string): void => {
  const { held, now, timelines } = state;
  const entry = held.get(id);
  if (entry === undefined) return;
  timelines.add(id, { type: "noted", reason }, now());
  entry.reason = reason;
  held.touch(id);
};

/** What outlives the server, and how it is taken up again. */
const lifeOf = (state: State, rooms: RoomFiles) =>
  ({
    resumed: (...back) => resumed(state, ...back),
    keep: rooms.keep,
    keptRooms: rooms.read,
    lastWritten: (id) => lastWritten(state.directory, id),
    unfinished: async () =>
      (await list(state))
        .filter((entry) => isRunning(entry) && !state.held.get(entry.id))
        .map(({ id, format }) => ({ id, format })),
  }) satisfies Partial<Library>;

export const createLibrary = ({
  directory,
  log,
  now = () => new Date(),
  writeEvery = 1000,
}: LibraryOptions): Library => {
  const held = createHeldEntries({ directory, writeEvery, log });
  const timelines = createTimelines(directory, log);
  const rooms = createRoomFiles(directory, log);
  const reported = new Set<RecordingId>();
  const state: State = {
    ...{ directory, log, now, held, timelines, reported },
    ...{ amending: new Map(), uses: new Map(), again: new Map(), writeEvery },
  };
  return {
    started: (entry) => started(state, entry),
    told: (...heard) => timelines.told(...heard),
    person: (id, event) => person(state, id, event),
    paused: (id, paused) => setPausedOf(state, id, paused),
    progress: (id) => progress(state, id),
    checked: (id, checks) =>
      amend(state, id, (entry) => checked(entry, checks)),
    amend: (...asked) => amend(state, ...asked),
    use: (id) => use(state, id),
    isUsed: (id) => state.uses.has(id),
    noted: (id, reason) => noted(state, id, reason),
    finished: (id, result, reason, at) =>
      end(state, id, { state: "stopped", result, reason, at }),
    failed: (id, reason, result) =>
      end(state, id, { state: "failed", result, reason }),
    list: () => list(state),
    get: (id) => get(state, id),
    file: (id) => file(state, id),
    track: (...asked) => track(state, ...asked),
    preview: (id, kind) => {
      const type = PREVIEW_TYPES[kind];
      return beside(state, id, { name: previewFiles(id)[kind], type });
    },
    timeline: async (id) => timelines.read((await getEnded(state, id)).id),
    remove: (id) => remove(state, id),
    tidy: (id) => tidy(state, id),
    ...lifeOf(state, rooms),
    close: closeOnce(async () => {
      for (const timer of state.again.values()) clearTimeout(timer);
      await Promise.all([timelines.close(), held.close(), rooms.close()]);
    }),
  };
};
