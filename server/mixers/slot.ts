/**
 * The place of one mixer: its process may die and be replaced, the slot and the rooms in it stay.
 *
 * A process that exits is replaced at once, one that keeps dying after ever longer waits, without end. One that does not
 * answer is killed, which is then the same thing.
 */
import type { Logger } from "pino";
import type { MixerStats, RoomId } from "../../mixer/contract.js";
import { closeOnce } from "../close-once.js";
import { ConferenceError } from "../errors.js";
import {
  startChild,
  type ChildHandlers,
  type ChildSettings,
  type MixerChild,
  type RoomEvent,
} from "./child.js";
import type { Request } from "./link.js";
import type { Spare } from "./spare.js";

/** A room as the mixer's slot sees it. */
export type Guest = {
  /** Participants it brings, by which slots are compared. */
  load(): number;
  onEvent(event: RoomEvent): void;
  /** The process died; all that it had of the room is gone. */
  onLost(): void;
  /** A process is there and knows nothing of the room. */
  onReady(): void;
};

export type Mixer = {
  readonly index: number;
  up(): boolean;
  request: Request;
  /** Tells the guest of its room's events and of the mixer's life until the returned function is called. */
  house(room: RoomId, guest: Guest): () => void;
};

export type Slot = Mixer & {
  /** Resolves when the first process of this slot takes requests. */
  readonly firstUp: Promise<void>;
  /** Not up, but about to be. */
  coming(): boolean;
  rooms(): number;
  load(): number;
  close(): Promise<void>;
};

/** Milliseconds; tests take shorter ones. */
export type SlotTimings = {
  /** Between two questions whether the process is well, and how long it may take to answer. */
  probeEvery: number;
  probeLimit: number;
  /** From the start of the process to its `ready`; loading the native addons takes well under a second. */
  startLimit: number;
  /** A process that lived shorter than this died of its start, or of what its rooms do to it. */
  shortLife: number;
  /** Waits before the 1st, 2nd … replacement in a row of short lives; the last one repeats. */
  backOff: readonly number[];
};

export const SLOT_TIMINGS: SlotTimings = {
  probeEvery: 2_000,
  probeLimit: 5_000,
  startLimit: 20_000,
  shortLife: 5_000,
  backOff: [0, 100, 500, 2_000, 5_000],
};

export type SlotSettings = ChildSettings & {
  timings: SlotTimings;
  /** Bytes of resident memory above which an idle process is replaced. */
  memoryLimit: number;
  /** Where a process may be had that is ready. */
  spare?: Spare;
  log: Logger;
};

type Phase =
  | { name: "starting"; child: MixerChild; timer: NodeJS.Timeout }
  | { name: "up"; child: MixerChild; timer: NodeJS.Timeout | undefined }
  | { name: "dying"; child: MixerChild }
  | { name: "waiting"; timer: NodeJS.Timeout }
  | { name: "closed" };

type State = SlotSettings & {
  index: number;
  guests: Map<RoomId, Guest>;
  phase: Phase;
  startedAt: number;
  shortLives: number;
  /** Resolves `firstUp`. */
  isUp: () => void;
};

const settle = (phase: Phase): void => {
  if ("timer" in phase) clearTimeout(phase.timer);
};

/** Guests may leave, or come, while they are told. */
const tell = (state: State, what: (guest: Guest) => void): void => {
  for (const guest of [...state.guests.values()]) {
    try {
      what(guest);
    } catch (error) {
      state.log.error({ err: error, mixer: state.index }, "a room failed");
    }
  }
};

const isHealthy = (state: State, stats: MixerStats): boolean =>
  state.guests.size > 0 || stats.memory < state.memoryLimit;

const probe = async (state: State, child: MixerChild): Promise<void> => {
  const { log, index, timings } = state;
  const still = () => state.phase.name === "up" && state.phase.child === child;
  try {
    const stats = await child.request("stats", {}, timings.probeLimit);
    if (!still()) return;
    if (isHealthy(state, stats)) return schedule(state, child);
    log.info({ mixer: index, memory: stats.memory }, "replacing an idle mixer");
    onDown(state, child);
    await child.stop();
  } catch (error) {
    if (!still()) return;
    log.error(
      { err: error, mixer: index },
      "mixer does not answer, killing it",
    );
    child.kill();
  }
};

const schedule = (state: State, child: MixerChild): void => {
  const timer = setTimeout(
    () => void probe(state, child),
    state.timings.probeEvery,
  );
  if (state.phase.name === "up") state.phase.timer = timer;
};

const onReady = (state: State, child: MixerChild): void => {
  if (state.phase.name !== "starting") return;
  settle(state.phase);
  state.phase = { name: "up", child, timer: undefined };
  state.log.info({ mixer: state.index, pid: child.pid }, "mixer is up");
  schedule(state, child);
  state.isUp();
  tell(state, (guest) => guest.onReady());
};

const onDown = (state: State, child: MixerChild): void => {
  if (state.phase.name === "closed") return;
  const wasUp = state.phase.name === "up";
  settle(state.phase);
  state.phase = { name: "dying", child };
  if (wasUp) tell(state, (guest) => guest.onLost());
};

const onExit = (state: State, how: string): void => {
  if (state.phase.name === "closed") return;
  const { timings, log, index } = state;
  const age = performance.now() - state.startedAt;
  state.shortLives = age < timings.shortLife ? state.shortLives + 1 : 0;
  const wait =
    timings.backOff[Math.min(state.shortLives, timings.backOff.length - 1)] ??
    0;
  log.error({ mixer: index, how, wait }, "mixer is gone, starting another");
  // Also without a wait through the timer: `startChild` may have failed at once, and must not call itself.
  const timer = setTimeout(() => start(state), wait);
  state.phase = { name: "waiting", timer };
};

const start = (state: State): void => {
  state.startedAt = performance.now();
  const handlers: ChildHandlers = {
    onReady: () => onReady(state, child),
    onEvent: (event) => {
      state.guests.get(event.data.room)?.onEvent(event);
    },
    onDown: () => onDown(state, child),
    onExit: (how) => onExit(state, how),
  };
  const child = state.spare?.take(handlers) ?? startChild(state, handlers);
  const timer = setTimeout(() => child.kill(), state.timings.startLimit);
  state.phase = { name: "starting", child, timer };
};

const load = (state: State): number => {
  let sum = 0;
  for (const guest of state.guests.values()) sum += guest.load();
  return sum;
};

const close = async (state: State): Promise<void> => {
  const { phase } = state;
  settle(phase);
  state.phase = { name: "closed" };
  if ("child" in phase) await phase.child.stop();
};

const notUp = ({ phase }: State): ConferenceError =>
  phase.name === "closed"
    ? new ConferenceError("shutting-down", "The server is shutting down")
    : new ConferenceError("mixer-failed", "The mixer is not up");

const house = (state: State, room: RoomId, guest: Guest): (() => void) => {
  state.guests.set(room, guest);
  return () => {
    if (state.guests.get(room) === guest) state.guests.delete(room);
  };
};

/** Starts the first process at once. `close` resolves when no process is left. */
export const createSlot = (index: number, settings: SlotSettings): Slot => {
  let isUp = () => {};
  const firstUp = new Promise<void>((resolve) => {
    isUp = resolve;
  });
  const state: State = {
    ...settings,
    isUp,
    index,
    guests: new Map(),
    phase: { name: "closed" },
    startedAt: 0,
    shortLives: 0,
  };
  start(state);
  return {
    index,
    firstUp,
    up: () => state.phase.name === "up",
    coming: () =>
      state.phase.name !== "closed" &&
      state.phase.name !== "up" &&
      // The first two replacements come at once; after that something is wrong.
      state.shortLives < 2,
    rooms: () => state.guests.size,
    load: () => load(state),
    request: async (...asked) => {
      if (state.phase.name === "up") return state.phase.child.request(...asked);
      throw notUp(state);
    },
    house: (room, guest) => house(state, room, guest),
    close: closeOnce(() => close(state)),
  };
};
