/** Live outputs by REST: what runs, its start and its end. */
import { z } from "zod";
import type { LiveOutput } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { LiveDetail } from "../rooms/live.js";
import { checkTarget } from "../rooms/live/target.js";
import { jsonBody } from "./body.js";
import { hlsRoutes } from "./hls.js";
import { liveResult, liveStart, type LiveStart } from "./live-schemas.js";
import { findRoom } from "./rooms.js";
import { route, type Route, type RouteDeps } from "./route.js";

const shown = (
  room: string,
  { output, ...live }: LiveDetail,
): z.input<typeof liveResult> =>
  output.type === "hls"
    ? {
        ...live,
        ...output,
        url: `/live/${room}/${live.id}/index.m3u8`,
        page: `/live/${room}`,
      }
    : { ...live, ...output };

const outputOf = ({ view: _view, ...output }: LiveStart): LiveOutput => output;

const find = (
  { directory }: RouteDeps,
  { room: name, id }: { room: string; id: string },
): LiveDetail => {
  const room = findRoom(directory, name);
  const live = room.lives.all().find((one) => one.id === id);
  if (live !== undefined) return live;
  throw new ConferenceError("not-found", `There is no live output "${id}"`);
};

const collection = (deps: RouteDeps): Route[] => [
  route({
    method: "get",
    path: "/v1/rooms/{room}/live",
    summary: "The live outputs of a room: HLS, and pushes to other servers",
    tag: "live",
    permission: "room",
    replies: {
      200: { description: "Live outputs", schema: z.array(liveResult) },
    },
    handle: ({ params }) => {
      const room = findRoom(deps.directory, params.room);
      return { json: room.lives.all().map((live) => shown(room.name, live)) };
    },
  }),
  route({
    method: "post",
    path: "/v1/rooms/{room}/live",
    summary: "Send the mix out live: as HLS, or to an RTMP or SRT server",
    tag: "live",
    permission: "room",
    body: jsonBody(liveStart),
    replies: { 201: { description: "It begins", schema: liveResult } },
    handle: async ({ params, body }) => {
      const room = findRoom(deps.directory, params.room);
      if (body.type === "push") checkTarget(body.url, deps.liveHosts ?? []);
      const { view } = body;
      const live = await room.startLive({ view, output: outputOf(body) });
      return {
        status: 201,
        headers: { Location: `/v1/rooms/${room.name}/live/${live.id}` },
        json: shown(room.name, live),
      };
    },
  }),
];

const single = (deps: RouteDeps): Route[] => [
  route({
    method: "get",
    path: "/v1/rooms/{room}/live/{id}",
    summary: "A live output",
    tag: "live",
    permission: "room",
    replies: { 200: { description: "The output", schema: liveResult } },
    handle: ({ params }) => ({ json: shown(params.room, find(deps, params)) }),
  }),
  route({
    method: "delete",
    path: "/v1/rooms/{room}/live/{id}",
    summary: "End a live output",
    tag: "live",
    permission: "room",
    replies: { 204: { description: "Ended: nothing is sent any more" } },
    handle: async ({ params }) => {
      find(deps, params);
      await findRoom(deps.directory, params.room).lives.stop(params.id);
      return { status: 204 };
    },
  }),
];

export const liveRoutes = (deps: RouteDeps): Route[] => [
  ...collection(deps),
  ...single(deps),
  ...hlsRoutes(deps),
];
