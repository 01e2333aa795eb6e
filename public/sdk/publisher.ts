import { PUBLISH_ORDER, setCodecs } from "./codecs.js";
import { CAMERA_VIDEO, SHARE_VIDEO, type Need } from "./encoding.js";
import { createPeer, type Peer, type PeerOptions } from "./peer.js";
import { withStartBitrate } from "./start-bitrate.js";
import {
  createVideoSender,
  type VideoSender,
  type VideoSenderOptions,
} from "./video-sender.js";

export type MediaKind = "audio" | "video";
export type Tracks = Readonly<Record<MediaKind, MediaStreamTrack | null>>;

type Senders = Readonly<Record<MediaKind, RTCRtpSender>>;

export type Publisher = {
  /** Sends this track instead of what was sent; null sends nothing. Never renegotiates. The caller keeps the track. */
  setTrack(kind: MediaKind, track: MediaStreamTrack | null): Promise<void>;
  /** What the server shows of the picture: more is not sent. */
  setNeed(need: Need): void;
  /** The picture's size may have changed. */
  refresh(): void;
  /** There is a seat: a fresh connection, if there is something to send or ever was. */
  restart(): void;
  retryNow(): void;
  close(): void;
};

/** How the browser shall treat what is sent of one source. */
export type SourceProfile = VideoSenderOptions & {
  /** Bits per second of sound. */
  audioBitrate: number;
  /** kbit/s: a little under the most, so that the first pictures are already whole ones. */
  startBitrate: number;
  /** What the tracks are, where their owner has not said so. */
  hints: Readonly<Record<MediaKind, string>>;
};

export const CAMERA: SourceProfile = {
  profile: CAMERA_VIDEO,
  // A voice, in mono, without audible loss.
  audioBitrate: 48_000,
  startBitrate: 600,
  hints: { audio: "speech", video: "" },
};

export const SHARE: SourceProfile = {
  profile: SHARE_VIDEO,
  degradation: "maintain-resolution",
  // Music and films, too.
  audioBitrate: 96_000,
  startBitrate: 1500,
  hints: { audio: "music", video: "detail" },
};

const addSender = (
  connection: RTCPeerConnection,
  track: MediaStreamTrack | null,
  kind: MediaKind,
  init: RTCRtpTransceiverInit,
): RTCRtpTransceiver =>
  connection.addTransceiver(track ?? kind, { direction: "sendonly", ...init });

const addSenders = (
  connection: RTCPeerConnection,
  tracks: Tracks,
  picture: VideoSender,
  audioBitrate: number,
): Senders => {
  // One stream for both: the server keeps the lips with the voice.
  const streams = [new MediaStream()];
  const audio = addSender(connection, tracks.audio, "audio", {
    streams,
    sendEncodings: [{ maxBitrate: audioBitrate }],
  });
  const video = addSender(connection, tracks.video, "video", {
    streams,
    sendEncodings: [picture.start()],
  });
  setCodecs(video, PUBLISH_ORDER);
  picture.attach(video.sender);
  return { audio: audio.sender, video: video.sender };
};

type State = {
  readonly source: SourceProfile;
  readonly picture: VideoSender;
  readonly tracks: Record<MediaKind, MediaStreamTrack | null>;
  /** Those of the connection that is there; undefined while there is none. */
  senders: Senders | undefined;
  seated: boolean;
  started: boolean;
  closed: boolean;
};

/** The peer of this publisher, which puts the tracks as they are then into each fresh connection. */
const createSendingPeer = (
  state: State,
  options: Omit<PeerOptions, "prepare">,
): Peer => {
  const { source, picture, tracks } = state;
  return createPeer({
    ...options,
    negotiate: async (sdp) =>
      withStartBitrate(await options.negotiate(sdp), source.startBitrate),
    onState: (next) => {
      if (next !== "connecting" && next !== "connected") {
        state.senders = undefined;
        picture.attach(undefined);
      }
      options.onState(next);
    },
    prepare: (connection) => {
      const { audioBitrate } = source;
      state.senders = addSenders(connection, tracks, picture, audioBitrate);
    },
  });
};

/**
 * One source (microphone and camera, or a screen and its sound) to the server, over one peer connection that exists from
 * the first track on. Both media are negotiated at the start, so devices come and go without another offer.
 */
export const createPublisher = (
  options: Omit<PeerOptions, "prepare">,
  source: SourceProfile,
): Publisher => {
  const picture = createVideoSender(source);
  const tracks: State["tracks"] = { audio: null, video: null };
  const state: State = {
    source,
    picture,
    tracks,
    senders: undefined,
    seated: false,
    started: false,
    closed: false,
  };
  const peer = createSendingPeer(state, options);
  const start = (): void => {
    state.started = true;
    peer.restart();
  };
  return {
    setTrack: async (kind, track) => {
      if (state.closed || tracks[kind] === track) return;
      if (track?.contentHint === "") track.contentHint = source.hints[kind];
      tracks[kind] = track;
      if (kind === "video") picture.setTrack(track);
      const sender = state.senders?.[kind];
      if (sender !== undefined) await sender.replaceTrack(track);
      else if (track !== null && state.seated) start();
    },
    setNeed: picture.setNeed,
    refresh: picture.refresh,
    restart: () => {
      state.seated = true;
      const wanted = tracks.audio !== null || tracks.video !== null;
      if (state.started || wanted) start();
    },
    retryNow: peer.retryNow,
    close: () => {
      state.closed = true;
      tracks.audio = null;
      tracks.video = null;
      peer.close();
      picture.close();
    },
  };
};
