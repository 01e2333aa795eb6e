/** The recordings that this process has in hand, and the writing down of what it knows of them. */
import type { RecordingId } from "../../mixer/contract.js";
import type { Log } from "../log.js";
import type { RecordingEntry } from "./entry.js";
import { writeSidecar } from "./sidecar.js";

type Held = {
  entry: RecordingEntry;
  /** Runs while there is something to write and the last writing is not long ago. */
  timer?: NodeJS.Timeout;
  /** The end of the last writing; never rejects. One at a time, so that the newest is written last. */
  writing: Promise<void>;
};

/**
 * - Holds an entry from the start of its recording until its end is written down; if that cannot be written, for good.
 * - Writes whole sidecars, one at a time each.
 */
export type HeldEntries = {
  get(id: RecordingId): RecordingEntry | undefined;
  ids(): RecordingId[];
  /** Writes it at once. Rejects when it cannot be written; it is held all the same. */
  put(entry: RecordingEntry): Promise<void>;
  /** Writes it at some time within `writeEvery`. */
  touch(id: RecordingId): void;
  drop(id: RecordingId): void;
  /** Writes what is not written yet; no timer is left. */
  close(): Promise<void>;
};

type Options = {
  directory: string;
  /** Milliseconds. */
  writeEvery: number;
  log: Log;
};

const write = (directory: string, held: Held): Promise<void> => {
  clearTimeout(held.timer);
  held.timer = undefined;
  const written = held.writing.then(() => writeSidecar(directory, held.entry));
  held.writing = written.catch(() => {});
  return written;
};

export const createHeldEntries = ({
  directory,
  writeEvery,
  log,
}: Options): HeldEntries => {
  const all = new Map<RecordingId, Held>();

  const tryToWrite = async (held: Held): Promise<void> => {
    try {
      await write(directory, held);
    } catch (err) {
      log.warn({ err, recording: held.entry.id }, "sidecar not written");
    }
  };

  return {
    get: (id) => all.get(id)?.entry,
    ids: () => [...all.keys()],
    put: (entry) => {
      const held = all.get(entry.id) ?? { entry, writing: Promise.resolve() };
      held.entry = entry;
      all.set(entry.id, held);
      return write(directory, held);
    },
    touch: (id) => {
      const held = all.get(id);
      if (held === undefined) return;
      held.timer ??= setTimeout(() => void tryToWrite(held), writeEvery);
    },
    drop: (id) => {
      clearTimeout(all.get(id)?.timer);
      all.delete(id);
    },
    close: async () => {
      const dirty = [...all.values()].filter(({ timer }) => timer);
      await Promise.all(dirty.map(tryToWrite));
      await Promise.all([...all.values()].map(({ writing }) => writing));
    },
  };
};
