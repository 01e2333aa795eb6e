/** Plain RTP over REST: participants without WebRTC. */
import { joinByRtp, showSession } from "../rtp.js";
import { rtpDetail, rtpJoin, rtpResult } from "../rtp-schemas.js";
import { jsonBody } from "./body.js";
import { findRoom } from "./rooms.js";
import { route, type Route, type RouteDeps } from "./route.js";

export type RtpDeps = RouteDeps & {
  /** IP addresses and ranges with which plain RTP may be exchanged; none if absent. */
  readonly rtpHosts?: readonly string[];
};

export const rtpRoutes = ({ directory, rtpHosts = [] }: RtpDeps): Route[] => [
  route({
    method: "post",
    path: "/v1/rooms/{room}/rtp",
    summary: "A participant without WebRTC: gives an address to send RTP to",
    tag: "rtp",
    permission: "room",
    body: jsonBody(rtpJoin),
    replies: { 201: { description: "Joined", schema: rtpResult } },
    handle: async ({ params, body }) => ({
      status: 201,
      json: showSession(
        await joinByRtp(directory, rtpHosts, params.room, body),
      ),
    }),
  }),
  route({
    method: "get",
    path: "/v1/rooms/{room}/rtp",
    summary: "The participants without WebRTC",
    tag: "rtp",
    permission: "room",
    replies: {
      200: { description: "Sessions", schema: rtpResult.array() },
    },
    handle: ({ params }) => ({
      json: findRoom(directory, params.room).rtp.all().map(showSession),
    }),
  }),
  route({
    method: "get",
    path: "/v1/rooms/{room}/rtp/{id}",
    summary: "One of them, with what came and went",
    tag: "rtp",
    permission: "room",
    replies: { 200: { description: "The session", schema: rtpDetail } },
    handle: async ({ params }) => {
      const { rtp } = findRoom(directory, params.room);
      const stats = await rtp.stats(params.id);
      return { json: { ...showSession(rtp.get(params.id)), stats } };
    },
  }),
];
