/** Somebody who receives: one sending peer connection with a leg for sound and one for the picture. */
import { now, wallTime } from "../clock.js";
import type { SubscriptionId } from "../contract.js";
import type { Counters } from "../counters.js";
import type { Micros, VideoCodec } from "../media.js";
import { parseOffer } from "../sdp.js";
import { Leg } from "./leg.js";
import {
  openSendingPeer,
  type IceOptions,
  type SendingTrack,
  type TransportState,
} from "./libdatachannel.js";
import { planSubscribe } from "./offer.js";
import { parseRtcp } from "./rtcp.js";
import { sendTime24 } from "./rtp.js";

export type SubscriberOptions = {
  id: SubscriptionId;
  ice: IceOptions;
  counters: Counters;
  /** Packets can be sent on this leg from now on: attach it to a stream. */
  onOpen: (leg: SubscriberLeg) => void;
  onState: (state: TransportState) => void;
};

export type SubscriberLeg = {
  kind: "audio" | "video";
  codec: VideoCodec | "opus";
  leg: Leg;
};

export type Subscriber = {
  readonly legs: readonly SubscriberLeg[];
  readonly answer: string;
  /** What the receiver thinks its line carries, bits per second; undefined before it said so. */
  readonly estimate: number | undefined;
  /** Sends sender reports: once a second. */
  report: (at: Micros) => void;
  addCandidate: (candidate: string, mid: string) => void;
  /** Idempotent; `onState("closed")` is called before it returns. */
  close: () => void;
};

/** Answers an offer that receives. Rejects with `bad-request` or `not-acceptable`. */
export const openSubscriber = async (
  sdp: string,
  options: SubscriberOptions,
): Promise<Subscriber> => {
  const plan = planSubscribe(parseOffer(sdp));
  const plans = [plan.audio, plan.video].filter((it) => it !== undefined);
  const peer = openSendingPeer(options.id, plans, options.ice, options.onState);
  let estimate: number | undefined;
  const legs = peer.tracks.map((track) =>
    openLeg(track, options, (bitsPerSecond) => (estimate = bitsPerSecond)),
  );
  const answer = await peer.answer(sdp);
  return {
    legs,
    answer,
    get estimate() {
      return estimate;
    },
    report: (at) => {
      for (const { leg } of legs) leg.report(wallTime(at), at);
    },
    addCandidate: peer.addCandidate,
    close: peer.close,
  };
};

const openLeg = (
  track: SendingTrack,
  options: SubscriberOptions,
  onEstimate: (bitsPerSecond: number) => void,
): SubscriberLeg => {
  const { plan, ssrc } = track;
  const leg = new Leg(track.wire, { ssrc, ...plan }, options.counters);
  const opened = { kind: plan.kind, codec: plan.codec, leg };
  // A compound packet may reach both tracks, so each takes only what names its own SSRC.
  const handlers = {
    nack: (about: number, sequence: number) => {
      if (about === ssrc) leg.resend(sequence, sendTime24(wallTime(now())));
    },
    keyRequest: (about: number) => {
      if (about === ssrc) leg.source?.requestKey();
    },
    estimate: onEstimate,
    report: (block: Parameters<Leg["received"]>[0]) => {
      if (block.ssrc === ssrc) leg.received(block, wallTime(now()));
    },
    bye: () => undefined,
  };
  track.onRtcp((packet) => parseRtcp(packet, handlers));
  track.onOpen(() => {
    const at = now();
    options.onOpen(opened);
    leg.report(wallTime(at), at);
  });
  return opened;
};
