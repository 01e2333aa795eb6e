/** Which part of a file a request asks for (RFC 9110, sections 13 and 14). Pure. */
import type { IncomingHttpHeaders } from "node:http";

export type FileFacts = { size: number; modified: Date; etag: string };

/** `start` and `end` are bytes, both included. */
export type Selection =
  | { is: "whole" }
  | { is: "part"; start: number; end: number }
  | { is: "unmodified" }
  | { is: "unsatisfiable" };

const WHOLE: Selection = { is: "whole" };

/** One range alone: whoever asks for several gets the whole file, as the standard allows. */
const selectRange = (header: string, size: number): Selection => {
  const [, first = "", last = ""] =
    /^bytes=\s*(\d*)-(\d*)\s*$/.exec(header) ?? [];
  if (first === "" && last === "") return WHOLE;
  if (first === "") {
    const length = Math.min(Number(last), size);
    if (length === 0) return { is: "unsatisfiable" };
    return { is: "part", start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return WHOLE;
  if (start >= size) return { is: "unsatisfiable" };
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return { is: "part", start, end };
};

/** HTTP dates have whole seconds. */
const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

const isUnmodified = (
  headers: IncomingHttpHeaders,
  { etag, modified }: FileFacts,
): boolean => {
  const tags = headers["if-none-match"];
  if (tags !== undefined)
    return tags
      .split(",")
      .map((tag) => tag.trim().replace(/^W\//, ""))
      .some((tag) => tag === "*" || tag === etag);
  const since = Date.parse(headers["if-modified-since"] ?? "");
  return !Number.isNaN(since) && seconds(modified) <= since / 1000;
};

/** Whether what the client has a part of is still this file. */
const isSame = (
  condition: string | undefined,
  { etag, modified }: FileFacts,
): boolean =>
  condition === undefined ||
  condition === etag ||
  Date.parse(condition) / 1000 === seconds(modified);

export const select = (
  headers: IncomingHttpHeaders,
  file: FileFacts,
): Selection => {
  if (isUnmodified(headers, file)) return { is: "unmodified" };
  const { range } = headers;
  const condition = headers["if-range"] as string | undefined;
  if (range === undefined || !isSame(condition, file)) return WHOLE;
  return selectRange(range, file.size);
};
