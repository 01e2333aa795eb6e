/** Sounds that were uploaded: files below the folder of recordings, each with a description beside it. */
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { z } from "zod";
import type { MediaFacts, MediaSource } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import { newId } from "../rooms/ids.js";
import { ID_PATTERN } from "../signaling/messages.js";
import { writeWhole } from "./whole-file.js";

/** Hidden from whoever lists recordings. The mixer finds it under the same name. */
const FOLDER = ".sounds";
/** Bytes: an hour of MP3 at 128 kbit/s, or 9 minutes of plain stereo. */
const MOST_BYTES = 64 * 1024 * 1024;
/** A folder that everybody can fill must have an end: 6 GB. */
const MOST_UPLOADS = 100;

export const upload = z.object({
  id: z.string().regex(ID_PATTERN),
  name: z.string(),
  /** Bytes. */
  size: z.int().nonnegative(),
  /** Seconds. */
  duration: z.number().optional(),
  uploadedAt: z.iso.datetime(),
});
export type Upload = z.output<typeof upload>;

export type Uploads = {
  /** Takes a file in. Throws `too-large`, `bad-request` for what nobody can hear, `conflict` when there is no room. */
  add(name: string, body: IncomingMessage): Promise<Upload>;
  /** The newest first. */
  list(): Promise<Upload[]>;
  /** Throws `not-found`. */
  get(id: string): Promise<Upload>;
  /** Throws `not-found`. */
  remove(id: string): Promise<void>;
};

export type UploadsOptions = {
  /** Of recordings. */
  directory: string;
  /** Looks into the file; rejects for what is no media. */
  inspect: (source: MediaSource) => Promise<MediaFacts>;
  now?: () => Date;
};

const noSuch = (id: string): ConferenceError =>
  new ConferenceError("not-found", `There is no sound "${id}"`);

const tooLarge = (): ConferenceError =>
  new ConferenceError("too-large", `body: more than ${MOST_BYTES} bytes`);

/** Resolves with the bytes that were written. The rest of what is too large is thrown away as it comes. */
const receive = async (
  body: IncomingMessage,
  file: string,
): Promise<number> => {
  const handle = await open(file, "wx");
  let size = 0;
  try {
    // Destroyed, the request would take the connection with it, and its client could not read why.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length;
      if (size > MOST_BYTES) throw tooLarge();
      await handle.write(chunk as Buffer);
    }
  } finally {
    await handle.close();
    body.resume();
  }
  if (size > 0) return size;
  throw new ConferenceError("bad-request", "body: the file is missing");
};

type State = Required<UploadsOptions> & { folder: string };

const removeFiles = async ({ folder }: State, id: string): Promise<void> => {
  for (const name of [`${id}.json`, id])
    await rm(join(folder, name), { force: true });
};

const get = async ({ folder }: State, id: string): Promise<Upload> => {
  if (!ID_PATTERN.test(id)) throw noSuch(id);
  try {
    const text = await readFile(join(folder, `${id}.json`), "utf8");
    return upload.parse(JSON.parse(text));
  } catch {
    throw noSuch(id);
  }
};

const list = async (state: State): Promise<Upload[]> => {
  const names = await readdir(state.folder).catch(() => []);
  const ids = names.flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? []);
  const all = await Promise.all(
    ids.map((id) => get(state, id).catch(() => undefined)),
  );
  return all
    .filter((one) => one !== undefined)
    .sort((a, b) => b.uploadedAt.localeCompare(a.uploadedAt));
};

const add = async (
  state: State,
  name: string,
  body: IncomingMessage,
): Promise<Upload> => {
  const { folder, inspect, now } = state;
  if ((await list(state)).length >= MOST_UPLOADS)
    throw new ConferenceError("conflict", `${MOST_UPLOADS} sounds are there`);
  // A name that begins with a hyphen would be read as an option.
  const id = newId().replace(/^[-_]/, "s");
  await mkdir(folder, { recursive: true });
  try {
    const size = await receive(body, join(folder, id));
    const { audio, duration } = await inspect({ kind: "upload", name: id });
    if (!audio)
      throw new ConferenceError("bad-request", "There is no sound in it");
    const uploadedAt = now().toISOString();
    const added = { id, name, size, duration, uploadedAt };
    await writeWhole(join(folder, `${id}.json`), JSON.stringify(added));
    return added;
  } catch (error) {
    await removeFiles(state, id);
    throw error;
  }
};

export const createUploads = (options: UploadsOptions): Uploads => {
  const folder = join(options.directory, FOLDER);
  const state: State = { now: () => new Date(), ...options, folder };
  return {
    list: () => list(state),
    get: (id) => get(state, id),
    add: (...asked) => add(state, ...asked),
    remove: async (id) => {
      await get(state, id);
      await removeFiles(state, id);
    },
  };
};
