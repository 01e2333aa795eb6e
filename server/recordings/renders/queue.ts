/**
 * Renders: recordings that are made of others, some at a time, the others wait. All are on the disk, so that a restart
 * goes on with those that waited, and begins those anew that were being made.
 */
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import type {
  RecordingFormat,
  RecordingId,
  RenderPlan,
  RenderResult,
} from "../../../mixer/contract.js";
import { closeOnce } from "../../close-once.js";
import { ConferenceError } from "../../errors.js";
import type { Log } from "../../log.js";
import { newId, newRecordingId } from "../../rooms/ids.js";
import type { RecordingJournal } from "../../rooms/journal.js";
import type { Library } from "../library.js";
import { adopt } from "./adopt.js";
import { cutTimeline, renderedEntry } from "./outcome.js";
import { planRender, type Planned } from "./plan.js";
import { reasonOf } from "./reason.js";
import type { RenderRequest } from "./request.js";
import {
  createRenderStore,
  type RenderStore,
  type StoredJob,
} from "./store.js";

/** A process that makes one file. */
export type RunningRender = {
  /** Rejects with a sentence; there is no file then. */
  readonly done: Promise<RenderResult>;
  /** Resolves when the process is gone. */
  cancel(): Promise<void>;
};

export type RunRender = (
  plan: RenderPlan,
  onProgress: (progress: number) => void,
) => RunningRender;

export type RendersOptions = {
  /** Of recordings. */
  directory: string;
  library: Pick<Library, "get" | "timeline">;
  journal: Pick<RecordingJournal, "finished">;
  run: RunRender;
  /** Brings its files here, if they are not. Rejects with a sentence. */
  fetch(recording: RecordingId): Promise<void>;
  /** How many are made at a time. */
  atOnce: number;
  log: Log;
  now?: () => Date;
};

/** Methods that take a render's id throw `not-found` when there is none. */
export type Renders = {
  /** Throws what `planRender` throws, `no-such-recording`, and `conflict` when too many wait. */
  add(recording: RecordingId, request: RenderRequest): Promise<StoredJob>;
  /** The newest first. */
  list(): StoredJob[];
  get(id: string): StoredJob;
  /** Whether something is to be made of this recording, or is being made. */
  isWaiting(recording: RecordingId): boolean;
  /** Resolves when nothing is left of it but the word. What has ended stays as it is. */
  cancel(id: string): Promise<StoredJob>;
  /** Goes on with what an earlier process has left. Once, before anything else; never rejects. */
  open(): Promise<void>;
  /** Stops what is being made; the next start begins it anew. */
  close(): Promise<void>;
};

/** A day's work of one process; more is a client that asks without end. Each may have 3 MB of pictures in its layout. */
const MOST_WAITING = 50;
/** Ended ones that are still listed. */
const MOST_ENDED = 100;

const CANCELLED = "It was cancelled";

type Active = {
  cancelled: boolean;
  render?: RunningRender;
  over: Promise<void>;
};
type State = RendersOptions & {
  store: RenderStore;
  jobs: Map<string, StoredJob>;
  active: Map<string, Active>;
  closing: boolean;
  now: () => Date;
};

const save = async ({ store, log }: State, job: StoredJob): Promise<void> => {
  try {
    await store.save(job);
  } catch (err) {
    // It goes on all the same; only a restart would not know.
    log.warn({ err, render: job.id }, "render not written down");
  }
};

const isEnded = ({ state }: StoredJob): boolean =>
  state !== "queued" && state !== "running";

const find = ({ jobs }: State, id: string): StoredJob => {
  const job = jobs.get(id);
  if (job !== undefined) return job;
  throw new ConferenceError("not-found", `There is no render "${id}"`);
};

/** Forgets the oldest of too many that have ended. */
const tidy = async ({ jobs, store }: State): Promise<void> => {
  const ended = [...jobs.values()].filter(isEnded);
  for (const { id } of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) {
    jobs.delete(id);
    await store.drop(id);
  }
};

const prepare = async (
  { directory, library }: State,
  recording: RecordingId,
  request: RenderRequest,
  output: string,
) => {
  const entry = await library.get(recording);
  // Of one that runs there is no timeline yet; `planRender` says so better.
  const timeline = await library.timeline(recording).catch(() => undefined);
  const planned = planRender({ directory, entry, timeline, request, output });
  return { entry, timeline, ...planned };
};

const cutOf = ({ plan, people }: Planned) => ({
  ...{ from: plan.from, duration: plan.duration, people },
  anew: plan.source.kind === "tracks",
});

/** The file of one attempt, which is gone afterwards unless it was taken. */
const attempt = async (state: State, job: StoredJob, active: Active) => {
  const { recording, request } = job;
  const format = request.format ?? (await state.library.get(recording)).format;
  const name = randomBytes(4).toString("hex");
  const temporary = state.store.temporary(job.id, name, format);
  try {
    await make(state, job, active, { temporary, format });
  } finally {
    await rm(temporary, { force: true });
  }
};

const make = async (
  state: State,
  job: StoredJob,
  active: Active,
  { temporary, format }: { temporary: string; format: RecordingFormat },
): Promise<void> => {
  const { directory, journal, run } = state;
  const { recording, request } = job;
  await state.fetch(recording);
  const prepared = await prepare(state, recording, request, temporary);
  const { plan, entry, timeline } = prepared;
  if (active.cancelled || state.closing) throw new Error(CANCELLED);
  active.render = run(plan, (progress) => {
    job.progress = Math.max(job.progress, progress);
  });
  const result = await active.render.done;
  if (active.cancelled) throw new Error(CANCELLED);
  const cut = cutOf(prepared);
  const about = { id: job.output, title: request.title };
  await adopt({
    ...{ directory, journal, temporary, result },
    entry: renderedEntry({ ...about, entry, format, cut, result }),
    timeline: timeline && cutTimeline(timeline, cut),
  });
};

const work = async (state: State, job: StoredJob, active: Active) => {
  const { log } = state;
  Object.assign(job, { state: "running", progress: 0 });
  await save(state, job);
  try {
    await attempt(state, job, active);
    Object.assign(job, { state: "done", progress: 1, result: job.output });
    log.info({ render: job.id, recording: job.output }, "render done");
  } catch (err) {
    const reason = await reasonOf(state.library, job.recording, err);
    if (active.cancelled) job.state = "cancelled";
    // On the disk it is running, so the next start takes it up.
    else if (state.closing) return;
    else {
      Object.assign(job, { state: "failed", error: reason });
      log.warn({ err, render: job.id }, "render failed");
    }
  }
  job.request = {};
  await save(state, job);
  await tidy(state);
};

/** Begins what may begin. */
const advance = (state: State): void => {
  const { jobs, active, atOnce } = state;
  for (const job of jobs.values()) {
    if (state.closing || active.size >= atOnce) return;
    if (job.state !== "queued" || active.has(job.id)) continue;
    const one: Active = { cancelled: false, over: Promise.resolve() };
    active.set(job.id, one);
    one.over = work(state, job, one).finally(() => {
      active.delete(job.id);
      advance(state);
    });
  }
};

const add = async (
  state: State,
  recording: RecordingId,
  request: RenderRequest,
): Promise<StoredJob> => {
  const { jobs, now } = state;
  const { entry } = await prepare(state, recording, request, "");
  if (state.closing)
    throw new ConferenceError("shutting-down", "The server is shutting down");
  const waiting = [...jobs.values()].filter((it) => it.state === "queued");
  if (waiting.length >= MOST_WAITING)
    throw new ConferenceError(
      "conflict",
      `${MOST_WAITING} renders are waiting already`,
    );
  const at = now();
  const job: StoredJob = {
    ...{ id: newId(), recording, room: entry.room, request },
    ...{ state: "queued", progress: 0, createdAt: at.toISOString() },
    output: newRecordingId(entry.room || "render", at),
  };
  jobs.set(job.id, job);
  await save(state, job);
  advance(state);
  return job;
};

const cancel = async (state: State, id: string): Promise<StoredJob> => {
  const job = find(state, id);
  const active = state.active.get(id);
  if (active !== undefined) {
    active.cancelled = true;
    await active.render?.cancel();
    await active.over;
  } else if (job.state === "queued") {
    Object.assign(job, { state: "cancelled", request: {} });
    await save(state, job);
    await tidy(state);
  }
  return job;
};

const open = async (state: State): Promise<void> => {
  const { store, jobs, log } = state;
  try {
    for (const job of await store.load()) {
      const again = job.state === "running";
      const stored = again ? { state: "queued" as const, progress: 0 } : {};
      jobs.set(job.id, { ...job, ...stored });
    }
  } catch (err) {
    log.error({ err }, "renders cannot be read");
  }
  advance(state);
};

export const createRenders = (options: RendersOptions): Renders => {
  const { directory, log, now = () => new Date() } = options;
  const store = createRenderStore(directory, log);
  const maps = { jobs: new Map(), active: new Map() };
  const state: State = { ...options, ...maps, store, now, closing: false };
  return {
    add: (recording, request) => add(state, recording, request),
    list: () => [...state.jobs.values()].reverse(),
    get: (id) => find(state, id),
    isWaiting: (id) =>
      [...state.jobs.values()].some(
        (job) => job.recording === id && !isEnded(job),
      ),
    cancel: (id) => cancel(state, id),
    open: () => open(state),
    close: closeOnce(async () => {
      state.closing = true;
      const all = [...state.active.values()];
      await Promise.all(all.map(({ render }) => render?.cancel()));
      await Promise.all(all.map(({ over }) => over));
    }),
  };
};
