/** The picture over REST: tile maps, layouts, views, and the picture itself. */
import type { z } from "zod";
import type { ViewName } from "../../mixer/contract.js";
import type { Room } from "../rooms/types.js";
import { jsonBody } from "./body.js";
import { findRoom } from "./rooms.js";
import { route, type Route, type RouteDeps } from "./route.js";
import {
  layoutChange,
  layoutResult,
  viewChange,
  viewQuery,
  viewResult,
} from "./view-schemas.js";

/** Bytes: two pictures of 1 MiB as base64, and the regions. */
const LAYOUT_LIMIT = 3_000_000;

const layouts = ({ directory }: RouteDeps): Route[] => [
  route({
    method: "get",
    path: "/v1/rooms/{room}/layout",
    summary: "Who is where in the picture, in canvas pixels",
    tag: "rooms",
    permission: "room",
    query: viewQuery,
    replies: { 200: { description: "The tile map", schema: layoutResult } },
    handle: async ({ params, query }) => ({
      json: await findRoom(directory, params.room).layout(query.view),
    }),
  }),
  route({
    method: "put",
    path: "/v1/rooms/{room}/layout",
    summary: "Choose the layout of a view; what is left out stays",
    tag: "rooms",
    permission: "room",
    body: jsonBody(layoutChange, LAYOUT_LIMIT),
    replies: { 200: { description: "The tile map", schema: layoutResult } },
    handle: async ({ params, body: { view, ...change } }) => ({
      json: await findRoom(directory, params.room).changeView(view, change),
    }),
  }),
];

const describeView = (
  room: Room,
  view: ViewName,
): z.output<typeof viewResult> => ({ view, ...room.view(view) });

const PATH = "/v1/rooms/{room}/views/{view}";

const views = ({ directory }: RouteDeps): Route[] => [
  route({
    method: "get",
    path: PATH,
    summary: "The settings of a view",
    tag: "rooms",
    permission: "room",
    replies: { 200: { description: "The view", schema: viewResult } },
    handle: ({ params }) => ({
      json: describeView(findRoom(directory, params.room), params.view),
    }),
  }),
  route({
    method: "put",
    path: PATH,
    summary: "Make a view (another picture of the room), or change one",
    tag: "rooms",
    permission: "room",
    body: jsonBody(viewChange, LAYOUT_LIMIT),
    replies: {
      200: { description: "Changed", schema: viewResult },
      201: { description: "Made", schema: viewResult },
    },
    handle: async ({ params, body }) => {
      const room = findRoom(directory, params.room);
      const made = await room.putView(params.view, body);
      return {
        status: made ? 201 : 200,
        json: describeView(room, params.view),
      };
    },
  }),
  route({
    method: "delete",
    path: PATH,
    summary: "Take a view away; who watches it gets the main one",
    tag: "rooms",
    permission: "room",
    replies: { 204: { description: "Taken away" } },
    handle: async ({ params }) => {
      await findRoom(directory, params.room).removeView(params.view);
      return { status: 204 };
    },
  }),
];

const picture = (
  { directory }: RouteDeps,
  path: "/v1/rooms/{room}/picture" | "/v1/rooms/{room}/picture.jpg",
): Route =>
  route({
    method: "get",
    path,
    summary: "The mixed picture now",
    tag: "rooms",
    permission: "room",
    query: viewQuery,
    replies: { 200: { description: "The picture", type: "image/jpeg" } },
    handle: async ({ params, query }) => {
      const room = findRoom(directory, params.room);
      const jpeg = Buffer.from(await room.picture(query.view));
      return { headers: { "Content-Type": "image/jpeg" }, body: jpeg };
    },
  });

export const viewRoutes = (deps: RouteDeps): Route[] => [
  ...layouts(deps),
  ...views(deps),
  picture(deps, "/v1/rooms/{room}/picture"),
  picture(deps, "/v1/rooms/{room}/picture.jpg"),
];
