/**
 * The call page, as Vite has built it. All of it is read once at the start: what is not among the files read then is not
 * there, whatever a path says.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, sep } from "node:path";
import type { Context, Middleware } from "koa";
import { ConferenceError } from "../errors.js";
import type { Shares } from "../recordings/shares.js";
import { ID_PATTERN } from "../signaling/messages.js";

type File = { bytes: Buffer; etag: string; type: string; immutable: boolean };

/** Vite puts a hash of the content into the names of what lies here. */
const isHashed = (path: string): boolean =>
  /^\/assets\/.+-[\w-]{8}\.\w+$/.test(path);

const readFile = (file: string, path: string): File => {
  const bytes = readFileSync(file);
  const hash = createHash("sha256").update(bytes).digest("hex");
  return {
    bytes,
    etag: `"${hash.slice(0, 16)}"`,
    type: extname(path),
    immutable: isHashed(path),
  };
};

const readAll = (directory: string): Map<string, File> => {
  const files = new Map<string, File>();
  if (!existsSync(directory)) return files;
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  for (const name of names) {
    const file = join(directory, name);
    const path = `/${name.split(sep).join("/")}`;
    if (statSync(file).isFile()) files.set(path, readFile(file, path));
  }
  return files;
};

const send = (context: Context, file: File, status: number): void => {
  context.set(
    "Cache-Control",
    file.immutable ? "public, max-age=31536000, immutable" : "no-cache",
  );
  context.set("ETag", file.etag);
  context.status = status;
  context.type = file.type;
  if (status === 200 && context.fresh) context.status = 304;
  else context.body = file.bytes;
};

/** The page of a link says itself that it has ended; whoever asks without a browser reads it from the status. */
const statusOf = (path: string, shares: Pick<Shares, "open">): number => {
  const [, token] = /^\/s\/([^/]*)$/.exec(path) ?? [];
  if (token === undefined) return 200;
  try {
    shares.open(token);
    return 200;
  } catch (error) {
    if (error instanceof ConferenceError) return error.status;
    throw error;
  }
};

/** The lobby, the recordings, the calls and those who watch them are one page. */
const isPage = (path: string): boolean => {
  if (path === "/" || path === "/recordings") return true;
  if (/^\/(?:recordings|s)\/[^/]+$/.test(path)) return true;
  const [, room] = /^\/(?:r|live)\/([^/]*)$/.exec(path) ?? [];
  if (room === undefined) return false;
  if (ID_PATTERN.test(room)) return true;
  throw new ConferenceError(
    "bad-request",
    "room: must match [A-Za-z0-9_-]{1,64}",
  );
};

const NOT_BUILT = new ConferenceError(
  "overloaded",
  "The page is not built: run npm run build, and start again",
);

/** Answers GET and HEAD of the page and its files; leaves the rest to others. */
export const pages = (
  directory: string,
  shares: Pick<Shares, "open">,
): Middleware => {
  const files = readAll(directory);
  return async (context, next) => {
    const { method, path } = context;
    if (method !== "GET" && method !== "HEAD") return next();
    const page = isPage(path);
    const file = files.get(page ? "/index.html" : path);
    if (page && file === undefined) throw NOT_BUILT;
    if (file === undefined) return next();
    context.state.route = page ? "page" : "asset";
    // Nobody who was given a link is to find it in a search engine.
    if (path.startsWith("/s/")) context.set("X-Robots-Tag", "noindex");
    send(context, file, page ? statusOf(path, shares) : 200);
  };
};
