import { createReadStream } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { ConferenceError } from "../errors.js";
import { isRunning, type RecordingEntry } from "../recordings/entry.js";
import type { LibraryFile } from "../recordings/library.js";
import type { Grant } from "../rooms/access.js";
import { jsonBody } from "./body.js";
import { describeError } from "./failures.js";
import { select } from "./ranges.js";
import { findRoom } from "./rooms.js";
import { route, type Reply, type Route, type RouteDeps } from "./route.js";
import {
  recordingChange,
  recordingResult,
  recordingStart,
} from "./recording-schemas.js";
import { errorResult } from "./schemas.js";

const running = async (
  { directory, library }: RouteDeps,
  name: string,
): Promise<RecordingEntry[]> => {
  const ids = findRoom(directory, name)
    .recordings()
    .map(({ id }) => id);
  // One that begins at this moment is not written down yet.
  const found = await Promise.all(
    ids.map((id) => library.get(id).catch(() => undefined)),
  );
  return found.filter((entry) => entry !== undefined);
};

/** Resolves when the file is final. Stopping what has stopped changes nothing, so that a request can be sent again. */
const stop = async (
  { directory, library }: RouteDeps,
  name: string,
  id: string,
): Promise<RecordingEntry> => {
  const room = findRoom(directory, name);
  if (room.recordings().some((one) => one.id === id))
    await room.stopRecording(id);
  const entry = await library.get(id);
  if (entry.room === name && !isRunning(entry)) return entry;
  throw notIn(name, id);
};

/** What is already so stays so, so that a request can be sent again. */
const pause = async (
  { directory, library }: RouteDeps,
  { room: name, id }: { room: string; id: string },
  paused: boolean,
): Promise<RecordingEntry> => {
  const room = findRoom(directory, name);
  if (room.recordings().some((one) => one.id === id)) {
    await room.pauseRecording(id, paused);
    return library.get(id);
  }
  if ((await library.get(id)).room !== name) throw notIn(name, id);
  throw new ConferenceError("conflict", `"${id}" has ended`);
};

const notIn = (name: string, id: string): ConferenceError =>
  new ConferenceError(
    "no-such-recording",
    `There is no recording "${id}" in room "${name}"`,
  );

const ofRoom = (deps: RouteDeps): Route[] => [
  route({
    method: "get",
    path: "/v1/rooms/{room}/recordings",
    summary: "The recordings that run in a room",
    tag: "recordings",
    permission: "room",
    replies: {
      200: { description: "Recordings", schema: z.array(recordingResult) },
    },
    handle: async ({ params }) => ({ json: await running(deps, params.room) }),
  }),
  route({
    method: "post",
    path: "/v1/rooms/{room}/recordings",
    summary:
      "Start a recording: mp4 and webm have a picture; m4a, opus, wav and flac are the sound alone, and take no view",
    tag: "recordings",
    permission: "room",
    body: jsonBody(recordingStart),
    replies: { 201: { description: "It runs", schema: recordingResult } },
    handle: async ({ params, body }) => {
      const room = findRoom(deps.directory, params.room);
      const { id } = await room.startRecording(body);
      return {
        status: 201,
        headers: { Location: `/v1/recordings/${id}` },
        json: await deps.library.get(id),
      };
    },
  }),
  route({
    method: "patch",
    path: "/v1/rooms/{room}/recordings/{id}",
    summary:
      "Pause a recording, go on with it, or stop it; then the reply comes when the file is final",
    tag: "recordings",
    permission: "room",
    body: jsonBody(recordingChange),
    replies: { 200: { description: "Done", schema: recordingResult } },
    handle: async ({ params, body }) => {
      if (body.state === "stopped")
        return { json: await stop(deps, params.room, params.id) };
      return { json: await pause(deps, params, body.state === "paused") };
    },
  }),
];

/** Whose recording it is decides who may see it. One that the caller may not see is told from none. */
export const allowed = async (
  { library, access }: RouteDeps,
  grant: Grant,
  id: string,
): Promise<RecordingEntry> => {
  const entry = await library.get(id);
  if (access.mayManage(grant, entry.room)) return entry;
  throw new ConferenceError("forbidden", "This token is for another room");
};

const etagOf = ({ size, modified }: LibraryFile): string =>
  `"${size.toString(36)}-${modified.getTime().toString(36)}"`;

const unsatisfiable = (size: number): Reply => ({
  status: 416,
  headers: { "Content-Range": `bytes */${size}` },
  json: describeError(
    new ConferenceError("range-not-satisfiable", `The file has ${size} bytes`),
  ),
});

/** The file, the part of it that was asked for, or word that it has not changed. */
export const sendFile = (
  file: LibraryFile,
  asked: IncomingHttpHeaders,
): Reply => {
  const { path, name, type, size, modified } = file;
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
    body: size === 0 ? "" : () => createReadStream(path, { start, end }),
  };
};

const ofLibrary = (deps: RouteDeps): Route[] => [
  route({
    method: "get",
    path: "/v1/recordings",
    summary: "All recordings, running and finished, the newest first",
    tag: "recordings",
    permission: "moderator",
    replies: {
      200: { description: "Recordings", schema: z.array(recordingResult) },
    },
    handle: async ({ grant }) => {
      const all = await deps.library.list();
      return {
        json: all.filter(({ room }) => deps.access.mayManage(grant, room)),
      };
    },
  }),
  route({
    method: "get",
    path: "/v1/recordings/{id}",
    summary: "What is known of a recording",
    tag: "recordings",
    permission: "moderator",
    replies: { 200: { description: "It", schema: recordingResult } },
    handle: async ({ grant, params }) => ({
      json: await allowed(deps, grant, params.id),
    }),
  }),
  route({
    method: "delete",
    path: "/v1/recordings/{id}",
    summary: "Delete a finished recording and its file",
    tag: "recordings",
    permission: "moderator",
    replies: { 204: { description: "Deleted" } },
    handle: async ({ grant, params }) => {
      await allowed(deps, grant, params.id);
      await deps.library.remove(params.id);
      return { status: 204 };
    },
  }),
];

const download = (deps: RouteDeps): Route =>
  route({
    method: "get",
    path: "/v1/recordings/{id}/file",
    summary: "The file of a finished recording, with ranges",
    tag: "recordings",
    permission: "moderator",
    replies: {
      200: { description: "The file", type: "video/mp4" },
      206: { description: "The range that was asked for", type: "video/mp4" },
      304: { description: "Not changed" },
      416: { description: "The file is shorter", schema: errorResult },
    },
    handle: async ({ grant, params, headers }) => {
      await allowed(deps, grant, params.id);
      return sendFile(await deps.library.file(params.id), headers);
    },
  });

export const recordingRoutes = (deps: RouteDeps): Route[] => [
  ...ofRoom(deps),
  ...ofLibrary(deps),
  download(deps),
];
