/**
 * Brings finished recordings into a bucket, one after the other, until each is there. What is not there yet lies here
 * whole; which that is, the sidecars say, so that it is known after a restart.
 */
import { extname, join } from "node:path";
import { RECORDING_FORMATS, type RecordingId } from "../../mixer/contract.js";
import type { Log } from "../log.js";
import type { Bucket } from "./bucket.js";
import {
  fileOf,
  isRunning,
  type RecordingEntry,
  type UploadState,
} from "./entry.js";
import type { Library } from "./library.js";
import { filesOf } from "./space.js";

export type BackupOptions = {
  directory: string;
  bucket: Bucket;
  library: Pick<Library, "list" | "get" | "amend" | "use">;
  log: Log;
  /** It is there for sure; its files may go from here. */
  onDone(id: RecordingId): Promise<void>;
  /** Milliseconds until the second try; it doubles up to an hour. */
  backOffMs?: number;
};

export type Backup = {
  /** Looks for what is not in the bucket, and brings it there. Never rejects. */
  look(): Promise<void>;
  /** A finished one may be brought there now. */
  add(id: RecordingId): void;
  /** It is no longer wanted there. Resolves when nothing is sent any more, with whether anything was. */
  cancel(id: RecordingId): Promise<boolean>;
  readonly figures: { pending: number; uploaded: number; failed: number };
  /** Ends what is on its way; it begins anew at the next start. */
  close(): Promise<void>;
};

const BACK_OFF_MS = 5_000;
const LONGEST_MS = 3_600_000;

const TYPES: Record<string, string> = {
  ".json": "application/json",
  ".vtt": "text/vtt",
  ".jpg": "image/jpeg",
  ".png": "image/png",
};
const typeOf = (name: string): string => {
  const known = Object.entries(RECORDING_FORMATS).find(([format]) =>
    name.endsWith(`.${format}`),
  );
  return known?.[1].type ?? TYPES[extname(name)] ?? "application/octet-stream";
};

/** Of a file without a description nobody knows what it is; one without a file has nothing to bring. */
export const isWaiting = (entry: RecordingEntry): boolean =>
  !isRunning(entry) &&
  entry.room !== "" &&
  entry.size > 0 &&
  entry.upload?.state !== "uploaded";

/** Seconds and a fifth more or less, so that servers that failed together do not come together. */
const jitter = (ms: number): number => ms * (0.8 + 0.4 * Math.random());

type State = Required<BackupOptions> & {
  waiting: Set<RecordingId>;
  current?: { id: RecordingId; abort: AbortController; over: Promise<void> };
  timer?: NodeJS.Timeout;
  /** Tries that have failed, one after the other. */
  failures: number;
  figures: { uploaded: number; failed: number };
  closed: boolean;
  working: Promise<void>;
};

const mark = (state: State, id: RecordingId, upload: UploadState) =>
  state.library.amend(id, (entry) => ({ ...entry, upload }));

/** The description goes last: whoever finds it there finds all of it. */
const bring = async (
  state: State,
  id: RecordingId,
  signal: AbortSignal,
): Promise<void> => {
  const { directory, bucket, library } = state;
  const main = fileOf(await library.get(id));
  let size = 0;
  for (const name of await filesOf(directory, id)) {
    const file = { path: join(directory, name), name, type: typeOf(name) };
    const bytes = await bucket.upload({ ...file, signal });
    if (name === main) size = bytes;
  }
  const upload: UploadState = {
    ...{ state: "uploaded", url: bucket.urlOf(main), size },
  };
  const entry = { ...(await library.get(id)), upload };
  const text = JSON.stringify(entry, undefined, 2) + "\n";
  await bucket.put(`${id}.json`, text, "application/json");
  signal.throwIfAborted();
  await mark(state, id, upload);
};

/** False when it has to be tried again. */
const tryOne = async (state: State, id: RecordingId): Promise<boolean> => {
  const { library, log, figures } = state;
  const entry = await library.get(id).catch(() => undefined);
  if (entry === undefined || !isWaiting(entry)) return true;
  const abort = new AbortController();
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  state.current = { id, abort, over };
  const release = library.use(id);
  try {
    await mark(state, id, { ...entry.upload, state: "uploading" });
    await bring(state, id, abort.signal);
    figures.uploaded++;
    log.info({ recording: id }, "recording uploaded");
    return true;
  } catch (err) {
    // Ended by us: it was deleted, or the server goes down.
    if (abort.signal.aborted) return true;
    figures.failed++;
    const error = err instanceof Error ? err.message : String(err);
    log.warn({ err, recording: id }, "recording not uploaded; tried again");
    await mark(state, id, { state: "pending", error }).catch(() => undefined);
    return false;
  } finally {
    release();
    state.current = undefined;
    end();
  }
};

/** After a failure everything waits: it is the server, mostly, that is away. The one that failed goes to the end. */
const work = async (state: State): Promise<void> => {
  for (const id of state.waiting) {
    if (state.closed) return;
    const done = await tryOne(state, id).catch(() => false);
    state.waiting.delete(id);
    if (done) {
      state.failures = 0;
      // What cannot go now goes with a later look.
      await state.onDone(id).catch(() => undefined);
    } else {
      state.waiting.add(id);
      return wait(state);
    }
  }
};

const wait = (state: State): void => {
  if (state.closed) return;
  const { backOffMs, failures } = state;
  state.failures++;
  const ms = jitter(Math.min(LONGEST_MS, backOffMs * 2 ** failures));
  state.timer = setTimeout(() => {
    state.timer = undefined;
    begin(state);
  }, ms);
  state.timer.unref();
};

/** Does nothing while it works or waits: what is added meanwhile is found then. */
const begin = (state: State): void => {
  if (state.closed || state.timer !== undefined) return;
  state.working = state.working.then(() =>
    state.timer === undefined ? work(state) : undefined,
  );
};

const add = (state: State, id: RecordingId): void => {
  if (state.closed || state.waiting.has(id)) return;
  state.waiting.add(id);
  begin(state);
};

const look = async (state: State): Promise<void> => {
  try {
    const entries = await state.library.list();
    // The oldest first: they have waited longest.
    for (const entry of entries.toReversed())
      if (isWaiting(entry)) add(state, entry.id);
  } catch (err) {
    state.log.warn({ err }, "recordings not looked at for their upload");
  }
};

export const createBackup = (options: BackupOptions): Backup => {
  const state: State = {
    ...{ backOffMs: BACK_OFF_MS, ...options },
    ...{ waiting: new Set(), failures: 0, closed: false },
    figures: { uploaded: 0, failed: 0 },
    working: Promise.resolve(),
  };
  return {
    look: () => look(state),
    add: (id) => add(state, id),
    cancel: async (id) => {
      state.waiting.delete(id);
      const { current } = state;
      if (current?.id !== id) return false;
      current.abort.abort();
      await current.over;
      return true;
    },
    get figures() {
      return { ...state.figures, pending: state.waiting.size };
    },
    close: async () => {
      state.closed = true;
      clearTimeout(state.timer);
      state.current?.abort.abort();
      await state.working;
      state.bucket.close();
    },
  };
};
