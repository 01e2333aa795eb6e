/** `.rooms/ROOM.json`: what it takes to open a room again with its recordings, for as long as these run. */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { RoomId } from "../../mixer/contract.js";
import type { Log } from "../log.js";
import { keptRoom, type KeptRoom } from "../rooms/kept.js";
import { writeWhole } from "./whole-file.js";

const FOLDER = ".rooms";
const ENDING = ".json";

export type RoomFiles = {
  /** Writes it, or removes what was written; never fails. One writing a room at a time: of several only the newest counts. */
  keep(room: RoomId, kept: KeptRoom | undefined): void;
  /** What a killed server has left. What cannot be read is removed. */
  read(): Promise<KeptRoom[]>;
  /** Resolves when all is written. */
  close(): Promise<void>;
};

type Writing = {
  wanted: KeptRoom | undefined;
  fresh: boolean;
  done: Promise<void>;
};

type State = {
  folder: string;
  log: Log;
  /** Rooms that have a file, and those of which one is being written. */
  written: Set<RoomId>;
  writings: Map<RoomId, Writing>;
};

const pathOf = ({ folder }: State, room: RoomId): string =>
  join(folder, `${room}${ENDING}`);

const write = async (
  state: State,
  room: RoomId,
  kept: KeptRoom | undefined,
): Promise<void> => {
  const { folder, written } = state;
  if (kept === undefined) {
    await rm(pathOf(state, room), { force: true });
    written.delete(room);
    return;
  }
  written.add(room);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // It has the room's PIN.
  const how = { mode: 0o600, sync: true };
  await writeWhole(pathOf(state, room), JSON.stringify(kept), how);
};

const run = async (
  state: State,
  room: RoomId,
  writing: Writing,
): Promise<void> => {
  while (writing.fresh) {
    writing.fresh = false;
    await write(state, room, writing.wanted).catch(async (err: unknown) => {
      state.log.warn({ err, room }, "its recordings will not go on");
      // An older one may have had no PIN yet.
      await rm(pathOf(state, room), { force: true }).catch(() => undefined);
    });
  }
  state.writings.delete(room);
};

const keep: (state: State, ...told: Parameters<RoomFiles["keep"]>) => void = (
  state,
  room,
  wanted,
) => {
  const { writings, written } = state;
  const former = writings.get(room);
  if (former !== undefined) {
    Object.assign(former, { wanted, fresh: true });
    return;
  }
  if (wanted === undefined && !written.has(room)) return;
  const writing: Writing = { wanted, fresh: true, done: Promise.resolve() };
  writings.set(room, writing);
  writing.done = run(state, room, writing);
};

const readOne = async (
  { folder, log, written }: State,
  name: string,
): Promise<KeptRoom[]> => {
  const path = join(folder, name);
  try {
    const kept = keptRoom.parse(JSON.parse(await readFile(path, "utf8")));
    if (`${kept.room}${ENDING}` !== name)
      throw new Error(`it is about ${kept.room}`);
    written.add(kept.room);
    return [kept];
  } catch (err) {
    log.warn({ err, path }, "room cannot be opened again");
    await rm(path, { force: true }).catch(() => undefined);
    return [];
  }
};

export const createRoomFiles = (directory: string, log: Log): RoomFiles => {
  const state: State = {
    ...{ folder: join(directory, FOLDER), log },
    ...{ written: new Set(), writings: new Map() },
  };
  return {
    keep: (...told) => keep(state, ...told),
    read: async () => {
      const names = await readdir(state.folder).catch((): string[] => []);
      const kept: KeptRoom[] = [];
      for (const name of names.sort())
        kept.push(...(await readOne(state, name)));
      return kept;
    },
    close: async () => {
      const all = [...state.writings.values()];
      await Promise.all(all.map(({ done }) => done));
    },
  };
};
