/** Sessions of plain RTP in the words of SDP (RFC 8866), for SIP equipment and for players. Pure. */
import { isIPv6 } from "node:net";
import type { RtpCodec, RtpHost, SrtpSuite } from "../mixer/contract.js";

export type SdpSession = {
  /** Where packets are to arrive. */
  at: RtpHost;
  codec: RtpCodec;
  /** Of what the server sends. */
  ssrc: number;
  /** With which the server sends. */
  srtp?: { suite: SrtpSuite; key: string };
  rtcpMux: boolean;
  direction: "sendrecv" | "sendonly";
};

/** A name that may be in a line of its own. */
const NAMES = { opus: "opus", pcmu: "PCMU", pcma: "PCMA", l16: "L16" } as const;

/** Milliseconds in a packet that the server takes: half of what its queue of a voice holds. */
const MOST_PTIME = 60;

const rtpmapOf = ({ name, rate, channels }: RtpCodec): string => {
  // Opus is always said to be so (RFC 7587).
  if (name === "opus") return "opus/48000/2";
  return `${NAMES[name]}/${rate}${channels === 1 ? "" : `/${channels}`}`;
};

const formatOf = ({ name, channels, payloadType }: RtpCodec): string[] => {
  if (name !== "opus") return [];
  const stereo = channels - 1;
  return [
    `a=fmtp:${payloadType} useinbandfec=1;stereo=${stereo};sprop-stereo=${stereo}`,
  ];
};

export const sdpOf = (session: SdpSession): string => {
  const { at, codec, ssrc, srtp, rtcpMux, direction } = session;
  const { payloadType, ptime } = codec;
  const address = `IN IP${isIPv6(at.address) ? 6 : 4} ${at.address}`;
  const profile = srtp === undefined ? "RTP/AVP" : "RTP/SAVP";
  return [
    "v=0",
    `o=- ${ssrc} 1 ${address}`,
    "s=Tutti",
    `c=${address}`,
    "t=0 0",
    `m=audio ${at.port} ${profile} ${payloadType}`,
    `a=rtpmap:${payloadType} ${rtpmapOf(codec)}`,
    ...formatOf(codec),
    `a=ptime:${ptime}`,
    `a=maxptime:${MOST_PTIME}`,
    `a=${direction}`,
    ...(rtcpMux ? ["a=rtcp-mux"] : []),
    ...(srtp === undefined
      ? []
      : [`a=crypto:1 ${srtp.suite} inline:${srtp.key}`]),
    `a=ssrc:${ssrc} cname:tutti`,
    "",
  ].join("\r\n");
};
