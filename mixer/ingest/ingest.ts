/** One participant's publication: an offer in, decoded sound and pictures out. */
import type { SessionDescription } from "sdp-transform";
import { MixerError, type IngestStatus } from "../contract.js";
import type { I420Frame } from "../media.js";
import { createRenewal, soundStats, type Renewal } from "../renewal.js";
import { parseOffer, sendsVideo, sessionId } from "../sdp.js";
import {
  createNegotiation,
  type Negotiation,
  type NegotiationOptions,
} from "./negotiation.js";
import {
  openConnection,
  startAudioSink,
  startVideoSink,
  type AudioBlock,
  type MediaTrack,
  type ReceivingConnection,
  type RunningSink,
} from "./wrtc.js";

export type IngestOptions = NegotiationOptions & {
  onAudio: (block: AudioBlock) => void;
  onVideo: (frame: I420Frame) => void;
  /** `lost` may be followed by `connected` again; `closed` comes last, once. */
  onState: (state: IngestStatus["state"]) => void;
  /** The sound's jitter buffer was replaced by a new one, since it was still late of a line that is good again. */
  onRenewed: () => void;
};

export type Ingest = {
  /** Whether the offer announced a picture. */
  readonly sendsVideo: boolean;
  /** Whether an offer comes from the peer connection that this one already answers. */
  isFrom: (sdp: string) => boolean;
  /** Answers the first offer, or renegotiates. Rejects with `bad-request` or `not-acceptable`. */
  answer: (sdp: string) => Promise<string>;
  /** Both channels are decoded, if they are wanted now. Rejects when the connection refuses it; then all is as it was. */
  followStereo: () => Promise<void>;
  /** Sound that nobody wants (a muted participant's) is not even handed over. */
  setAudioWanted: (wanted: boolean) => void;
  /** Nor are pictures that no view shows. Wanted again, the next one that arrives is handed over. */
  setVideoWanted: (wanted: boolean) => void;
  addCandidate: (candidate: string, mid: string) => Promise<void>;
  /** Stops the sinks, closes the connection. Idempotent. */
  close: () => void;
};

export const createIngest = (options: IngestOptions): Ingest => {
  const { iceServers, mediaPorts: portRange } = options.ice;
  const bundlePolicy = "max-bundle";
  const peer = openConnection({ iceServers, bundlePolicy, portRange });
  const sinks = createSinks(options);
  const negotiation = createNegotiation(peer, options);
  const renewal = renewalOf(peer, negotiation, options);
  let offer: SessionDescription | undefined;
  let closed = false;

  renewal.setActive(true);
  peer.ontrack = ({ track }) => sinks.add(track);
  peer.onconnectionstatechange = () => {
    if (closed) return;
    const state = stateOf(peer.connectionState);
    if (state !== undefined) options.onState(state);
  };

  return {
    get sendsVideo() {
      return offer !== undefined && sendsVideo(offer);
    },
    isFrom: (sdp) =>
      offer !== undefined && sessionId(parseOffer(sdp)) === sessionId(offer),
    answer: async (sdp) => {
      offer = parseOffer(sdp);
      return negotiation.answer(offer);
    },
    followStereo: negotiation.followStereo,
    setAudioWanted: (wanted) => {
      sinks.setWanted("audio", wanted);
      renewal.setActive(wanted);
    },
    setVideoWanted: (wanted) => sinks.setWanted("video", wanted),
    addCandidate: async (candidate, mid) => {
      if (closed || candidate === "") return;
      await addCandidate(peer, candidate, mid);
    },
    close: () => {
      if (closed) return;
      closed = true;
      renewal.close();
      sinks.close();
      peer.ontrack = null;
      peer.onconnectionstatechange = null;
      peer.onicegatheringstatechange = null;
      peer.close();
      options.onState("closed");
    },
  };
};

const renewalOf = (
  peer: ReceivingConnection,
  negotiation: Negotiation,
  { onRenewed }: IngestOptions,
): Renewal =>
  createRenewal({
    stats: async () =>
      peer.connectionState === "connected"
        ? soundStats((await peer.getStats()).values())
        : undefined,
    renew: async () => {
      await negotiation.renew();
      onRenewed();
    },
  });

const addCandidate = (
  peer: ReceivingConnection,
  candidate: string,
  mid: string,
): Promise<void> =>
  peer.addIceCandidate({ candidate, sdpMid: mid }).catch((error: unknown) => {
    throw new MixerError("bad-request", `Not a candidate: ${String(error)}`);
  });

const stateOf = (connection: string): IngestStatus["state"] | undefined => {
  if (connection === "connecting" || connection === "connected")
    return connection;
  return connection === "failed" || connection === "disconnected"
    ? "lost"
    : undefined;
};

type MediaSink = {
  /** The newest track takes the place of an older one. */
  setTrack: (track: MediaTrack) => void;
  setWanted: (wanted: boolean) => void;
  close: () => void;
};

/** A sink runs only while there is a track and somebody wants what comes. */
const createMediaSink = (
  start: (track: MediaTrack) => RunningSink,
): MediaSink => {
  let track: MediaTrack | undefined;
  let sink: RunningSink | undefined;
  let wanted = true;
  const restart = (): void => {
    sink?.stop();
    sink = track !== undefined && wanted ? start(track) : undefined;
  };
  return {
    setTrack: (newest) => {
      track = newest;
      restart();
    },
    setWanted: (now) => {
      if (now === wanted) return;
      wanted = now;
      restart();
    },
    close: () => {
      track = undefined;
      restart();
    },
  };
};

const createSinks = ({ onAudio, onVideo }: IngestOptions) => {
  const sinks = {
    audio: createMediaSink((track) => startAudioSink(track, onAudio)),
    video: createMediaSink((track) => startVideoSink(track, onVideo)),
  };
  return {
    add: (track: MediaTrack): void => sinks[track.kind].setTrack(track),
    setWanted: (kind: MediaTrack["kind"], wanted: boolean): void =>
      sinks[kind].setWanted(wanted),
    close: (): void => {
      sinks.audio.close();
      sinks.video.close();
    },
  };
};
