/** Somebody who receives: one sending peer connection with a leg for sound and one for the picture. */
import { now, wallTime } from "../clock.js";
import type { SubscriptionId } from "../contract.js";
import type { Counters } from "../counters.js";
import type { Micros, VideoCodec } from "../media.js";
import { parseOffer } from "../sdp.js";
import { GuessedMeter } from "./guessed-meter.js";
import { Leg } from "./leg.js";
import {
  openSendingPeer,
  type IceOptions,
  type SendingTrack,
  type TransportState,
} from "./libdatachannel.js";
import type { Line } from "./line.js";
import { ToldMeter } from "./line-meter.js";
import { createWatch } from "./line-watch.js";
import { planSubscribe } from "./offer.js";
import { parseRtcp, type RtcpHandlers } from "./rtcp.js";

export type SubscriberOptions = {
  id: SubscriptionId;
  ice: IceOptions;
  counters: Counters;
  /** Video codecs that may be given; H.264 and VP8 by default. */
  codecs?: readonly VideoCodec[];
  /** Packets can be sent on this leg from now on: attach it to a stream. */
  onOpen: (leg: SubscriberLeg) => void;
  onState: (state: TransportState) => void;
  /** The line has just become full, or a try has found its end: choose a stream now. */
  onFull?: () => void;
};

export type SubscriberLeg = {
  kind: "audio" | "video";
  codec: VideoCodec | "opus";
  leg: Leg;
};

export type Subscriber = {
  readonly legs: readonly SubscriberLeg[];
  readonly answer: string;
  /** What is known of the line now, for the ladder. The object is reused. */
  readonly line: Line;
  /** Tries out what the line carries, up to this rate (bits per second), with padding; 0 ends it. */
  probe: (bitsPerSecond: number) => void;
  /** Whether sound shall take few bits, whatever the line carries. */
  spareSound: (thrifty: boolean) => void;
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
  const plan = planSubscribe(parseOffer(sdp), options.codecs);
  const plans = [plan.audio, plan.video].filter((it) => it !== undefined);
  const peer = openSendingPeer(options.id, plans, options.ice, options.onState);
  const told = plans.every(({ transportId }) => transportId !== 0);
  const meter = told ? new ToldMeter() : new GuessedMeter();
  const legs = peer.tracks.map((track) => openLeg(track, meter, options));
  const audio = legs.find(({ kind }) => kind === "audio")?.leg;
  const video = legs.find(({ kind }) => kind === "video")?.leg;
  if (audio !== undefined) audio.companion = video;
  const watched = { audio, video, thrifty: false };
  const watch = createWatch(meter, watched, options.onFull);
  for (const track of peer.tracks) listen(track, legs, meter, watch);
  const answer = await peer.answer(sdp);
  return {
    legs,
    answer,
    get line() {
      const { roundTrip } = (video ?? audio)!.quality;
      return meter.line(now(), roundTrip);
    },
    probe: (bitsPerSecond) => {
      const at = now();
      video?.probe(bitsPerSecond, meter.line(at).carried, at);
    },
    spareSound: (thrifty) => {
      watched.thrifty = thrifty;
      // The receiver's next report takes it back.
      if (thrifty && audio !== undefined) audio.lean = true;
    },
    report: (at) => {
      for (const { leg } of legs) leg.report(wallTime(at), at);
    },
    addCandidate: peer.addCandidate,
    close: peer.close,
  };
};

type Meter = ToldMeter | GuessedMeter;

const openLeg = (
  { plan, ssrc, wire, onOpen }: SendingTrack,
  meter: Meter,
  options: SubscriberOptions,
): SubscriberLeg => {
  const { kind } = plan;
  const leg = new Leg(wire, { ssrc, ...plan }, options.counters, (bytes, at) =>
    meter.sent(bytes, kind, at),
  );
  const opened = { kind, codec: plan.codec, leg };
  onOpen(() => {
    const at = now();
    options.onOpen(opened);
    leg.report(wallTime(at), at);
  });
  return opened;
};

/** A compound packet may reach both tracks, so each leg is told only what names its own SSRC, by its own track. */
const listen = (
  { ssrc, plan, onRtcp }: SendingTrack,
  legs: readonly SubscriberLeg[],
  meter: Meter,
  watch: (at: Micros) => void,
): void => {
  const { leg } = legs.find((it) => it.leg.ssrc === ssrc)!;
  const told = meter instanceof ToldMeter;
  const handlers: RtcpHandlers = {
    nack: (about, sequence) => {
      if (about === ssrc) leg.resend(sequence, now());
    },
    keyRequest: (about) => {
      if (about === ssrc) leg.source?.requestKey();
    },
    estimate: (bitsPerSecond) => {
      if (!told) meter.remb(bitsPerSecond, now());
    },
    report: (block) => {
      if (block.ssrc !== ssrc) return;
      leg.received(block, now());
      if (!told && plan.kind === "video")
        meter.report(block.lost, leg.quality.roundTrip, now());
    },
    transport: (part) => {
      if (told) meter.feedback(part, now());
    },
    bye: () => undefined,
  };
  onRtcp((packet) => {
    parseRtcp(packet, handlers);
    watch(now());
  });
};
