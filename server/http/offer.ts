/** What the HTTP edge has to know of SDP: whether it is one, and whose ICE it belongs to. Pure. */
import { parse } from "sdp-transform";
import { ConferenceError } from "../errors.js";

export type Offer = {
  /** Names the ICE session; absent in an offer that cannot connect. */
  ufrag?: string;
  /** Whether it would send pictures. */
  sendsVideo: boolean;
};

const bad = (message: string): ConferenceError =>
  new ConferenceError("bad-request", `body: ${message}`);

/** Throws `bad-request` for text that is not SDP. */
export const parseOffer = (sdp: string): Offer => {
  const session = parse(sdp);
  if (!sdp.startsWith("v=0") || session.media.length === 0)
    throw bad("not an SDP offer");
  const { iceUfrag, direction: general = "sendrecv" } = session as {
    iceUfrag?: string;
    direction?: string;
  };
  const ufrag = session.media.find((media) => media.iceUfrag)?.iceUfrag;
  return {
    ufrag: ufrag ?? iceUfrag,
    sendsVideo: session.media.some(
      (media) =>
        media.type === "video" &&
        // Port 0 is not wanted, unless over another section's port (RFC 8843 §6).
        (media.port !== 0 || media.bundleOnly !== undefined) &&
        (media.direction ?? general).startsWith("send"),
    ),
  };
};

export type Fragment = {
  ufrag?: string;
  candidates: { mid: string; candidate: string }[];
};

/** A browser with many networks gathers some dozens. */
const MOST_CANDIDATES = 200;
/** As in the messages of the WebSocket. */
const LONGEST_CANDIDATE = 1000;
const LONGEST_MID = 64;

/**
 * Reads a trickle-ice-sdpfrag (RFC 8840). Each candidate belongs to the `a=mid` of its section; before any, to the first.
 * Throws `bad-request`.
 */
export const parseFragment = (text: string): Fragment => {
  const candidates: Fragment["candidates"] = [];
  let ufrag: string | undefined;
  let mid = "0";
  for (const line of text.split(/\r?\n/)) {
    const [, name, value = ""] =
      /^a=(ice-ufrag|mid|candidate):(.*)$/.exec(line.trim()) ?? [];
    if (name === "ice-ufrag") ufrag ??= value;
    if (name === "mid") mid = value;
    if (name === "candidate")
      candidates.push({ mid, candidate: `candidate:${value}` });
    else if (line !== "" && !/^[a-z]=/.test(line))
      throw bad("not an SDP fragment");
  }
  const fits = candidates.every(
    ({ mid, candidate }) =>
      mid.length <= LONGEST_MID && candidate.length <= LONGEST_CANDIDATE,
  );
  if (!fits || candidates.length > MOST_CANDIDATES)
    throw bad("candidates that are no browser's");
  return { ufrag, candidates };
};
