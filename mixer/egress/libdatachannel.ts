/** The only import of node-datachannel: a sending peer connection that answers an offer. Traps are named where they are avoided. */
import { randomInt } from "node:crypto";
import nd, { type PeerConnection, type Track } from "node-datachannel";
import { MixerError, type MixerOptions } from "../contract.js";
import { announce } from "../sdp.js";
import type { Wire } from "./leg.js";
import type { MediaPlan } from "./offer.js";
import { withFront, type Front } from "./front.js";
import { EXTENSION_URI } from "./rtp.js";

export type TransportState = "connected" | "closed";

export type SendingTrack = {
  plan: MediaPlan;
  ssrc: number;
  wire: Wire;
  /** Called once when packets can be sent; "connected" alone is too early. */
  onOpen: (opened: () => void) => void;
  onRtcp: (received: (packet: Buffer) => void) => void;
};

export type SendingPeer = {
  readonly tracks: readonly SendingTrack[];
  /** Sets the offer, gathers, and gives the answer with all candidates. */
  answer: (offer: string) => Promise<string>;
  addCandidate: (candidate: string, mid: string) => void;
  close: () => void;
};

export type IceOptions = Pick<
  MixerOptions,
  "mediaAddresses" | "mediaPorts" | "iceServers"
>;

/** Gathering waits for STUN and TURN servers this long at most; host candidates are there at once. */
const GATHERING_LIMIT_MS = 2000;

const MSID = "mix";
const CNAME = "tutti";

const addCodec = (media: nd.Audio | nd.Video, plan: MediaPlan): void => {
  const { codec, payloadType, redundantType, parameters } = plan;
  if ("addOpusCodec" in media) {
    media.addOpusCodec(payloadType, parameters);
    if (redundantType !== 0)
      media.addAudioCodec(
        redundantType,
        "red",
        `${payloadType}/${payloadType}`,
      );
    return;
  }
  if (codec === "vp8") media.addVP8Codec(payloadType);
  else if (codec === "vp9") media.addVP9Codec(payloadType);
  else if (codec === "av1") media.addAV1Codec(payloadType);
  else media.addH264Codec(payloadType, parameters);
  // The library writes none for VP9.
  if (codec === "vp9")
    media.parseSdpLine(`a=fmtp:${payloadType} ${parameters}`);
};

const describeMedia = (plan: MediaPlan, ssrc: number) => {
  const media =
    plan.kind === "audio"
      ? new nd.Audio(plan.mid, "SendOnly")
      : new nd.Video(plan.mid, "SendOnly");
  addCodec(media, plan);
  media.addSSRC(ssrc, CNAME, MSID, `${MSID}-${plan.kind}`);
  if (plan.sendTimeId !== 0)
    media.parseSdpLine(`a=extmap:${plan.sendTimeId} ${EXTENSION_URI.sendTime}`);
  if (plan.playoutDelayId !== 0)
    media.parseSdpLine(
      `a=extmap:${plan.playoutDelayId} ${EXTENSION_URI.playoutDelay}`,
    );
  if (plan.transportId !== 0) {
    media.parseSdpLine(
      `a=extmap:${plan.transportId} ${EXTENSION_URI.transport}`,
    );
    media.parseSdpLine(`a=rtcp-fb:${plan.payloadType} transport-cc`);
  }
  if (plan.kind === "video")
    media.parseSdpLine(`a=rtcp-fb:${plan.payloadType} ccm fir`);
  return media;
};

const openTrack = (peer: PeerConnection, plan: MediaPlan): SendingTrack => {
  const ssrc = randomInt(1, 0xffffffff);
  // The JS references must live as long as the connection: a collected track closes itself.
  const track: Track = peer.addTrack(describeMedia(plan, ssrc));
  track.onError(() => undefined);
  let open = false;
  track.onClosed(() => (open = false));
  const send = (packet: Buffer): boolean => {
    if (!open) return false;
    try {
      return track.sendMessageBinary(packet);
    } catch {
      // Closed underneath; the connection's state change follows.
      open = false;
      return false;
    }
  };
  return {
    plan,
    ssrc,
    wire: { isOpen: () => open, send },
    onOpen: (opened) =>
      track.onOpen(() => {
        open = true;
        opened();
      }),
    onRtcp: (received) => track.onMessage(received),
  };
};

/** RTCIceServer objects as libdatachannel's URLs. */
const iceUrls = (servers: IceOptions["iceServers"]): string[] =>
  servers.flatMap(({ urls, username, credential }) =>
    [urls].flat().map((url) => {
      if (username === undefined) return url;
      const user = `${encodeURIComponent(username)}:${encodeURIComponent(credential ?? "")}`;
      return url.replace(/^(turns?:)/, `$1${user}@`);
    }),
  );

const gathered = (peer: PeerConnection): Promise<void> =>
  new Promise((resolve) => {
    const limit = setTimeout(resolve, GATHERING_LIMIT_MS);
    const done = (): void => {
      clearTimeout(limit);
      resolve();
    };
    if (peer.gatheringState() === "complete") return done();
    peer.onGatheringStateChange((state) => {
      if (state === "complete") done();
    });
  });

const closedMeanwhile = (): MixerError =>
  new MixerError("failed", "The connection closed meanwhile");

/** Takes the offer and gathers. Rejects with `bad-request` for one that cannot be answered. */
const describe = async (
  peer: PeerConnection,
  offer: string,
): Promise<string> => {
  try {
    peer.setRemoteDescription(offer, "offer");
    peer.setLocalDescription("answer");
  } catch (cause) {
    const message = "The offer cannot be answered";
    throw new MixerError("bad-request", message, { cause });
  }
  await gathered(peer);
  const sdp = peer.localDescription()?.sdp;
  if (sdp === undefined) throw closedMeanwhile();
  return sdp;
};

/** A peer connection that will send what the plans say. It answers; offering with libdatachannel races (see ARCHITECTURE). */
export const openSendingPeer = (
  id: string,
  plans: readonly MediaPlan[],
  ice: IceOptions,
  onState: (state: TransportState) => void,
): SendingPeer => {
  const peer = new nd.PeerConnection(id, {
    iceServers: iceUrls(ice.iceServers),
    disableAutoNegotiation: true,
    portRangeBegin: ice.mediaPorts.min,
    portRangeEnd: ice.mediaPorts.max,
  });
  const tracks = plans.map((plan) => openTrack(peer, plan));
  let front: Front | undefined;
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    front?.close();
    peer.close();
    onState("closed");
  };
  peer.onStateChange((state) => {
    if (closed) return;
    if (state === "connected") onState("connected");
    if (state === "failed" || state === "closed" || state === "disconnected")
      close();
  });
  const answer = async (offer: string): Promise<string> => {
    try {
      const described = await withFront(await describe(peer, offer), ice);
      front = described.front;
      if (closed) throw closedMeanwhile();
      return announce(described.sdp, ice.mediaAddresses);
    } catch (error) {
      front?.close();
      close();
      throw error;
    }
  };
  const addCandidate = (candidate: string, mid: string): void => {
    if (!closed) peer.addRemoteCandidate(candidate, mid);
  };
  return { tracks, answer, addCandidate, close };
};
