/** Which recordings are let go of, by age and by size. Pure, but for `createRetention`, which does it. */
import type { RecordingId } from "../../mixer/contract.js";
import type { Log } from "../log.js";
import { isRunning, type RecordingEntry } from "./entry.js";
import type { Library } from "./library.js";
import { spaceTaken } from "./space.js";

export type Limits = {
  /** Days after its end. */
  keepDays?: number;
  /** Of all together. */
  keepBytes?: number;
};

export type Reason = "age" | "size";
export type Overdue = { id: RecordingId; reason: Reason; bytes: number };

const DAY_MS = 86_400_000;

/**
 * What has to go, the oldest first: what is too old, and then as much as is needed to keep within the bytes. What
 * `isKept` stays whatever its age, and its bytes count.
 */
export const overdue = (
  entries: readonly RecordingEntry[],
  { keepDays = Infinity, keepBytes = Infinity }: Limits,
  about: {
    now: Date;
    bytes: ReadonlyMap<RecordingId, number>;
    isKept(entry: RecordingEntry): boolean;
  },
): Overdue[] => {
  const { now, bytes, isKept } = about;
  const bytesOf = ({ id }: RecordingEntry): number => bytes.get(id) ?? 0;
  const endOf = ({ endedAt, startedAt }: RecordingEntry): number =>
    Date.parse(endedAt ?? startedAt);
  const oldest = now.getTime() - keepDays * DAY_MS;
  let left = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  const gone: Overdue[] = [];
  for (const entry of entries.toSorted((a, b) => endOf(a) - endOf(b))) {
    const isOld = endOf(entry) < oldest;
    // What takes nothing here makes no room by going.
    const isTooMuch = left > keepBytes && bytesOf(entry) > 0;
    if (isRunning(entry) || isKept(entry) || !(isOld || isTooMuch)) continue;
    left -= bytesOf(entry);
    const reason = isOld ? "age" : "size";
    gone.push({ id: entry.id, reason, bytes: bytesOf(entry) });
  }
  return gone;
};

export type RetentionOptions = {
  directory: string;
  library: Pick<Library, "list">;
  limits: Limits;
  isKept(entry: RecordingEntry): boolean;
  remove(id: RecordingId): Promise<void>;
  log: Log;
  now?: () => Date;
};

export type Stored = { recordings: number; bytes: number };

export type Retention = {
  /** Looks once; whoever asks meanwhile waits for the look that then follows. Never rejects. */
  look(): Promise<void>;
  readonly removed: Readonly<Record<Reason, number>>;
  /** At the last look, after it. */
  readonly stored: Stored;
};

export const createRetention = (options: RetentionOptions): Retention => {
  const { directory, library, limits, isKept, remove, log } = options;
  const { now = () => new Date() } = options;
  const removed = { age: 0, size: 0 };
  let stored: Stored = { recordings: 0, bytes: 0 };

  const removeOne = async ({ id, reason, bytes }: Overdue): Promise<number> => {
    try {
      await remove(id);
      removed[reason]++;
      log.info({ recording: id, reason, bytes }, "recording let go of");
      return bytes;
    } catch (err) {
      log.warn({ err, recording: id, reason }, "recording not let go of");
      return 0;
    }
  };
  const look = async (): Promise<void> => {
    const entries = await library.list();
    const bytes = await spaceTaken(directory);
    const all = entries.reduce((sum, { id }) => sum + (bytes.get(id) ?? 0), 0);
    const gone = overdue(entries, limits, { now: now(), bytes, isKept });
    let freed = 0;
    for (const one of gone) freed += await removeOne(one);
    const recordings = entries.length - gone.length;
    stored = { recordings, bytes: all - freed };
  };
  let last: Promise<void> = Promise.resolve();
  return {
    look: () =>
      (last = last.then(look).catch((err: unknown) => {
        log.warn({ err }, "recordings not looked at for their age and size");
      })),
    removed,
    get stored() {
      return stored;
    },
  };
};
