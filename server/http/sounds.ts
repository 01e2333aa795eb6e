/** Sounds over REST: what plays in a room, and what was uploaded for that. */
import { z } from "zod";
import { shallPlay } from "../played.js";
import { listMedia } from "../recordings/media-folder.js";
import { soundRequest } from "../shelf.js";
import { jsonBody, streamBody } from "./body.js";
import {
  soundChange,
  soundResult,
  soundStart,
  uploadQuery,
  uploadResult,
} from "./played-schemas.js";
import { findRoom } from "./rooms.js";
import { route, type Route, type RouteDeps } from "./route.js";

const PATH = "/v1/rooms/{room}/sounds";

const start = (deps: RouteDeps): Route =>
  route({
    method: "post",
    path: PATH,
    summary: "Play a file to everybody in a room, or to one participant",
    tag: "rooms",
    permission: "room",
    body: jsonBody(soundStart),
    replies: { 201: { description: "It plays", schema: soundResult } },
    handle: async ({ params, body }) => {
      const room = findRoom(deps.directory, params.room);
      const sound = await room.playSound(await soundRequest(deps.media, body));
      const path = `/v1/rooms/${room.name}/sounds/${sound.id}`;
      return { status: 201, headers: { Location: path }, json: sound };
    },
  });

const playing = ({ directory }: RouteDeps): Route[] => [
  route({
    method: "get",
    path: PATH,
    summary: "What plays in a room",
    tag: "rooms",
    permission: "room",
    replies: { 200: { description: "Sounds", schema: z.array(soundResult) } },
    handle: ({ params }) => ({
      json: findRoom(directory, params.room).sounds(),
    }),
  }),
  route({
    method: "patch",
    path: `${PATH}/{id}`,
    summary: "Pause, go on, go to another place, loop, make louder",
    tag: "rooms",
    permission: "room",
    body: jsonBody(soundChange),
    replies: { 200: { description: "As it is now", schema: soundResult } },
    handle: async ({ params, body: { state, ...change } }) => {
      const room = findRoom(directory, params.room);
      const playing = shallPlay(state);
      const changed = { ...change, playing };
      return { json: await room.changeSound(params.id, changed) };
    },
  }),
  route({
    method: "delete",
    path: `${PATH}/{id}`,
    summary: "Stop a sound",
    tag: "rooms",
    permission: "room",
    replies: { 204: { description: "Stopped" } },
    handle: async ({ params }) => {
      await findRoom(directory, params.room).stopSound(params.id);
      return { status: 204 };
    },
  }),
];

/** What may be named as a `file` of a sound or a feed. */
const files = (deps: RouteDeps): Route =>
  route({
    method: "get",
    path: "/v1/media",
    summary: "The files in the folder of TUTTI_MEDIA, by their names",
    tag: "rooms",
    permission: "moderator",
    replies: {
      200: { description: "Names", schema: z.array(z.string()) },
    },
    handle: async () => {
      const { folder } = deps.media;
      return { json: folder === undefined ? [] : await listMedia(folder) };
    },
  });

/** They belong to no room: whoever moderates any may use them, and add some. */
const uploads = (deps: RouteDeps): Route[] => [
  route({
    method: "get",
    path: "/v1/sounds",
    summary: "The sounds that were uploaded",
    tag: "rooms",
    permission: "moderator",
    replies: { 200: { description: "Sounds", schema: z.array(uploadResult) } },
    handle: async () => ({ json: await deps.media.uploads.list() }),
  }),
  route({
    method: "post",
    path: "/v1/sounds",
    summary: "Upload a sound: any audio file that FFmpeg reads, 64 MiB at most",
    tag: "rooms",
    permission: "moderator",
    query: uploadQuery,
    body: streamBody("application/octet-stream"),
    replies: { 201: { description: "It is there", schema: uploadResult } },
    handle: async ({ query, body }) => ({
      status: 201,
      json: await deps.media.uploads.add(query.name, body),
    }),
  }),
  route({
    method: "delete",
    path: "/v1/sounds/{id}",
    summary: "Remove an uploaded sound",
    tag: "rooms",
    permission: "moderator",
    replies: { 204: { description: "Removed" } },
    handle: async ({ params }) => {
      await deps.media.uploads.remove(params.id);
      return { status: 204 };
    },
  }),
];

export const soundRoutes = (deps: RouteDeps): Route[] => [
  ...playing(deps),
  start(deps),
  files(deps),
  ...uploads(deps),
];
