/** Offers in, answers out: of the clients, and our own to ourselves. */
import type { SessionDescription } from "sdp-transform";
import { MixerError, type MixerOptions } from "../contract.js";
import { renewSound } from "../renewal.js";
import {
  announce,
  limitVideo,
  withoutExtensions,
  withPacketTime,
  withStereo,
} from "../sdp.js";
import type { ReceivingConnection } from "./wrtc.js";

export type NegotiationOptions = {
  ice: Pick<MixerOptions, "mediaAddresses" | "mediaPorts" | "iceServers">;
  /** Whether both channels of its sound are to be sent, at a bitrate for music; asked with each offer. */
  sendsStereo: () => boolean;
  /** Whether they are decoded, too, and not their mean. */
  stereo: () => boolean;
  /** What the answer asks the sender's video to keep to, in bits per second. */
  videoBitrate: number;
};

export type Negotiation = {
  /** Rejects with `bad-request` or `not-acceptable`. */
  answer: (offer: SessionDescription) => Promise<string>;
  /** Decodes as many channels as are wanted now, if both are sent. The client is told nothing. */
  followStereo: () => Promise<void>;
  /** Receives the sound by a new stream. The client is told nothing: its offer and our answer stay what they are. */
  renew: () => Promise<void>;
};

/** Without it a phone turns the picture itself before it encodes; swscale cannot. */
const ORIENTATION = ["urn:3gpp:video-orientation"];
const GATHERING_LIMIT_MS = 2000;
/**
 * Asked of senders: half of Opus' usual 20 ms. Mouth to ear in Chromium, quiet machine, two runs each: p50 155 → 142 ms,
 * p95 165 → 147 ms, for 50 packets a second more from who speaks; what goes out keeps 20 ms.
 */
const PACKET_TIME_MS = 10;
/** Bits per second of stereo music that nobody tells from the original. */
const MUSIC_BITRATE = 128_000;
const DECODABLE = /^(opus|VP8|VP9|AV1|AV1X)$/i;

const gathered = (peer: ReceivingConnection): Promise<void> =>
  new Promise((resolve) => {
    if (peer.iceGatheringState === "complete") return resolve();
    const done = (): void => {
      clearTimeout(limit);
      peer.onicegatheringstatechange = null;
      resolve();
    };
    const limit = setTimeout(done, GATHERING_LIMIT_MS);
    peer.onicegatheringstatechange = () => {
      if (peer.iceGatheringState === "complete") done();
    };
  });

const isDecodable = (media: {
  type: string;
  port: number;
  direction?: string;
  rtp: { codec: string }[];
}): boolean =>
  media.direction !== "recvonly" &&
  media.rtp.some(({ codec }) => DECODABLE.test(codec));

/** An offer, whether both channels were asked for in answer to it, and whether both are decoded. */
type Offered = { sdp: string; asked: boolean; stereo: boolean };
type Accepted = Pick<Offered, "sdp" | "stereo">;

/** Takes an offer in; what we answer is then in the local description. */
const accept = async (
  peer: ReceivingConnection,
  { sdp, stereo }: Accepted,
): Promise<void> => {
  await peer.setRemoteDescription({ type: "offer", sdp });
  const { type, sdp: made } = await peer.createAnswer();
  // What is decoded to two channels is what our own description says, whatever the sender is told.
  const answered = withStereo(made, stereo ? MUSIC_BITRATE : undefined);
  await peer.setLocalDescription({ type, sdp: answered });
};

/** Sets the offer, gathers, and gives the answer with all candidates. */
const negotiate = async (
  peer: ReceivingConnection,
  { sdp, asked, stereo }: Offered,
  { ice, videoBitrate }: NegotiationOptions,
): Promise<string> => {
  try {
    await accept(peer, { sdp, stereo });
  } catch (error) {
    const message = `The offer cannot be answered: ${String(error)}`;
    throw new MixerError("bad-request", message, { cause: error });
  }
  await gathered(peer);
  const made = peer.localDescription?.sdp ?? "";
  const told = asked ? withStereo(made, MUSIC_BITRATE) : made;
  const answer = announce(told, ice.mediaAddresses);
  return withPacketTime(limitVideo(answer, videoBitrate), PACKET_TIME_MS);
};

/** The descriptions of one connection, one after the other. */
export const createNegotiation = (
  peer: ReceivingConnection,
  options: NegotiationOptions,
): Negotiation => {
  let last: Offered | undefined;
  let before: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = before.then(work, work);
    before = done.catch(() => undefined);
    return done;
  };
  return {
    answer: async (offer: SessionDescription): Promise<string> => {
      if (!offer.media.some(isDecodable))
        throw new MixerError(
          "not-acceptable",
          "Nothing in the offer fits: this server takes Opus, VP8, VP9 and AV1",
        );
      const sdp = withoutExtensions(offer, ORIENTATION);
      return inTurn(() => {
        const asked = options.sendsStereo();
        last = { sdp, asked, stereo: asked && options.stereo() };
        return negotiate(peer, last, options);
      });
    },
    followStereo: () =>
      inTurn(async () => {
        const stereo = options.stereo();
        if (last === undefined || !last.asked || last.stereo === stereo) return;
        const next = { ...last, stereo };
        await accept(peer, next);
        last = next;
      }),
    renew: () =>
      inTurn(async () => {
        if (last === undefined) return;
        const { sdp, stereo } = last;
        await renewSound(sdp, (offer) => accept(peer, { sdp: offer, stereo }));
      }),
  };
};
