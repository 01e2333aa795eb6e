/** Plain RTP over REST: participants without WebRTC, and forwards. */
import { randomBytes } from "node:crypto";
import type { z } from "zod";
import {
  createHosts,
  type RtpHost,
  type RtpPeerOptions,
} from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import { enterRoom } from "../rooms/directory.js";
import type { Room, RtpSession } from "../rooms/types.js";
import { jsonBody } from "./body.js";
import { findRoom } from "./rooms.js";
import { route, type Route, type RouteDeps } from "./route.js";
import { codecOf, rtpDetail, rtpJoin, rtpResult } from "./rtp-schemas.js";
import { sdpOf } from "./rtp-sdp.js";

export type RtpDeps = RouteDeps & {
  /** IP addresses and ranges with which plain RTP may be exchanged; none if absent. */
  readonly rtpHosts?: readonly string[];
};

/** Key and salt. */
export const newSrtpKey = (): string => randomBytes(30).toString("base64");

/** Throws `forbidden` unless packets may go there. */
export const assertHost = (
  { rtpHosts = [] }: RtpDeps,
  address: string | undefined,
): void => {
  if (rtpHosts.length === 0)
    throw new ConferenceError(
      "forbidden",
      "This server exchanges no plain RTP: TUTTI_RTP_HOSTS names nobody",
    );
  if (address === undefined || createHosts(rtpHosts)(address)) return;
  throw new ConferenceError(
    "forbidden",
    `address: ${address} is not in TUTTI_RTP_HOSTS`,
  );
};

const targetOf = ({
  address,
  port,
}: z.output<typeof rtpJoin>): RtpHost | undefined => {
  if (address !== undefined && port !== undefined) return { address, port };
  if (address === undefined && port === undefined) return undefined;
  throw new ConferenceError(
    "bad-request",
    "address and port go together: give both, or neither",
  );
};

const optionsOf = (
  { rtpHosts = [] }: RtpDeps,
  body: z.output<typeof rtpJoin>,
): RtpPeerOptions => {
  const { rtcpMux, timeout, srtp } = body;
  const to = targetOf(body);
  return {
    codec: codecOf(body),
    ...(to !== undefined && { to }),
    hosts: [...rtpHosts],
    ...{ rtcpMux, timeout },
    ...(srtp !== undefined && {
      srtp: { suite: srtp.suite, receive: srtp.key, send: newSrtpKey() },
    }),
  };
};

const describe = ({
  participant,
  options,
  place,
}: RtpSession): z.output<typeof rtpResult> => {
  const { codec, to, rtcpMux, timeout, srtp: keys } = options;
  const { name, ...format } = codec;
  const { ssrc, ...at } = place;
  const srtp = keys && { suite: keys.suite, key: keys.send };
  const session = { codec, ssrc, srtp, rtcpMux };
  return {
    ...{ participant, codec: name, ...format, ...at, ssrc, rtcpMux, timeout },
    ...(srtp !== undefined && { srtp }),
    sdp: sdpOf({ ...session, at, direction: "sendrecv" }),
    ...(to !== undefined && {
      receive: sdpOf({ ...session, at: to, direction: "sendonly" }),
    }),
  };
};

/** Who gets no place does not stay. */
const open = async (
  room: Room,
  participant: string,
  options: RtpPeerOptions,
): Promise<RtpSession> => {
  try {
    return await room.rtp.open(participant, options);
  } catch (error) {
    await room.leave(participant, "left").catch(() => {});
    throw error;
  }
};

const join = async (
  deps: RtpDeps,
  name: string,
  body: z.output<typeof rtpJoin>,
): Promise<RtpSession> => {
  const options = optionsOf(deps, body);
  assertHost(deps, options.to?.address);
  const { room, seat } = await enterRoom(deps.directory, name, {
    ...{ name: body.name, muted: body.muted, camera: false },
    // Whoever manages the room needs no PIN.
    pin: deps.directory.find(name)?.options.pin,
    ...{ role: "participant", kind: "rtp" },
  });
  return open(room, seat.participant, options);
};

export const rtpRoutes = (deps: RtpDeps): Route[] => [
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
      json: describe(await join(deps, params.room, body)),
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
      json: findRoom(deps.directory, params.room).rtp.all().map(describe),
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
      const { rtp } = findRoom(deps.directory, params.room);
      const stats = await rtp.stats(params.id);
      return { json: { ...describe(rtp.get(params.id)), stats } };
    },
  }),
];
