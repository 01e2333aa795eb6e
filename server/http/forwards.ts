/** Forwards over REST: the mix, or one participant, as plain RTP to a host and port. */
import { showForward, startForward } from "../rtp.js";
import { forwardResult, forwardStart } from "../rtp-schemas.js";
import { jsonBody } from "./body.js";
import { findRoom } from "./rooms.js";
import { route, type Route } from "./route.js";
import type { RtpDeps } from "./rtp.js";

const PATH = "/v1/rooms/{room}/rtp-forwards";

export const forwardRoutes = ({
  directory,
  rtpHosts = [],
}: RtpDeps): Route[] => [
  route({
    method: "post",
    path: PATH,
    summary: "Send the mix, or one participant, to a host and port",
    tag: "rtp",
    permission: "room",
    body: jsonBody(forwardStart),
    replies: { 201: { description: "It is sent", schema: forwardResult } },
    handle: async ({ params, body }) => {
      const find = () => findRoom(directory, params.room);
      const forward = await startForward(rtpHosts, find, body);
      return { status: 201, json: showForward(forward) };
    },
  }),
  route({
    method: "get",
    path: PATH,
    summary: "What is sent to whom",
    tag: "rtp",
    permission: "room",
    replies: {
      200: { description: "Forwards", schema: forwardResult.array() },
    },
    handle: ({ params }) => ({
      json: findRoom(directory, params.room).rtp.forwards().map(showForward),
    }),
  }),
  route({
    method: "delete",
    path: `${PATH}/{id}`,
    summary: "Send it no longer",
    tag: "rtp",
    permission: "room",
    replies: { 204: { description: "It has ended" } },
    handle: async ({ params }) => {
      await findRoom(directory, params.room).rtp.endForward(params.id);
      return { status: 204 };
    },
  }),
];
