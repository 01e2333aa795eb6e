/** A directory over real processes that run `fake-mixer.ts`, and people who write down what they are told. */
import type { RecordingJournal } from "../../server/rooms/journal.js";
import type { ExecutionContext } from "ava";
import type { RoomTimings } from "../../server/rooms/context.js";
import {
  createDirectory,
  type DirectoryOptions,
} from "../../server/rooms/directory.js";
import type { KeptRoom } from "../../server/rooms/kept.js";
import type {
  Directory,
  JoinRequest,
  Listener,
  Room,
  Seat,
} from "../../server/rooms/types.js";
import type { ServerMessage } from "../../server/signaling/messages.js";
import type { FakeRoom } from "./fake-mixer.js";
import {
  createDiary,
  silentLog,
  startSupervisor,
  type FakeOptions,
} from "./supervisor.js";

/** Of rooms that are opened without saying otherwise. */
export const DEFAULTS: DirectoryOptions["defaults"] = {
  maxParticipants: 3,
  video: { width: 1280, height: 720, fps: 30 },
  layout: "grid",
  record: false,
  muteOnEntry: false,
  agc: true,
  stereo: false,
  loudest: 0,
};

export type JournalEntry = { what: string; id: string; with?: unknown };

const createTestJournal = () => {
  const diary = createDiary<JournalEntry>();
  /** How far recordings are. */
  const progress = new Map<string, { duration: number; size: number }>();
  /** What of rooms would outlive the server. */
  const rooms = new Map<string, KeptRoom>();
  const journal: RecordingJournal = {
    started: async ({ id, ...rest }) =>
      diary.add({ what: "started", id, with: rest }),
    resumed: async (id, back) => diary.add({ what: "goes on", id, with: back }),
    keep: (room, kept) => {
      if (kept === undefined) rooms.delete(room);
      else rooms.set(room, kept);
    },
    told: () => undefined,
    person: (id, { name, event }) =>
      diary.add({ what: `${name} ${event}`, id }),
    progress: async (id) => progress.get(id) ?? { duration: 0, size: 0 },
    paused: async (id, paused) =>
      diary.add({ what: paused ? "paused" : "resumed", id }),
    noted: (id, reason) => diary.add({ what: "noted", id, with: { reason } }),
    finished: async (id, result, note, at) =>
      diary.add({ what: "finished", id, with: { ...result, note, at } }),
    failed: async (id, reason, result) =>
      diary.add({ what: "failed", id, with: { reason, result } }),
  };
  return { journal, diary, progress, rooms };
};

export const startRooms = async (
  t: ExecutionContext,
  {
    timings,
    slots,
    now,
    ...fake
  }: Omit<FakeOptions, "timings"> & {
    timings?: Partial<RoomTimings>;
    /** Of the mixers' processes. */
    slots?: FakeOptions["timings"];
    now?: () => Date;
  } = {},
) => {
  const supervisor = startSupervisor(t, { ...fake, timings: slots });
  await supervisor.started();
  const { journal, diary, progress, rooms } = createTestJournal();
  const directory: Directory = createDirectory({
    supervisor,
    journal,
    defaults: DEFAULTS,
    log: silentLog,
    timings,
    now,
  });
  t.teardown(() => directory.drain());
  return { supervisor, directory, journal: diary, progress, kept: rooms };
};

export type Person = Seat & {
  name: string;
  listener: Listener;
  heard: ServerMessage[];
  /** The first message of this type, past or to come, that `fits`. */
  until<Type extends ServerMessage["type"]>(
    type: Type,
    fits?: (message: Extract<ServerMessage, { type: Type }>) => boolean,
  ): Promise<Extract<ServerMessage, { type: Type }>>;
  /** Obeyed by the fake mixer. */
  command(sdp: string): Promise<string>;
};

export const seatIn = async (
  room: Room,
  name: string,
  request: Partial<JoinRequest> = {},
): Promise<Person> => {
  const diary = createDiary<ServerMessage>();
  const listener = request.listener ?? diary.add;
  const seat = await room.join({
    name,
    muted: false,
    camera: false,
    role: "moderator",
    kind: "socket",
    ...request,
    listener,
  });
  return {
    ...seat,
    name,
    listener,
    heard: diary.entries,
    until: (type, fits = () => true) =>
      diary.until(
        (message) => message.type === type && fits(message as never),
      ) as never,
    command: (sdp) => room.publish(seat.participant, sdp),
  };
};

/** The fake mixer tells this event. */
export const mixerTells = (
  person: Person,
  name: string,
  data: object,
): Promise<string> => person.command(`event ${JSON.stringify({ name, data })}`);

/** What the fake mixer has of this room. */
export const mixerState = async (
  room: Room,
  person: Person,
): Promise<FakeRoom> => JSON.parse(await person.command("state"))[room.name];
