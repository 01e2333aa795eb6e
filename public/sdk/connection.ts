import {
  createRenewal,
  renewSound,
  soundStats,
  type Renewal,
} from "../../mixer/renewal.js";
import { asCallError, type CallError } from "./errors.js";

export type ConnectionOptions = {
  iceServers: () => RTCIceServer[];
  /** Puts the transceivers into a fresh connection, before its offer. */
  prepare: (connection: RTCPeerConnection) => void;
  /** Says in the offer what a browser cannot be told otherwise. */
  edit?: (sdp: string) => string;
  /** Sound that is late of a line which is good again is received anew, with a buffer that remembers nothing. */
  keepsPunctual?: boolean;
  /** Takes the offer to the server and brings its answer. */
  negotiate: (sdp: string) => Promise<string>;
  sendCandidate: (candidate: string, mid: string) => void;
};

export type ConnectionEvents = {
  onConnected: () => void;
  /** May come back by itself. */
  onDisconnected: () => void;
  /** Will not; with an error when it was the negotiation that failed. */
  onFailed: (error?: CallError) => void;
};

const describe = async (
  rtc: RTCPeerConnection,
  edit: ConnectionOptions["edit"],
): Promise<void> => {
  if (edit === undefined) return rtc.setLocalDescription();
  const { sdp = "", type } = await rtc.createOffer();
  await rtc.setLocalDescription({ type, sdp: edit(sdp) });
};

/** Offers at once, without waiting for candidates: the server learns ours from our first checks, and by message. */
const negotiate = async (
  rtc: RTCPeerConnection,
  options: ConnectionOptions,
): Promise<void> => {
  await describe(rtc, options.edit);
  const sdp = await options.negotiate(rtc.localDescription?.sdp ?? "");
  // Closed meanwhile: then nobody waits for it.
  if (rtc.signalingState === "closed") return;
  await rtc.setRemoteDescription({ type: "answer", sdp });
};

/** Sends candidates as they are found; those found before the server knows the offer wait for that. */
const trickle = (
  rtc: RTCPeerConnection,
  send: ConnectionOptions["sendCandidate"],
): (() => void) => {
  let early: RTCIceCandidate[] | undefined = [];
  rtc.onicecandidate = ({ candidate }) => {
    // The empty one says "no more", which the server need not know.
    if (candidate === null || candidate.candidate === "") return;
    if (early !== undefined) early.push(candidate);
    else send(candidate.candidate, candidate.sdpMid ?? "0");
  };
  return () => {
    const found = early ?? [];
    early = undefined;
    for (const { candidate, sdpMid } of found) send(candidate, sdpMid ?? "0");
  };
};

/** The server's last answer, to offers that it is not told of. */
const renewalOf = (
  rtc: RTCPeerConnection,
  { edit }: ConnectionOptions,
  onFailed: () => void,
): Renewal =>
  createRenewal({
    stats: async () => soundStats((await rtc.getStats()).values()),
    renew: async () => {
      try {
        await renewSound(rtc.remoteDescription?.sdp ?? "", async (sdp) => {
          await describe(rtc, edit);
          await rtc.setRemoteDescription({ type: "answer", sdp });
        });
      } catch (error) {
        // Who knows what it receives now.
        onFailed();
        throw error;
      }
    },
  });

/** One peer connection to the server, from its offer to `close`. After `close` it says nothing more. */
export const openConnection = (
  options: ConnectionOptions,
  events: ConnectionEvents,
): { close(): void } => {
  const rtc = new RTCPeerConnection({
    iceServers: options.iceServers(),
    bundlePolicy: "max-bundle",
  });
  let closed = false;
  options.prepare(rtc);
  const onFailed = (): void => {
    if (!closed) events.onFailed();
  };
  const renewal = options.keepsPunctual
    ? renewalOf(rtc, options, onFailed)
    : undefined;
  const sendEarly = trickle(rtc, options.sendCandidate);
  rtc.onconnectionstatechange = () => {
    if (closed) return;
    renewal?.setActive(rtc.connectionState === "connected");
    if (rtc.connectionState === "connected") events.onConnected();
    if (rtc.connectionState === "disconnected") events.onDisconnected();
    if (rtc.connectionState === "failed") events.onFailed();
  };
  negotiate(rtc, options).then(
    () => {
      if (!closed) sendEarly();
    },
    (error: unknown) => {
      if (!closed) events.onFailed(asCallError(error));
    },
  );
  return {
    close: () => {
      closed = true;
      renewal?.close();
      rtc.close();
    },
  };
};
