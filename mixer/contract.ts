/**
 * What the server and a mixer say to each other: requests with replies, and events, as plain data.
 *
 * Nothing here assumes one machine: no handle, no path, no shared memory. Ids are made by the server.
 * A recording is named by its id alone; where its files lie is each side's own configuration.
 */

import type { FeedEvents, FeedRequests } from "./contract-feed.js";
import type { LiveEvents, LiveRequests } from "./contract-live.js";
import type {
  ParticipantId,
  RenditionName,
  RungName,
  SourceKind,
  SubscriptionQuality,
  UplinkHint,
  OverloadLevel,
  ViewLayout,
  ViewName,
  ViewSettings,
} from "./contract-picture.js";
import type { MixRouting, SoundOptions } from "./contract-sound.js";
import type { RtpRequests } from "./contract-rtp.js";
import type {
  RecordingEvents,
  RecordingRequests,
} from "./contract-recording.js";

export * from "./contract-feed.js";
export * from "./contract-live.js";
export * from "./contract-picture.js";
export * from "./contract-sound.js";
export * from "./contract-rtp.js";
export * from "./contract-recording.js";
export * from "./contract-render.js";

export type RoomId = string;
export type SubscriptionId = string;
export type RecordingId = string;

/** The size and rate of a room's canvas: pixels (even) and frames per second. */
export type VideoOptions = { width: number; height: number; fps: number };

/** What a mixer knows of a participant; the rest (role, seat, tokens) is the server's. */
export type ParticipantMedia = {
  id: ParticipantId;
  /** Shown on the label, in any script. */
  name: string;
  /** A muted participant is not heard; its microphone may still send. */
  muted: boolean;
  /** The participant says that its camera is on; without it the tile is an avatar. */
  camera: boolean;
  /** The participant says that it shares its screen; its tile appears with the first picture. */
  sharing: boolean;
  /** For custom layouts that give regions to roles. */
  role: string;
  /** Linear gain of the voice, 0 to 4; 1 changes nothing. */
  gain: number;
  /** Whether the voice is brought to the common loudness. */
  agc: boolean;
  /** At which gain, 0 to 4, it alone hears others; 1 for whoever is not in it. */
  balance: Record<ParticipantId, number>;
  /** What it sends is music: in a stereo room both channels of it are kept. */
  music: boolean;
  /** Noise is taken out of the voice. */
  denoise: boolean;
  /** Where it is heard in a stereo room, -1 (left) to 1; or with `spread` where its tile of the main view is. */
  pan: number;
  spread: boolean;
  /** Hears nothing; its subscriptions get silence. */
  deaf: boolean;
  /** On hold: neither heard, hearing nor seen; its connections stay. */
  held: boolean;
  /** False: neither its voice nor its picture is in any recording, while both are there for everybody else. True if absent. */
  recorded?: boolean;
};

/** Whether a participant's voice and picture reach the mix, and if not, why. */
export type IngestStatus = {
  room: RoomId;
  participant: ParticipantId;
  source: SourceKind;
  state: "connecting" | "connected" | "lost" | "closed";
};

export type SubscriptionStatus = {
  room: RoomId;
  subscription: SubscriptionId;
  state: "connected" | "closed";
};

/** Counters of one mixer process since its start, and its gauges now. CPU in seconds, memory in bytes, delays in ms. */
export type MixerStats = {
  rooms: number;
  participants: number;
  subscriptions: number;
  cpuSeconds: number;
  memory: number;
  loopDelayP99: number;
  loopUtilization: number;
  audioTicks: number;
  /** Ticks that ran more than 20 ms after they were due. */
  audioTicksLate: number;
  /** Ticks given up after a stall, so that the delay does not stay. */
  audioTicksSkipped: number;
  /** Samples thrown away to bring audio queues back to their target, and samples of silence put in for missing ones. */
  audioSamplesTrimmed: number;
  audioSamplesMissing: number;
  /** Output samples that were saturated after a limiter: 0 unless there is a bug. */
  audioSamplesClipped: number;
  /** Seconds in which a limiter held something down, of all outputs together. */
  audioLimitedSeconds: number;
  /** The largest output sample of the last 10 to 20 s, dBFS; -127 is silence. */
  audioPeak: number;
  /** The deepest reduction of a limiter in the same time, dB. */
  audioGainReduction: number;
  /** Jitter buffers replaced by new ones, since they were still late of a line that was good again. */
  soundsRenewed: number;
  framesReceived: number;
  /** Camera frames replaced by a newer one before they were shown. */
  framesReplaced: number;
  framesComposed: number;
  framesEncoded: number;
  /** Output frames not made in their time. */
  framesDropped: number;
  keyframes: number;
  /** Encoders in whose place software came: what was named is not there, or it broke. */
  encoderFallbacks: number;
  packetsSent: number;
  bytesSent: number;
  packetsResent: number;
  /** Packets not handed to a subscriber because its socket was full or shut. */
  packetsDropped: number;
  encoders: number;
  recordings: number;
  /** What is given up under load, 0 to 4. */
  overload: number;
};

type InRoom = { room: RoomId };
type OfParticipant = InRoom & { participant: ParticipantId };

type PartRequests = FeedRequests &
  LiveRequests &
  RecordingRequests &
  RtpRequests;
type PartEvents = FeedEvents & LiveEvents & RecordingEvents;

/** Every request: what it takes and what the reply carries. A failed one carries a `Failure` instead. */
export type Requests = PartRequests & {
  "room.open": {
    params: InRoom & { main: ViewSettings; sound?: SoundOptions };
    result: null;
  };
  /** While it is open, without a click in anybody's ear. */
  "room.sound": {
    params: InRoom & SoundOptions;
    result: null;
  };
  /** Who hears whom from now on; what is not named stays. */
  "room.routing": { params: InRoom & MixRouting; result: null };
  "room.close": { params: InRoom; result: null };
  /** Whether talkers' levels are told; not at first. */
  "room.levels": { params: InRoom & { on: boolean }; result: null };
  "participant.add": {
    params: InRoom & { participant: ParticipantMedia };
    result: null;
  };
  "participant.update": {
    params: OfParticipant & { change: Partial<Omit<ParticipantMedia, "id">> };
    result: null;
  };
  /** Ends its publication and its subscriptions too. */
  "participant.remove": { params: OfParticipant; result: null };
  /** An offer that sends. One of the same peer connection (same `o=` session id) renegotiates, another replaces it. */
  publish: {
    params: OfParticipant & { source: SourceKind; sdp: string };
    result: { sdp: string };
  };
  unpublish: { params: OfParticipant & { source: SourceKind }; result: null };
  /** An offer that receives. With `participant`: that participant's own mix, all but itself; else the full mix. */
  subscribe: {
    params: InRoom & {
      subscription: SubscriptionId;
      participant?: ParticipantId;
      /** Which of the audience's rows is heard, without a participant. */
      channel?: string;
      view: ViewName;
      rendition: RenditionName;
      sdp: string;
    };
    result: { sdp: string };
  };
  /** Another view or rendition on the same connection; nothing is negotiated. The switch waits for a key frame. */
  "subscription.set": {
    params: InRoom & {
      subscription: SubscriptionId;
      view?: ViewName;
      rendition?: RenditionName;
      /** Data saver: at most this rung; null takes the cap away. */
      cap?: RungName | null;
    };
    result: null;
  };
  unsubscribe: {
    params: InRoom & { subscription: SubscriptionId };
    result: null;
  };
  /** A late ICE candidate of the client's publishing peer (by participant) or of a subscription. */
  candidate: {
    params: InRoom & {
      target:
        | { participant: ParticipantId; source?: SourceKind }
        | { subscription: SubscriptionId };
      candidate: string;
      mid: string;
    };
    result: null;
  };
  "layout.get": { params: InRoom & { view: ViewName }; result: ViewLayout };
  /** Makes a view or changes it; all or nothing. The main view is there from the start. */
  "view.set": {
    params: InRoom & { view: ViewName; settings: ViewSettings };
    result: ViewLayout;
  };
  /** Its subscribers go to the main view. */
  "view.remove": { params: InRoom & { view: ViewName }; result: null };
  /** The view's picture now, composed for this if nobody watches. */
  picture: {
    params: InRoom & { view: ViewName };
    result: { jpeg: Uint8Array };
  };
  stats: { params: Record<string, never>; result: MixerStats };
};

export type RequestName = keyof Requests;

/** What a mixer tells by itself. */
export type Events = PartEvents & {
  /** The process takes requests from now on. */
  ready: Record<string, never>;
  /** Everybody who talks now, whenever that set changes. */
  talking: InRoom & { talkers: ParticipantId[] };
  /** How loud each talker is, dBFS before any gain; 10 times a second while asked for and while somebody talks. */
  levels: InRoom & { levels: Record<ParticipantId, number> };
  ingest: IngestStatus;
  subscription: SubscriptionStatus;
  /** The tile map of a view, whenever a rectangle or a state of it changes. */
  layout: InRoom & { layout: ViewLayout };
  quality: InRoom & {
    subscription: SubscriptionId;
    quality: SubscriptionQuality;
  };
  /** What a participant should send from now on, one entry a source that it publishes. */
  uplink: OfParticipant & { hints: UplinkHint[] };
  overload: InRoom & { level: OverloadLevel };
};

export type EventName = keyof Events;

/**
 * Why a request failed, for people and for the HTTP status: `not-acceptable` is an offer with nothing that fits,
 * `bad-request` an SDP or value that cannot be read, `not-found` an id that the mixer does not have,
 * `overloaded` what this mixer cannot take on now, `failed` the rest.
 */
export type FailureCode =
  "bad-request" | "not-acceptable" | "not-found" | "overloaded" | "failed";
export type Failure = { code: FailureCode; message: string };

/** An error that travels: what a mixer throws to be seen by whoever asked. */
export class MixerError extends Error {
  override readonly name = "MixerError";
  constructor(
    readonly code: FailureCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What travels over the link. `id` pairs a reply with its request. */
export type RequestMessage = {
  [Name in RequestName]: {
    kind: "request";
    id: number;
    name: Name;
    params: Requests[Name]["params"];
  };
}[RequestName];
export type ReplyMessage =
  | { kind: "reply"; id: number; result: Requests[RequestName]["result"] }
  | { kind: "reply"; id: number; failure: Failure };
export type EventMessage = {
  [Name in EventName]: { kind: "event"; name: Name; data: Events[Name] };
}[EventName];

/** The first message to a mixer, which answers with `ready`. Not an argument: a process list would show its credentials. */
export type OptionsMessage = { kind: "options"; options: MixerOptions };

/** A mixer's surroundings. */
export type MixerOptions = {
  /** Where recordings lie on the mixer's machine. */
  recordings: string;
  /** Where files lie that may be played into rooms; absent = none may. */
  media?: string;
  /** Addresses announced in ICE; empty = all local ones. */
  mediaAddresses: string[];
  /** UDP ports of media, both inclusive. */
  mediaPorts: { min: number; max: number };
  /** RTCIceServer objects, as handed to clients. */
  iceServers: {
    urls: string | string[];
    username?: string;
    credential?: string;
  }[];
  /** Video codecs that viewers may be given, of `h264`, `vp8`, `vp9` and `av1`; which of them, their offer says. */
  codecs: string[];
  /** `auto` (hardware where it works), `software`, or the hardware to try first: `vaapi`, `nvenc`. */
  encoder: string;
  logLevel: string;
};
