/** What the server and a mixer say to each other about plain RTP: participants without WebRTC, and forwards. */
import type { ParticipantId } from "./contract-picture.js";

export { createHosts, isHostRange } from "./hosts.js";

export type RtpCodecName = "opus" | "pcmu" | "pcma" | "l16";

/** A way to carry sound. `rate` in Hz, `ptime` in milliseconds: 5, 10 or 20, of Opus 20. */
export type RtpCodec = {
  name: RtpCodecName;
  rate: number;
  channels: 1 | 2;
  payloadType: number;
  ptime: number;
};

export type SrtpSuite = "AES_CM_128_HMAC_SHA1_80" | "AES_CM_128_HMAC_SHA1_32";

/** Master keys with their salts, 30 bytes as base64 (RFC 4568): of what the mixer sends, and of what it gets. */
export type SrtpKeys = { suite: SrtpSuite; send: string; receive: string };

/** An IP address and a UDP port. */
export type RtpHost = { address: string; port: number };

export type RtpPeerOptions = {
  codec: RtpCodec;
  /** Where to send; undefined = to whoever sends here first. Packets from other addresses are dropped either way. */
  to?: RtpHost;
  /** IP addresses and CIDR ranges with which packets may be exchanged; `*` = all. */
  hosts: string[];
  /** RTCP goes over the port of RTP; else over the next one. */
  rtcpMux: boolean;
  /** Seconds without a packet after which it counts as lost. */
  timeout: number;
  srtp?: SrtpKeys;
  /** The port that it had in a mixer before this one: taken again if it is free. */
  port?: number;
};

/** Where the mixer is: `port` is even, the next one takes RTCP unless that is multiplexed. */
export type RtpPlace = RtpHost & { ssrc: number };

/** Packets since the beginning. */
export type RtpStats = {
  received: number;
  sent: number;
  /** Never came, or too late to be heard; what was played instead is made up. */
  lost: number;
  late: number;
  duplicate: number;
  /** Came from another address than the agreed one. */
  foreign: number;
  /** No RTP, of another payload type, or with a wrong authentication tag. */
  invalid: number;
  /** Of what the other side gets: fraction lost, 0 to 1, and round trip in milliseconds, once it has reported. */
  remote: { lost: number; roundTrip?: number };
  /** Where packets come from, once some came. */
  from?: RtpHost;
};

export type RtpForwardId = string;

export type RtpForward = {
  id: RtpForwardId;
  /** The whole mix, or one participant's voice alone. */
  what: "mix" | { participant: ParticipantId };
  codec: RtpCodec;
  to: RtpHost;
  /** As of participants; only `send` is used. */
  srtp?: SrtpKeys;
};

type InRoom = { room: string };

/** Joined to `Requests` of the contract. */
export type RtpRequests = {
  /** Gives a participant that was added a place for its packets. Its states are told by `ingest`. */
  "rtp.open": {
    params: InRoom & { participant: ParticipantId; options: RtpPeerOptions };
    result: RtpPlace;
  };
  "rtp.stats": {
    params: InRoom & { participant: ParticipantId };
    result: RtpStats;
  };
  "forward.open": {
    params: InRoom & { forward: RtpForward };
    result: RtpPlace;
  };
  /** An unknown one is nothing. */
  "forward.close": { params: InRoom & { forward: RtpForwardId }; result: null };
};
