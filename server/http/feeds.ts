/** Participants from files and addresses over REST. */
import { z } from "zod";
import { ConferenceError } from "../errors.js";
import { shownUrl, whyNot, type FeedHost } from "../rooms/feed-hosts.js";
import type { AskedSource } from "../rooms/playback.js";
import { jsonBody } from "./body.js";
import { feedChange, feedResult, feedStart } from "./played-schemas.js";
import { findRoom } from "./rooms.js";
import { route, type Route, type RouteDeps } from "./route.js";
import type { Grant } from "../rooms/access.js";

type Start = z.output<typeof feedStart>;

/** Throws `forbidden`. */
const fromUrl = (url: string, hosts: readonly FeedHost[]): AskedSource => {
  const why = whyNot(url, hosts);
  if (why !== undefined) throw new ConferenceError("forbidden", `url: ${why}`);
  return { source: { kind: "url", url }, shown: { url: shownUrl(url) } };
};

/** Throws as the library does, and `forbidden` for one of a room that is not the caller's. */
const fromRecording = async (
  { library, access }: RouteDeps,
  grant: Grant,
  id: string,
): Promise<AskedSource> => {
  const { room } = await library.get(id);
  if (!access.mayManage(grant, room))
    throw new ConferenceError("forbidden", "This token is for another room");
  const { name } = await library.file(id);
  return { source: { kind: "recording", name }, shown: { recording: id } };
};

const askedOf = (
  deps: RouteDeps,
  grant: Grant,
  { url, file = "", recording }: Start,
): AskedSource | Promise<AskedSource> => {
  if (url !== undefined) return fromUrl(url, deps.media.feedHosts);
  if (recording !== undefined) return fromRecording(deps, grant, recording);
  return { source: { kind: "media", name: file }, shown: { file } };
};

const nameOf = ({ name, url, file, recording }: Start): string => {
  const long =
    name ?? (url === undefined ? (file ?? recording ?? "") : new URL(url).host);
  return (long.split("/").at(-1) || "Feed").slice(0, 64);
};

const PATH = "/v1/rooms/{room}/feeds";

const start = (deps: RouteDeps): Route =>
  route({
    method: "post",
    path: PATH,
    summary:
      "Feed a participant from a file, a recording or an address; a file is answered when it plays",
    tag: "rooms",
    permission: "room",
    body: jsonBody(feedStart),
    replies: { 201: { description: "It is there", schema: feedResult } },
    handle: async ({ params, body, grant }) => {
      const room = findRoom(deps.directory, params.room);
      const { loop, volume, paused, position } = body;
      const feed = await room.openFeed({
        ...(await askedOf(deps, grant, body)),
        ...{ name: nameOf(body), loop, volume, position, playing: !paused },
      });
      const path = `/v1/rooms/${room.name}/feeds/${feed.id}`;
      return { status: 201, headers: { Location: path }, json: feed };
    },
  });

const readable = (deps: RouteDeps): Route[] => [
  route({
    method: "get",
    path: PATH,
    summary: "What is fed into a room",
    tag: "rooms",
    permission: "room",
    replies: { 200: { description: "Feeds", schema: z.array(feedResult) } },
    handle: ({ params }) => ({
      json: findRoom(deps.directory, params.room).feeds(),
    }),
  }),
  route({
    method: "get",
    path: `${PATH}/{id}`,
    summary: "One feed: where it is, and why it does not play",
    tag: "rooms",
    permission: "room",
    replies: { 200: { description: "The feed", schema: feedResult } },
    handle: ({ params }) => ({
      json: findRoom(deps.directory, params.room).feed(params.id),
    }),
  }),
];

export const feedRoutes = (deps: RouteDeps): Route[] => [
  ...readable(deps),
  start(deps),
  route({
    method: "patch",
    path: `${PATH}/{id}`,
    summary: "Pause, go on, go to another place, loop, make louder",
    tag: "rooms",
    permission: "room",
    body: jsonBody(feedChange),
    replies: { 200: { description: "As it is now", schema: feedResult } },
    handle: async ({ params, body: { state, ...change } }) => {
      const room = findRoom(deps.directory, params.room);
      const playing = state === undefined ? undefined : state === "playing";
      return { json: await room.changeFeed(params.id, { ...change, playing }) };
    },
  }),
  route({
    method: "delete",
    path: `${PATH}/{id}`,
    summary: "End a feed; its participant leaves",
    tag: "rooms",
    permission: "room",
    replies: { 204: { description: "Ended" } },
    handle: async ({ params }) => {
      await findRoom(deps.directory, params.room).closeFeed(params.id);
      return { status: 204 };
    },
  }),
];
