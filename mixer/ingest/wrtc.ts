/** The only import of @roamhq/wrtc: a receiving peer connection and its sinks, with the few types that we use of it. */
import wrtc from "@roamhq/wrtc";

export type AudioBlock = {
  samples: Int16Array;
  sampleRate: number;
  channelCount: number;
};

/** Tight I420 planes. The data is a copy of our own. */
export type VideoPicture = { width: number; height: number; data: Uint8Array };

export type MediaTrack = {
  readonly id: string;
  readonly kind: "audio" | "video";
};

type Description = { type: "offer" | "answer"; sdp: string };

export type Transceiver = {
  readonly mid: string | null;
  readonly receiver: { readonly track: MediaTrack };
  direction: string;
};

export type ReceivingConnection = {
  readonly connectionState: string;
  readonly iceGatheringState: string;
  readonly localDescription: Description | null;
  onconnectionstatechange: (() => void) | null;
  onicegatheringstatechange: (() => void) | null;
  ontrack:
    ((event: { track: MediaTrack; transceiver: Transceiver }) => void) | null;
  getTransceivers: () => Transceiver[];
  setRemoteDescription: (description: Description) => Promise<void>;
  createAnswer: () => Promise<Description>;
  setLocalDescription: (description: Description) => Promise<void>;
  addIceCandidate: (candidate: {
    candidate: string;
    sdpMid: string;
  }) => Promise<void>;
  getStats: () => Promise<Map<string, { type: string; kind?: string }>>;
  close: () => void;
};

type Configuration = {
  iceServers: { urls: string | string[] }[];
  bundlePolicy: "max-bundle";
  /** Not standard: the UDP ports to use. */
  portRange: { min: number; max: number };
};

type Sink<Event> = { stop: () => void } & Event;

type Binding = {
  RTCPeerConnection: new (configuration: Configuration) => ReceivingConnection;
  nonstandard: {
    RTCAudioSink: new (
      track: MediaTrack,
    ) => Sink<{ ondata: ((block: AudioBlock) => void) | null }>;
    RTCVideoSink: new (
      track: MediaTrack,
    ) => Sink<{ onframe: ((event: { frame: VideoPicture }) => void) | null }>;
  };
};

const binding = wrtc as unknown as Binding;

export const openConnection = (
  configuration: Configuration,
): ReceivingConnection => new binding.RTCPeerConnection(configuration);

/** A running sink; a sink that is not stopped keeps its track and its thread's work for ever. */
export type RunningSink = { stop: () => void };

/** 10 ms blocks of a track's sound, 100 a second even while the sender is silent. */
export const startAudioSink = (
  track: MediaTrack,
  onBlock: (block: AudioBlock) => void,
): RunningSink => {
  const sink = new binding.nonstandard.RTCAudioSink(track);
  sink.ondata = onBlock;
  return {
    stop: () => {
      sink.ondata = null;
      sink.stop();
    },
  };
};

/** A track's pictures as they come; their size may change at any time. */
export const startVideoSink = (
  track: MediaTrack,
  onPicture: (picture: VideoPicture) => void,
): RunningSink => {
  const sink = new binding.nonstandard.RTCVideoSink(track);
  sink.onframe = ({ frame }) => onPicture(frame);
  return {
    stop: () => {
      sink.onframe = null;
      sink.stop();
    },
  };
};
