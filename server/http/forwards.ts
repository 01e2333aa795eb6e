/** Forwards over REST: the mix, or one participant, as plain RTP to a host and port. */
import type { z } from "zod";
import type { RtpForward } from "../../mixer/contract.js";
import type { ForwardSession } from "../rooms/types.js";
import { jsonBody } from "./body.js";
import { findRoom } from "./rooms.js";
import { route, type Route } from "./route.js";
import { assertHost, newSrtpKey, type RtpDeps } from "./rtp.js";
import { codecOf, forwardResult, forwardStart } from "./rtp-schemas.js";
import { sdpOf } from "./rtp-sdp.js";

const forwardOf = (
  body: z.output<typeof forwardStart>,
): Omit<RtpForward, "id"> => {
  const { address, port, what, srtp } = body;
  const asked = { codec: codecOf(body), what, to: { address, port } };
  if (srtp === undefined) return asked;
  const key = "key" in srtp ? srtp.key : newSrtpKey();
  return { ...asked, srtp: { suite: srtp.suite, send: key, receive: key } };
};

const describe = ({
  forward: { id, what, codec, to, srtp: keys },
  place: { ssrc, ...from },
}: ForwardSession): z.output<typeof forwardResult> => {
  const { name, ...format } = codec;
  const srtp = keys && { suite: keys.suite, key: keys.send };
  const session = { at: to, codec, ssrc, srtp, rtcpMux: false };
  return {
    ...{ id, what, codec: name, ...format, ...to, from, ssrc },
    ...(srtp !== undefined && { srtp }),
    sdp: sdpOf({ ...session, direction: "sendonly" }),
  };
};

const PATH = "/v1/rooms/{room}/rtp-forwards";

export const forwardRoutes = (deps: RtpDeps): Route[] => [
  route({
    method: "post",
    path: PATH,
    summary: "Send the mix, or one participant, to a host and port",
    tag: "rtp",
    permission: "room",
    body: jsonBody(forwardStart),
    replies: { 201: { description: "It is sent", schema: forwardResult } },
    handle: async ({ params, body }) => {
      const forward = forwardOf(body);
      assertHost(deps, forward.to.address);
      const room = findRoom(deps.directory, params.room);
      return { status: 201, json: describe(await room.rtp.forward(forward)) };
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
      json: findRoom(deps.directory, params.room).rtp.forwards().map(describe),
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
      await findRoom(deps.directory, params.room).rtp.endForward(params.id);
      return { status: 204 };
    },
  }),
];
