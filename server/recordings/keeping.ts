/** What becomes of recordings once they are made: links to them, their copies in a bucket, and when they go. */
import { basename } from "node:path";
import { PassThrough, pipeline, type Readable } from "node:stream";
import { RECORDING_FORMATS, type RecordingId } from "../../mixer/contract.js";
import { closeOnce } from "../close-once.js";
import { ConferenceError } from "../errors.js";
import type { Log } from "../log.js";
import type { S3 } from "../settings-kept.js";
import { createBackup, isWaiting, type Backup } from "./backup.js";
import { createBucket, type Bucket } from "./bucket.js";
import { fileOf, type RecordingEntry } from "./entry.js";
import type { Library, LibraryFile } from "./library.js";
import { createFetched, type Fetched } from "./fetched.js";
import { createRetention, type Limits, type Retention } from "./retention.js";
import { createShares, type Shares } from "./shares.js";
import { statFile } from "./sidecar.js";

/** A file that is in the bucket alone. */
export type RemoteFile = LibraryFile & {
  /** Both bytes included. */
  open(part: { start: number; end: number }): Readable;
};

export type KeepingFigures = {
  stored: Retention["stored"];
  removed: Retention["removed"];
  /** Absent without a bucket. */
  uploads?: Backup["figures"];
};

export type Keeping = {
  readonly shares: Shares;
  /**
   * The file of a recording (or what lies beside it) that is in the bucket alone; undefined for others. Throws `overloaded`
   * when nobody answers.
   */
  remote(
    entry: RecordingEntry,
    file?: { name: string; type: string },
  ): Promise<RemoteFile | undefined>;
  /** All files of it are here then, until nobody needs them any more. Throws `overloaded` where they cannot be fetched. */
  fetch(id: RecordingId): Promise<void>;
  /** Deletes it and the links to it; also from the bucket, where that alone has it. Throws as the library does. */
  remove(id: RecordingId): Promise<void>;
  /** A finished one has been looked through: nobody writes to its files any more. */
  looked(id: RecordingId): void;
  /** Begins to look by itself, now and again. */
  start(): void;
  readonly figures: KeepingFigures;
  close(): Promise<void>;
};

export type KeepingOptions = {
  directory: string;
  library: Library;
  limits: Limits;
  s3?: S3;
  /** Whether it plays in a room now, or a render is to be made of it. */
  isNeeded(id: RecordingId): boolean;
  log: Log;
  /** Milliseconds between two looks. */
  everyMs?: number;
  /** Of the second try of an upload. */
  backOffMs?: number;
};

/** Nothing to what is kept for days; a look at 2,000 recordings takes half a second of CPU. Each one's end is looked at besides. */
const LOOK_MS = 600_000;

const unreachable = (cause: unknown): ConferenceError =>
  new ConferenceError(
    "overloaded",
    "The bucket of recordings cannot be reached",
    {
      cause,
    },
  );

/** Nothing is asked for until somebody reads. */
const streamOf = (
  bucket: Bucket,
  name: string,
  part: { start: number; end: number },
): Readable => {
  const through = new PassThrough();
  bucket.read(name, part).then(
    (body) => pipeline(body, through, () => undefined),
    (error: Error) => through.destroy(error),
  );
  return through;
};

const isOnlyRemote = async (
  directory: string,
  entry: RecordingEntry,
  name = fileOf(entry),
): Promise<boolean> =>
  entry.upload?.state === "uploaded" &&
  (await statFile(directory, name)) === undefined;

const findRemote = async (
  { directory }: KeepingOptions,
  bucket: Bucket,
  [entry, file]: Parameters<Keeping["remote"]>,
): Promise<RemoteFile | undefined> => {
  const main = { name: fileOf(entry), ...RECORDING_FORMATS[entry.format] };
  const { name, type } = file ?? main;
  if (!(await isOnlyRemote(directory, entry, name))) return undefined;
  const found = await bucket.look(name).catch((error: unknown) => {
    throw unreachable(error);
  });
  if (found === undefined) return undefined;
  const open: RemoteFile["open"] = (part) => streamOf(bucket, name, part);
  return { path: "", type, name: basename(name), ...found, open };
};

type Parts = {
  shares: Shares;
  bucket?: Bucket;
  backup?: Backup;
  fetched?: Fetched;
};

const remove = async (
  { directory, library, s3 }: KeepingOptions,
  { shares, bucket, backup }: Parts,
  id: RecordingId,
): Promise<void> => {
  const entry = await library.get(id);
  const wasOnItsWay = (await backup?.cancel(id)) === true;
  const isThere = entry.upload?.state === "uploaded" && s3?.keep === false;
  // Its files may be here for a while, because something is made of them.
  if (bucket && (isThere || (await isOnlyRemote(directory, entry))))
    await bucket.remove(`${id}.`).catch((error: unknown) => {
      throw unreachable(error);
    });
  // A part of it is of use to nobody; where that stays, so be it.
  else if (wasOnItsWay) await bucket?.remove(`${id}.`).catch(() => undefined);
  await library.remove(id);
  await shares.forget(id);
};

const makeParts = (options: KeepingOptions): Parts => {
  const { directory, library, s3, isNeeded, log, backOffMs } = options;
  const shares = createShares({ directory, log });
  if (s3 === undefined) return { shares };
  const bucket = createBucket(s3);
  const about = { directory, bucket, library, log, keep: s3.keep };
  const timing = backOffMs === undefined ? {} : { backOffMs };
  const fetched = createFetched({ ...about, isNeeded });
  const onDone = (id: RecordingId): Promise<void> => fetched.letGo(id);
  const backup = createBackup({ ...about, ...timing, onDone });
  return { shares, bucket, backup, fetched };
};

export const createKeeping = (options: KeepingOptions): Keeping => {
  const { directory, library, limits, isNeeded, log } = options;
  const { everyMs = LOOK_MS } = options;
  const parts = makeParts(options);
  const { shares, bucket, backup, fetched } = parts;
  const retention = createRetention({
    ...{ directory, library, limits, log },
    isKept: (entry) =>
      library.isUsed(entry.id) ||
      isNeeded(entry.id) ||
      (backup !== undefined && isWaiting(entry)),
    remove: (id) => remove(options, parts, id),
  });
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    await backup?.look();
    await fetched?.letGo().catch((err: unknown) => {
      log.warn({ err }, "files in the bucket not removed here");
    });
    await retention.look();
  };
  return {
    shares,
    remote: async (...asked) => bucket && findRemote(options, bucket, asked),
    fetch: async (id) => fetched?.fetch(id),
    remove: (id) => remove(options, parts, id),
    looked: (id) => {
      // Deleted meanwhile, it has got its picture afterwards.
      library.tidy(id).catch((err: unknown) => {
        log.warn({ err, recording: id }, "leftovers not removed");
      });
      backup?.add(id);
      void retention.look();
    },
    start: () => {
      timer ??= setInterval(() => void look(), everyMs).unref();
      void look();
    },
    get figures() {
      const { stored, removed } = retention;
      return { stored, removed, uploads: backup?.figures };
    },
    close: closeOnce(async () => {
      clearInterval(timer);
      await backup?.close();
    }),
  };
};
