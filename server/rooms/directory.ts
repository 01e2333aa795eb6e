/** Which rooms there are. Nothing is awaited between a look and an act, so two callers never open the same room twice. */
import type { RecordingJournal } from "./journal.js";
import type { Logger } from "pino";
import type { RoomId } from "../../mixer/contract.js";
import { closeOnce } from "../close-once.js";
import { ConferenceError } from "../errors.js";
import type { Supervisor } from "../mixers/supervisor.js";
import { ROOM_TIMINGS, type RoomTimings } from "./context.js";
import type { LeftRoom } from "./kept.js";
import { optionsOf } from "./returning.js";
import { createRoom, type OwnedRoom } from "./room.js";
import type {
  Directory,
  JoinRequest,
  Room,
  RoomOptions,
  Seat,
} from "./types.js";

export type DirectoryOptions = {
  supervisor: Pick<Supervisor, "pick">;
  journal: RecordingJournal;
  /** Of rooms that are opened without saying otherwise; their title is then their name. */
  defaults: Omit<RoomOptions, "title">;
  log: Logger;
  timings?: Partial<RoomTimings>;
  now?: () => Date;
};

type State = Required<Omit<DirectoryOptions, "timings">> & {
  timings: RoomTimings;
  rooms: Map<RoomId, OwnedRoom>;
  /** Rooms that take nobody any more but whose mixer still has them. */
  closing: Map<RoomId, Promise<void>>;
  draining: boolean;
  /** Seconds talked in rooms that are no more. */
  spoke: number;
};

type Opening = { options?: Partial<RoomOptions>; left?: LeftRoom };

const create = (
  state: State,
  name: RoomId,
  { options, left }: Opening,
): OwnedRoom => {
  const { supervisor, journal, defaults, log, timings, now } = state;
  const room: OwnedRoom = createRoom({
    name,
    options: { title: name, ...defaults, ...options },
    lasting: options !== undefined && left === undefined,
    left,
    pick: () => supervisor.pick(),
    journal,
    timings,
    now,
    log,
    onClosing: (closed) => {
      state.rooms.delete(name);
      state.spoke += room.spoke;
      const ended = closed.finally(() => state.closing.delete(name));
      state.closing.set(name, ended);
    },
  });
  state.rooms.set(name, room);
  log.info({ room: name }, "room opened");
  return room;
};

const open = async (
  state: State,
  name: RoomId,
  options?: Partial<RoomOptions>,
): Promise<Room> => {
  // The same name in the same mixer: the former one must have ended there.
  while (state.closing.has(name)) await state.closing.get(name);
  if (state.draining)
    throw new ConferenceError("shutting-down", "The server is shutting down");
  const room = state.rooms.get(name);
  if (room === undefined) return create(state, name, { options });
  if (options !== undefined) room.keep();
  return room;
};

const drain = async (state: State): Promise<void> => {
  state.draining = true;
  const rooms = [...state.rooms.values()];
  await Promise.allSettled([
    ...rooms.map((room) => room.close("shutdown")),
    ...state.closing.values(),
  ]);
};

export const createDirectory = ({
  timings = {},
  now = () => new Date(),
  ...options
}: DirectoryOptions): Directory => {
  const state: State = {
    ...options,
    now,
    timings: { ...ROOM_TIMINGS, ...timings },
    rooms: new Map(),
    closing: new Map(),
    draining: false,
    spoke: 0,
  };
  return {
    get spoke() {
      return [...state.rooms.values()].reduce(
        (sum, room) => sum + room.spoke,
        state.spoke,
      );
    },
    list: () => [...state.rooms.values()],
    find: (room) => state.rooms.get(room),
    open: (...asked) => open(state, ...asked),
    restore: (left) =>
      create(state, left.room, { left, options: optionsOf(left) }),
    drain: closeOnce(() => drain(state)),
  };
};

/** A seat in the room of this name, also if that room is closed in between: then in the next one. */
export const enterRoom = async (
  directory: Directory,
  name: RoomId,
  request: JoinRequest,
): Promise<{ room: Room; seat: Seat }> => {
  for (;;) {
    const room = await directory.open(name);
    try {
      return { room, seat: await room.join(request) };
    } catch (error) {
      const closed =
        error instanceof ConferenceError && error.code === "no-such-room";
      if (!closed) throw error;
    }
  }
};
