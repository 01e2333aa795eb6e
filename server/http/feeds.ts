/** Participants from files and addresses over REST. */
import { z } from "zod";
import { shallPlay } from "../played.js";
import { feedRequest } from "../shelf.js";
import { jsonBody } from "./body.js";
import { feedChange, feedResult, feedStart } from "./played-schemas.js";
import { findRoom } from "./rooms.js";
import { route, type Route, type RouteDeps } from "./route.js";

const PATH = "/v1/rooms/{room}/feeds";

const start = (deps: RouteDeps): Route =>
  route({
    method: "post",
    path: PATH,
    summary:
      "Feed a participant from a file, a recording, an address or an encoder that pushes by RTMP; a file is answered when it plays",
    tag: "rooms",
    permission: "room",
    body: jsonBody(feedStart),
    replies: { 201: { description: "It is there", schema: feedResult } },
    handle: async ({ params, body, grant, headers }) => {
      const room = findRoom(deps.directory, params.room);
      const { access, media } = deps;
      const feed = await room.openFeed(
        await feedRequest(media, body, {
          mayUse: (of) => access.mayManage(grant, of),
          headers,
        }),
      );
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
      const playing = shallPlay(state);
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
