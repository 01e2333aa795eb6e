/** Plain RTP as clients ask for it: participants without WebRTC, and forwards. For the WebSocket and for REST. */
import { randomBytes } from "node:crypto";
import type { z } from "zod";
import {
  createHosts,
  type RtpForward,
  type RtpHost,
  type RtpPeerOptions,
} from "../mixer/contract.js";
import { ConferenceError } from "./errors.js";
import { enterRoom } from "./rooms/directory.js";
import type {
  Directory,
  ForwardSession,
  Room,
  RtpSession,
} from "./rooms/types.js";
import {
  codecOf,
  type forwardResult,
  type forwardStart,
  type rtpJoin,
  type rtpResult,
} from "./rtp-schemas.js";
import { sdpOf } from "./rtp-sdp.js";

/** IP addresses and ranges with which plain RTP may be exchanged. */
type Hosts = readonly string[];

/** Key and salt. */
const newSrtpKey = (): string => randomBytes(30).toString("base64");

/** Throws `forbidden` unless packets may go there. */
const assertHost = (hosts: Hosts, address: string | undefined): void => {
  if (hosts.length === 0)
    throw new ConferenceError(
      "forbidden",
      "This server exchanges no plain RTP: TUTTI_RTP_HOSTS names nobody",
    );
  if (address === undefined || createHosts(hosts)(address)) return;
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
  hosts: Hosts,
  body: z.output<typeof rtpJoin>,
): RtpPeerOptions => {
  const { rtcpMux, timeout, srtp } = body;
  const to = targetOf(body);
  return {
    codec: codecOf(body),
    ...(to !== undefined && { to }),
    hosts: [...hosts],
    ...{ rtcpMux, timeout },
    ...(srtp !== undefined && {
      srtp: { suite: srtp.suite, receive: srtp.key, send: newSrtpKey() },
    }),
  };
};

/** A participant's session as clients see it. */
export const showSession = ({
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

/** Throws `forbidden` for an address that is not allowed, and what joining a room does. */
export const joinByRtp = async (
  directory: Directory,
  hosts: Hosts,
  name: string,
  body: z.output<typeof rtpJoin>,
): Promise<RtpSession> => {
  const options = optionsOf(hosts, body);
  assertHost(hosts, options.to?.address);
  const { room, seat } = await enterRoom(directory, name, {
    ...{ name: body.name, muted: body.muted, camera: false },
    // Whoever manages the room needs no PIN.
    pin: directory.find(name)?.options.pin,
    ...{ role: "participant", kind: "rtp" },
  });
  return open(room, seat.participant, options);
};

const forwardOf = (
  body: z.output<typeof forwardStart>,
): Omit<RtpForward, "id"> => {
  const { address, port, what, srtp } = body;
  const asked = { codec: codecOf(body), what, to: { address, port } };
  if (srtp === undefined) return asked;
  const key = "key" in srtp ? srtp.key : newSrtpKey();
  return { ...asked, srtp: { suite: srtp.suite, send: key, receive: key } };
};

/** Throws `forbidden` for an address that is not allowed, `no-such-participant`, `conflict` for one too many. */
export const startForward = (
  hosts: Hosts,
  findRoom: () => Room,
  body: z.output<typeof forwardStart>,
): Promise<ForwardSession> => {
  const forward = forwardOf(body);
  assertHost(hosts, forward.to.address);
  return findRoom().rtp.forward(forward);
};

/** A forward as clients see it. */
export const showForward = ({
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
