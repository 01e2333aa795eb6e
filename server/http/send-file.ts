/** Answers with a file, or the part of it that was asked for. */
import { createReadStream } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { ConferenceError } from "../errors.js";
import type { LibraryFile } from "../recordings/library.js";
import { describeError } from "./failures.js";
import { select } from "./ranges.js";
import type { Reply } from "./route.js";

const etagOf = ({ size, modified }: LibraryFile): string =>
  `"${size.toString(36)}-${modified.getTime().toString(36)}"`;

const unsatisfiable = (size: number): Reply => ({
  status: 416,
  headers: { "Content-Range": `bytes */${size}` },
  json: describeError(
    new ConferenceError("range-not-satisfiable", `The file has ${size} bytes`),
  ),
});

export type Sendable = LibraryFile & {
  /** Both included; the file's own bytes if absent. */
  open?(part: { start: number; end: number }): Readable;
};

/** The file, the part of it that was asked for, or word that it has not changed. */
export const sendFile = (file: Sendable, asked: IncomingHttpHeaders): Reply => {
  const { path, name, type, size, modified } = file;
  const { open = (range) => createReadStream(path, range) } = file;
  const etag = etagOf(file);
  const headers = {
    "Accept-Ranges": "bytes",
    // Whoever keeps it asks each time whether it may still see it.
    "Cache-Control": "private, no-cache",
    "Last-Modified": modified.toUTCString(),
    ETag: etag,
  };
  const selected = select(asked, { size, modified, etag });
  if (selected.is === "unmodified") return { status: 304, headers };
  if (selected.is === "unsatisfiable") return unsatisfiable(size);
  const part = selected.is === "part";
  const { start, end } = part ? selected : { start: 0, end: size - 1 };
  return {
    status: part ? 206 : 200,
    headers: {
      ...headers,
      ...(part && { "Content-Range": `bytes ${start}-${end}/${size}` }),
      "Content-Type": type,
      "Content-Length": String(end - start + 1),
      "Content-Disposition": `attachment; filename="${name}"`,
    },
    body: size === 0 ? "" : () => open({ start, end }),
  };
};
