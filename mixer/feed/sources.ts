/** Where a source lies on this machine: never outside the folder that its kind has. */
import { realpath, stat } from "node:fs/promises";
import { isAbsolute, join, sep } from "node:path";
import {
  MixerError,
  type MediaSource,
  type MixerOptions,
} from "../contract.js";
import { addressInput, fileInput, pushInput, type Input } from "./arguments.js";

export type Folders = Pick<MixerOptions, "recordings" | "media">;

/** Below the folder of recordings, hidden from those who list that. */
const UPLOADS = ".sounds";

const folderOf = (
  { kind }: MediaSource,
  { recordings, media }: Folders,
): string | undefined => {
  if (kind === "media") return media;
  return kind === "upload" ? join(recordings, UPLOADS) : recordings;
};

const noSuch = (name: string): MixerError =>
  new MixerError("not-found", `There is no file "${name}"`);

/** A name of parts between slashes, none of them hidden: `.` and `..` are among those. */
const isName = (name: string): boolean =>
  !isAbsolute(name) &&
  !/[\0\\]/.test(name) &&
  name.split("/").every((part) => part !== "" && !part.startsWith("."));

/** The file itself, behind all links. Throws `not-found`, also for what is there but outside. */
const find = async (folder: string, name: string): Promise<string> => {
  if (!isName(name)) throw noSuch(name);
  const path = await realpath(join(folder, name)).catch(() => undefined);
  if (path === undefined) throw noSuch(name);
  const inside = path.startsWith((await realpath(folder)) + sep);
  if (!inside || !(await stat(path)).isFile()) throw noSuch(name);
  return path;
};

/** Rejects with `not-found` or `bad-request`. */
export const openSource = async (
  source: Exclude<MediaSource, { kind: "tune" }>,
  folders: Folders,
): Promise<Input> => {
  if (source.kind === "url") {
    const input = addressInput(source.url);
    if (input !== undefined) return input;
    throw new MixerError("bad-request", "Nothing can be fed from such a URL");
  }
  if (source.kind === "push") return pushInput(source.socket);
  const folder = folderOf(source, folders);
  if (folder === undefined)
    throw new MixerError("not-found", "There is no folder of media here");
  return fileInput(await find(folder, source.name));
};
