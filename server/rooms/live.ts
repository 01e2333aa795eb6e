/**
 * The live outputs of one room: their desired state, and what is told about them. An output outlives its mixer: what runs
 * is replayed to the next one, which goes on under the same id; players of HLS go on in the same playlist.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type {
  LiveCounters,
  LiveId,
  LiveOutput,
  LiveStatus,
  RoomId,
  ViewName,
} from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { Request } from "../mixers/link.js";
import type { LiveInfo, Role } from "../signaling/messages.js";
import type { Host } from "./host.js";
import { newId } from "./ids.js";
import { maskTarget } from "./live/target.js";
import { createWindow, type Window } from "./live/window.js";

export type LiveRequest = { view: ViewName; output: LiveOutput };

/** An output as the API shows it: without its secrets. */
export type LiveDetail = LiveRequest & {
  id: LiveId;
  state: LiveInfo["state"];
  reason?: string;
  /** ISO 8601. */
  startedAt: string;
  counters: LiveCounters;
};

/** What players may fetch, and how it was meant. */
export type HlsView = {
  window: Window;
  output: Extract<LiveOutput, { type: "hls" }>;
};

export type Lives = {
  /** Of those that run: they need the mixer's room. */
  readonly size: number;
  /** Also those that failed, until they are stopped. */
  all(): LiveDetail[];
  infos(role: Role): LiveInfo[];
  /** Of those that run. */
  views(): ViewName[];
  start(request: LiveRequest): Promise<LiveDetail>;
  /** Resolves when nothing is sent any more. Throws `not-found`. */
  stop(id: LiveId): Promise<void>;
  /** Ends all, at once also for players. */
  stopAll(): Promise<void>;
  /** Tells a new mixer what runs; nothing rejects. */
  resume(request: Request): Promise<void>[];
  onStatus(status: LiveStatus): void;
  /** An HLS output, also for a while after its end; undefined for none. */
  hls(id: LiveId): HlsView | undefined;
};

export type LiveSettings = {
  room: RoomId;
  host: Host;
  now(): Date;
  /** Something about one changed: moderators may know more than others. */
  onChange(info: (role: Role) => LiveInfo): void;
  /** The last one has ended. */
  onNone(): void;
  log: Logger;
};

type Live = {
  readonly id: LiveId;
  readonly request: LiveRequest;
  readonly startedAt: Date;
  readonly window: Window;
  state: LiveInfo["state"];
  reason?: string;
  counters: LiveCounters;
  /** The mixer has answered the start; before, it is not replayed. */
  begun: boolean;
};

type State = LiveSettings & {
  readonly running: Map<LiveId, Live>;
  /** Over, but still there for players that are some seconds behind. */
  readonly over: Map<LiveId, { live: Live; timer: NodeJS.Timeout }>;
};

/** The slowest players are this much behind the end. */
const KEPT_MS = 10_000;
/** After a mixer did not answer. */
const RETRY_MS = 500;

const isRunning = ({ state }: Live): boolean =>
  state !== "failed" && state !== "stopped";

/** The address without its key, as it is shown everywhere. */
const shownOutput = (output: LiveOutput): LiveOutput =>
  output.type === "push" ? { ...output, url: maskTarget(output.url) } : output;

const detailOf = (live: Live): LiveDetail => ({
  id: live.id,
  view: live.request.view,
  output: shownOutput(live.request.output),
  state: live.state,
  reason: live.reason,
  startedAt: live.startedAt.toISOString(),
  counters: live.counters,
});

const infoOf = (live: Live, role: Role): LiveInfo => {
  const { id, state, startedAt, reason, request } = live;
  const output = shownOutput(request.output);
  const info = {
    id,
    kind: output.type,
    state,
    startedAt: startedAt.toISOString(),
  };
  if (role !== "moderator") return info;
  const target = output.type === "push" ? output.url : undefined;
  return { ...info, reason, target };
};

const tell = (state: State, live: Live): void =>
  state.onChange((role) => infoOf(live, role));

const paramsOf = ({ room }: State, { id, request }: Live) => ({
  room,
  live: id,
  ...request,
});

const isThere = (state: State, live: Live): boolean =>
  isRunning(live) && state.running.has(live.id);

/** Fetches what players fetch, as long as it runs; a mixer that died is waited for. */
const fetchPieces = async (state: State, live: Live): Promise<void> => {
  const { room, host } = state;
  while (isThere(state, live))
    try {
      const params = { room, live: live.id };
      const { pieces } = await host.request("live.take", params);
      for (const piece of pieces) live.window.take(piece);
    } catch {
      await delay(RETRY_MS);
    }
};

const start = async (
  state: State,
  request: LiveRequest,
): Promise<LiveDetail> => {
  const { room, host, now, log, running } = state;
  const live: Live = {
    id: newId(),
    request,
    startedAt: now(),
    window: createWindow(),
    state: "connecting",
    counters: { bytes: 0, dropped: 0, reconnects: 0 },
    begun: false,
  };
  running.set(live.id, live);
  try {
    await host.request("live.start", paramsOf(state, live));
  } catch (error) {
    remove(state, live);
    throw error;
  }
  live.begun = true;
  const output = shownOutput(request.output);
  log.info({ room, live: live.id, output }, "live output started");
  tell(state, live);
  if (output.type === "hls") void fetchPieces(state, live);
  return detailOf(live);
};

const remove = (state: State, { id }: Live): void => {
  state.running.delete(id);
  if (state.running.size === 0) state.onNone();
};

const keepForPlayers = ({ over }: State, live: Live): void => {
  if (live.request.output.type !== "hls") return;
  const timer = setTimeout(() => over.delete(live.id), KEPT_MS);
  over.set(live.id, { live, timer });
};

const endAtMixer = async (
  { room, host, log }: State,
  { id }: Live,
): Promise<void> => {
  if (host.state() !== "open") return;
  try {
    await host.request("live.stop", { room, live: id });
  } catch (error) {
    log.warn({ err: error, room, live: id }, "live output not ended by mixer");
  }
};

const stop = async (state: State, id: LiveId): Promise<void> => {
  const live = state.running.get(id);
  if (live === undefined)
    throw new ConferenceError("not-found", `There is no live output "${id}"`);
  live.state = "stopped";
  live.reason = undefined;
  await endAtMixer(state, live);
  live.window.end();
  keepForPlayers(state, live);
  state.log.info({ room: state.room, live: id }, "live output stopped");
  tell(state, live);
  remove(state, live);
};

const onStatus = (state: State, status: LiveStatus): void => {
  const live = state.running.get(status.live);
  if (live === undefined || !isRunning(live)) return;
  const { state: now, reason, counters } = status;
  const changed = live.state !== now || live.reason !== reason;
  Object.assign(live, { state: now, reason, counters });
  if (!changed) return;
  const { room, log } = state;
  log.info({ room, live: live.id, state: now, reason }, "live output changed");
  tell(state, live);
  if (now === "failed") void endAtMixer(state, live).finally(state.onNone);
};

const resume = async (
  state: State,
  live: Live,
  request: Request,
): Promise<void> => {
  try {
    await request("live.start", paramsOf(state, live));
  } catch (error) {
    // If this mixer died too, the next one is told again.
    if (state.host.state() !== "open" || !isRunning(live)) return;
    const reason = error instanceof Error ? error.message : String(error);
    const { id, counters } = live;
    onStatus(state, { live: id, state: "failed", reason, counters });
  }
};

const stopAll = async (state: State): Promise<void> => {
  const ids = [...state.running.keys()];
  await Promise.allSettled(ids.map((id) => stop(state, id)));
  for (const { timer } of state.over.values()) clearTimeout(timer);
  state.over.clear();
};

export const createLives = (settings: LiveSettings): Lives => {
  const running = new Map<LiveId, Live>();
  const state: State = { ...settings, running, over: new Map() };
  const all = (): Live[] => [...running.values()];
  return {
    get size() {
      return all().filter(isRunning).length;
    },
    all: () => all().map(detailOf),
    infos: (role) => all().map((live) => infoOf(live, role)),
    views: () =>
      all()
        .filter(isRunning)
        .map(({ request }) => request.view),
    start: (request) => start(state, request),
    stop: (id) => stop(state, id),
    stopAll: () => stopAll(state),
    resume: (request) =>
      all()
        .filter((live) => live.begun && isRunning(live))
        .map((live) => resume(state, live, request)),
    onStatus: (status) => onStatus(state, status),
    hls: (id) => {
      const live = running.get(id) ?? state.over.get(id)?.live;
      const output = live?.request.output;
      if (live === undefined || output?.type !== "hls") return undefined;
      return { window: live.window, output };
    },
  };
};
