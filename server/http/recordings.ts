import { z } from "zod";
import { ConferenceError } from "../errors.js";
import { isRunning, type RecordingEntry } from "../recordings/entry.js";
import { pageOf } from "../recordings/finding.js";
import type { Grant } from "../rooms/access.js";
import { jsonBody } from "./body.js";
import { findRoom } from "./rooms.js";
import { route, type Route, type RouteDeps } from "./route.js";
import {
  recordingChange,
  recordingQuery,
  recordingResult,
  recordingStart,
} from "./recording-schemas.js";

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
    await room.pauseRecording(id, paused).catch((error: unknown) => {
      const { code } = error as Partial<ConferenceError>;
      // It is there, but is being finished.
      throw code === "no-such-recording" ? hasEnded(id) : error;
    });
    return library.get(id);
  }
  if ((await library.get(id)).room !== name) throw notIn(name, id);
  throw hasEnded(id);
};

const hasEnded = (id: string): ConferenceError =>
  new ConferenceError("conflict", `"${id}" has ended`);

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

/** The next page is where `Link` says (RFC 8288), with what was asked of this one. */
const linkTo = (
  query: Record<string, unknown>,
  before: string,
): Record<string, string> => {
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, before }))
    if (value !== undefined) next.set(name, String(value));
  return { Link: `</v1/recordings?${next}>; rel="next"` };
};

const listed = ({ library, access }: RouteDeps): Route =>
  route({
    method: "get",
    path: "/v1/recordings",
    summary:
      "Recordings, running and finished, the newest first; where there are more, `Link` says where",
    tag: "recordings",
    permission: "moderator",
    query: recordingQuery,
    replies: {
      200: { description: "Recordings", schema: z.array(recordingResult) },
    },
    handle: async ({ grant, query }) => {
      const { limit, before, ...wanted } = query;
      const all = (await library.list()).filter(({ room }) =>
        access.mayManage(grant, room),
      );
      const found = pageOf(all, wanted, { before, limit });
      if (found === undefined)
        throw new ConferenceError(
          "no-such-recording",
          `before: there is no recording "${before}"`,
        );
      const { page, more } = found;
      const last = page.at(-1)?.id;
      const headers =
        more && last !== undefined ? linkTo(query, last) : undefined;
      return { headers, json: page };
    },
  });

const ofLibrary = (deps: RouteDeps): Route[] => [
  listed(deps),
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
    summary: "Delete a finished recording, its file and the links to it",
    tag: "recordings",
    permission: "moderator",
    replies: { 204: { description: "Deleted" } },
    handle: async ({ grant, params }) => {
      await allowed(deps, grant, params.id);
      await deps.keeping.remove(params.id);
      return { status: 204 };
    },
  }),
];

export const recordingRoutes = (deps: RouteDeps): Route[] => [
  ...ofRoom(deps),
  ...ofLibrary(deps),
];
