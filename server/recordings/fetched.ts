/** Recordings that are in the bucket alone, brought back for as long as their files are needed here. */
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, statfs } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { RecordingId } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { Log } from "../log.js";
import type { Bucket } from "./bucket.js";
import type { RecordingEntry } from "./entry.js";
import type { Library } from "./library.js";
import { statFile } from "./sidecar.js";
import { filesOf } from "./space.js";

export type FetchedOptions = {
  directory: string;
  bucket: Bucket;
  /** Whether files stay here in any case. */
  keep: boolean;
  library: Pick<Library, "list" | "get" | "isUsed">;
  /** Whether something that was begun needs them: it plays in a room, or a render waits for it. */
  isNeeded(id: RecordingId): boolean;
  log: Log;
};

export type Fetched = {
  /** Resolves when all of its files are here. Throws `overloaded` when they cannot be had. Several at once are one. */
  fetch(id: RecordingId): Promise<void>;
  /** Lets go of the files of this one (or of all) that are in the bucket, and that nobody needs now. */
  letGo(id?: RecordingId): Promise<void>;
};

/** What was fetched is there for so long in any case: whoever asked for it begins with it only then. */
const KEPT_MS = 600_000;
/** Bytes: as much as renders leave to recordings that run. */
const RESERVE = 500 * 1024 * 1024;

const SMALL = new Set([".json", ".vtt", ".jpg", ".png"]);
/** What is small, and shown in lists, stays here in any case. */
const isSmall = (name: string): boolean => SMALL.has(extname(name));

/** As this server names files; another's could lead out of the folder. */
const isName = (name: string): boolean =>
  /^[\w.-]+(\/[\w.-]+)*$/.test(name) && !name.split("/").includes("..");

const isUploaded = ({ upload }: RecordingEntry): boolean =>
  upload?.state === "uploaded";

const download = async (
  { directory, bucket }: FetchedOptions,
  { name, size }: { name: string; size: number },
): Promise<void> => {
  const path = join(directory, name);
  const temporary = `${path}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  try {
    const body = await bucket.read(name, { start: 0, end: size - 1 });
    await pipeline(body, createWriteStream(temporary));
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
};

const fetchAll = async (
  options: FetchedOptions,
  id: RecordingId,
): Promise<void> => {
  const { directory, bucket, library, log } = options;
  if (!isUploaded(await library.get(id))) return;
  const missing: { name: string; size: number }[] = [];
  for (const one of await bucket.list(`${id}.`))
    if (isName(one.name) && !isSmall(one.name) && one.size > 0)
      if (!(await statFile(directory, one.name))) missing.push(one);
  if (missing.length === 0) return;
  const bytes = missing.reduce((sum, { size }) => sum + size, 0);
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize < bytes + RESERVE)
    throw new Error("there is too little room for it here");
  for (const one of missing) await download(options, one);
  log.info({ recording: id, bytes }, "recording fetched from the bucket");
};

/** Those of which a file lies here that could go. */
const lyingHere = async (directory: string): Promise<Set<RecordingId>> => {
  const names = await readdir(directory);
  const large = names.filter((name) => !isSmall(name));
  return new Set(large.map((name) => name.split(".")[0]!));
};

export const createFetched = (options: FetchedOptions): Fetched => {
  const { directory, keep, library, isNeeded, log } = options;
  const fetching = new Map<RecordingId, Promise<void>>();
  const fetchedAt = new Map<RecordingId, number>();

  const isFree = (id: RecordingId): boolean => {
    const at = fetchedAt.get(id) ?? -Infinity;
    const rests = performance.now() - at > KEPT_MS;
    return rests && !fetching.has(id) && !library.isUsed(id) && !isNeeded(id);
  };
  const removeHere = async (id: RecordingId): Promise<void> => {
    fetchedAt.delete(id);
    for (const name of await filesOf(directory, id))
      if (!isSmall(name)) await rm(join(directory, name), { force: true });
    await rm(join(directory, `${id}.tracks`), { recursive: true, force: true });
    log.info({ recording: id }, "files are in the bucket alone now");
  };
  const begin = async (id: RecordingId): Promise<void> => {
    try {
      await fetchAll(options, id);
      fetchedAt.set(id, performance.now());
    } catch (cause) {
      if (cause instanceof ConferenceError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ConferenceError(
        "overloaded",
        `"${id}" is in the bucket, and cannot be fetched: ${why}`,
        { cause },
      );
    } finally {
      fetching.delete(id);
    }
  };
  return {
    fetch: (id) => {
      const under = fetching.get(id) ?? begin(id);
      fetching.set(id, under);
      return under;
    },
    letGo: async (only) => {
      if (keep) return;
      const here = await lyingHere(directory);
      const entries =
        only === undefined ? await library.list() : [await library.get(only)];
      for (const entry of entries)
        if (isUploaded(entry) && here.has(entry.id) && isFree(entry.id))
          await removeHere(entry.id);
    },
  };
};
