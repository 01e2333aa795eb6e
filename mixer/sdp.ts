/** Reading and changing session descriptions, for both directions. Pure. */
import { parse, write, type SessionDescription } from "sdp-transform";
import { MixerError } from "./contract.js";

/** Parses an offer; a `bad-request` says what is wrong with it. */
export const parseOffer = (sdp: string): SessionDescription => {
  if (!sdp.startsWith("v=0"))
    throw new MixerError("bad-request", "The offer is not an SDP");
  let session: SessionDescription;
  try {
    session = parse(sdp);
  } catch (error) {
    throw new MixerError("bad-request", "The offer is not an SDP", {
      cause: error,
    });
  }
  if (!Array.isArray(session.media) || session.media.length === 0)
    throw new MixerError("bad-request", "The offer has no media section");
  return session;
};

/** Names the peer connection that made a description: its `o=` session id stays while the version grows (RFC 8829 §5.2.1). */
export const sessionId = (session: SessionDescription): string =>
  `${session.origin?.sessionId ?? ""}`;

/** Port 0 is a section that is not wanted, unless it shall go over the port of another one (RFC 8843 §6, as Firefox offers). */
export const isWanted = (media: SessionDescription["media"][number]): boolean =>
  media.port !== 0 || media.bundleOnly !== undefined;

/** Whether the offer's sender will send pictures. */
export const sendsVideo = (session: SessionDescription): boolean =>
  session.media.some(
    (media) =>
      media.type === "video" &&
      isWanted(media) &&
      (media.direction ?? "sendrecv").startsWith("send"),
  );

/** Takes header extensions out of an offer, so that the answer does not agree to them. */
export const withoutExtensions = (
  session: SessionDescription,
  uris: readonly string[],
): string => {
  for (const media of session.media)
    media.ext = media.ext?.filter(({ uri }) => !uris.includes(uri));
  return write(session);
};

const CANDIDATE =
  /^a=candidate:(\S+) (\d+) (\S+) (\d+) (\S+) (\d+) typ (\S+)(.*)$/;

/**
 * The answer with the addresses that shall be announced: host candidates of other addresses are left out, and an
 * address that this machine does not have (the outside of a 1:1 NAT) takes the place of a host candidate of its family.
 */
export const announce = (sdp: string, addresses: readonly string[]): string => {
  if (addresses.length === 0) return sdp;
  const lines = sdp.split(/\r?\n/);
  const local = new Set(
    lines.map((line) => CANDIDATE.exec(line)?.[5]).filter((it) => it),
  );
  const foreign = addresses.filter((address) => !local.has(address));
  return lines
    .flatMap((line) => announceLine(line, addresses, foreign))
    .join("\r\n");
};

const announceLine = (
  line: string,
  addresses: readonly string[],
  foreign: readonly string[],
): string[] => {
  const match = CANDIDATE.exec(line);
  if (match === null || match[7] !== "host") return [line];
  const address = match[5]!;
  const family = address.includes(":");
  const substitutes = foreign
    .filter((other) => other.includes(":") === family)
    .map((other) => line.replace(` ${address} `, ` ${other} `));
  return addresses.includes(address) ? [line, ...substitutes] : substitutes;
};

const isHostOf = (match: RegExpExecArray | null, family: 4 | 6): boolean =>
  match?.[7] === "host" && match[5]!.includes(":") === (family === 6);

/** The addresses of this machine that a description names. */
export const hostCandidates = (
  sdp: string,
  family: 4 | 6,
): { address: string; port: number }[] =>
  sdp.split(/\r?\n/).flatMap((line) => {
    const match = CANDIDATE.exec(line);
    if (!isHostOf(match, family)) return [];
    return [{ address: match![5]!, port: Number(match![6]) }];
  });

/** The description with this port, too, at each of its host addresses, to be tried last. */
export const withHostPort = (
  sdp: string,
  family: 4 | 6,
  port: number,
): string =>
  sdp
    .split(/\r?\n/)
    .flatMap((line) => {
      const match = CANDIDATE.exec(line);
      if (!isHostOf(match, family)) return [line];
      const [, foundation, component, protocol, , address] = match!;
      return [
        line,
        `a=candidate:${foundation}${port} ${component} ${protocol} 1 ${address} ${port} typ host`,
      ];
    })
    .join("\r\n");

/**
 * The answer with what each video of it may take, in bits per second (RFC 3890): a sender that listens to nothing else
 * keeps to it.
 */
export const limitVideo = (sdp: string, bitsPerSecond: number): string => {
  const sections = sdp.split(/(?=^m=)/m);
  return sections
    .map((section) => {
      if (!section.startsWith("m=video")) return section;
      // Its place is after the connection line (RFC 8866 §5).
      return section.replace(
        /^c=.*/m,
        (line) => `${line}\r\nb=TIAS:${bitsPerSecond}`,
      );
    })
    .join("");
};

/** An answer that asks the sender of sound for packets of this length (RFC 8866 §6.4). */
export const withPacketTime = (sdp: string, milliseconds: number): string =>
  sdp
    .split(/(?=^m=)/m)
    .map((section) =>
      section.startsWith("m=audio")
        ? section.replace(/^a=rtpmap:/m, `a=ptime:${milliseconds}\r\na=rtpmap:`)
        : section,
    )
    .join("");

const OPUS = /^a=rtpmap:(\d+) opus\//im;

/** What is said of Opus' channels, if anything is. */
const CHANNELS = /;(?:stereo|maxaveragebitrate)=\d+/g;

/**
 * The answer that asks for both channels of the sender's sound, at up to `bitsPerSecond` (RFC 7587 §6.1); or, without a
 * bitrate, for one. An earlier answer of the same connection may have left what it asked for.
 */
export const withStereo = (sdp: string, bitsPerSecond?: number): string => {
  const asked =
    bitsPerSecond === undefined
      ? ""
      : `;stereo=1;maxaveragebitrate=${bitsPerSecond}`;
  return sdp
    .split(/(?=^m=)/m)
    .map((section) => {
      const payload = OPUS.exec(section)?.[1];
      if (!section.startsWith("m=audio") || payload === undefined)
        return section;
      return section.replace(
        new RegExp(`^a=fmtp:${payload} .*`, "m"),
        (line) => `${line.replaceAll(CHANNELS, "")}${asked}`,
      );
    })
    .join("");
};
