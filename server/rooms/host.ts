/**
 * A room's way to its mixer. The mixer's room is opened when something is first asked of it, opened again from the desired
 * state when the mixer dies, and closed when nobody needs it.
 *
 * - `tell` is for changes of desired state: while the mixer has no room they are dropped, for opening tells it everything.
 * - `request` is for what needs an answer: it opens the room, or waits for the mixer to come back.
 */
import type { Logger } from "pino";
import type {
  RoomId,
  Requests,
  SoundOptions,
  ViewSettings,
} from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { Request } from "../mixers/link.js";
import type { Guest, Mixer } from "../mixers/slot.js";

type Changes =
  | "room.levels"
  | "room.sound"
  | "room.routing"
  | "participant.add"
  | "participant.update"
  | "participant.remove"
  | "unpublish"
  | "subscription.set"
  | "unsubscribe"
  | "view.set"
  | "view.remove"
  | "forward.close";

export type Host = {
  /** Opens the room, or waits until it is open again. */
  open(): Promise<void>;
  request: Request;
  /** Never rejects: a change that the mixer refuses is logged. */
  tell<Name extends Changes>(
    name: Name,
    params: Requests[Name]["params"],
  ): Promise<void>;
  state(): "idle" | "opening" | "open" | "lost";
  /** Gives the mixer's room back. Whatever is asked later opens one anew. */
  release(): Promise<void>;
};

export type HostSettings = {
  room: RoomId;
  pick(): Mixer;
  /** The view with which the room is opened. */
  main(): ViewSettings;
  /** And how it sounds. */
  sound(): SoundOptions;
  /** Sends, without waiting between, all that the mixer must know of an open room. None of these rejects. */
  replay(request: Request): Promise<unknown>[];
  load(): number;
  onEvent: Guest["onEvent"];
  onLost(): void;
  /** The room is open again after it was lost, and knows everything. */
  onRestored(): void;
  /** How long a request waits for a mixer to come back. */
  waitMs: number;
  log: Logger;
};

/** Whether the mixer's room is there and knows everything; settled once. */
type Opened = {
  promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
};
type Phase = {
  name: "opening" | "open" | "lost";
  mixer: Mixer;
  evict: () => void;
  opened: Opened;
  wasLost: boolean;
};
type State = HostSettings & {
  phase: Phase | undefined;
  /** The end of the last mixer's room: the same id must not be opened before. */
  released: Promise<unknown>;
};

const newOpened = (): Opened => {
  let resolve: Opened["resolve"] = () => {};
  let reject: Opened["reject"] = () => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Perhaps nobody waits; whoever does has a branch of its own.
  promise.catch(() => {});
  return { promise, resolve, reject };
};

const build = async (state: State, phase: Phase): Promise<void> => {
  const { room, main, sound, replay } = state;
  try {
    await state.released;
    const settings = { main: main(), sound: sound() };
    await phase.mixer.request("room.open", { room, ...settings });
    if (state.phase !== phase) return;
    // From here on changes are told one by one; what happened before is in the replay.
    phase.name = "open";
    await Promise.all(replay(phase.mixer.request));
    phase.opened.resolve();
    if (phase.wasLost) state.onRestored();
    phase.wasLost = false;
  } catch (error) {
    // A mixer that died on the way comes back, and this runs again.
    if (state.phase === phase && phase.mixer.up()) abandon(state, phase, error);
  }
};

const abandon = (state: State, phase: Phase, error: unknown): void => {
  state.log.error({ err: error, room: state.room }, "room cannot be opened");
  phase.opened.reject(error);
  void release(state);
};

const lose = (state: State, phase: Phase): void => {
  // Whoever waits for the first opening goes on waiting; whoever comes now waits for the next.
  if (phase.name === "open") phase.opened = newOpened();
  phase.name = "lost";
  phase.wasLost = true;
  state.onLost();
};

const enter = (state: State): Phase => {
  const mixer = state.pick();
  const phase: Phase = {
    name: "opening",
    mixer,
    evict: () => {},
    opened: newOpened(),
    wasLost: false,
  };
  phase.evict = mixer.house(state.room, {
    load: state.load,
    onEvent: state.onEvent,
    onLost: () => lose(state, phase),
    onReady: () => {
      phase.name = "opening";
      void build(state, phase);
    },
  });
  state.phase = phase;
  if (mixer.up()) void build(state, phase);
  return phase;
};

const within = async (promise: Promise<void>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new ConferenceError(
      "mixer-failed",
      "The mixer of this room is being restarted; try again",
    );
    timer = setTimeout(reject, ms, error);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

const open = async (state: State): Promise<Phase> => {
  const phase = state.phase ?? enter(state);
  await within(phase.opened.promise, state.waitMs);
  return phase;
};

const tell = async (state: State, ...[name, params]: Parameters<Request>) => {
  const { phase, log, room } = state;
  if (phase?.name !== "open") return;
  try {
    await phase.mixer.request(name, params);
  } catch (error) {
    // What a dying mixer did not hear, the next one is told by the replay.
    if (phase.name === "open")
      log.warn({ err: error, room, name }, "mixer refused a change");
  }
};

const release = (state: State): Promise<void> => {
  const { phase, room, log } = state;
  if (phase === undefined) return Promise.resolve();
  state.phase = undefined;
  phase.evict();
  phase.opened.reject(
    new ConferenceError("no-such-room", "The room is closed"),
  );
  const ended = phase.mixer.up()
    ? phase.mixer.request("room.close", { room }).then(
        () => {},
        (error) => log.warn({ err: error, room }, "room not closed by mixer"),
      )
    : Promise.resolve();
  state.released = ended;
  return ended;
};

export const createHost = (settings: HostSettings): Host => {
  const state: State = {
    ...settings,
    phase: undefined,
    released: Promise.resolve(),
  };
  return {
    open: async () => void (await open(state)),
    request: async (...asked) => (await open(state)).mixer.request(...asked),
    tell: (...told) => tell(state, ...told),
    state: () => state.phase?.name ?? "idle",
    release: () => release(state),
  };
};
