import { PUBLISH_ORDER, setCodecs } from "./codecs.js";
import { CAMERA_VIDEO, SHARE_VIDEO, type Need } from "./encoding.js";
import { CallError } from "./errors.js";
import { createPeer, type Peer, type PeerOptions } from "./peer.js";
import { withStartBitrate } from "./start-bitrate.js";
import {
  createVideoSender,
  type VideoSender,
  type VideoSenderOptions,
} from "./video-sender.js";

export type MediaKind = "audio" | "video";

type Senders = Readonly<{ audio: RTCRtpSender; video?: RTCRtpSender }>;

export type PublisherOptions = Omit<PeerOptions, "prepare"> & {
  /** The server is full: it takes the sound, and no picture. */
  onPictureRefused: (error: CallError) => void;
};

export type Publisher = {
  /** Sends this track instead of what was sent; null sends nothing. Never renegotiates. The caller keeps the track. */
  setTrack(kind: MediaKind, track: MediaStreamTrack | null): Promise<void>;
  /** What the microphone sends is music: more bits, and none of what the browser does to voices. */
  setMusic(music: boolean): void;
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

/** What the microphone gets for music: stereo without audible loss. */
const MUSIC_BITRATE = 128_000;

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

const addPicture = (
  connection: RTCPeerConnection,
  { tracks, picture }: Pick<State, "tracks" | "picture">,
  streams: MediaStream[],
): RTCRtpSender => {
  const video = addSender(connection, tracks.video, "video", {
    streams,
    sendEncodings: [picture.start()],
  });
  setCodecs(video, PUBLISH_ORDER);
  picture.attach(video.sender);
  return video.sender;
};

const addSenders = (connection: RTCPeerConnection, state: State): Senders => {
  // One stream for both: the server keeps the lips with the voice.
  const streams = [new MediaStream()];
  const audio = addSender(connection, state.tracks.audio, "audio", {
    streams,
    sendEncodings: [{ maxBitrate: audioBitrate(state) }],
  });
  if (state.soundOnly) return { audio: audio.sender };
  const video = addPicture(connection, state, streams);
  return { audio: audio.sender, video };
};

type State = {
  readonly source: SourceProfile;
  readonly picture: VideoSender;
  readonly tracks: Record<MediaKind, MediaStreamTrack | null>;
  /** Those of the connection that is there; undefined while there is none. */
  senders: Senders | undefined;
  music: boolean;
  /** The server is full and has refused the picture: without one the sound is taken. */
  soundOnly: boolean;
  /** The refusal that its owner knows of. */
  told?: CallError;
  seated: boolean;
  started: boolean;
  closed: boolean;
};

const audioBitrate = ({ music, source }: State): number =>
  music ? MUSIC_BITRATE : source.audioBitrate;

/** Tells the browser what kind of sound it is, unless its owner has. */
const hintSound = ({ tracks: { audio }, music, source }: State): void => {
  const { hints } = source;
  const ours = ["", hints.audio, "music"];
  if (audio !== null && ours.includes(audio.contentHint))
    audio.contentHint = music ? "music" : hints.audio;
};

const setAudioBitrate = async (
  sender: RTCRtpSender,
  maxBitrate: number,
): Promise<void> => {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.maxBitrate = maxBitrate;
  await sender.setParameters(parameters);
};

const setMusic = (state: State, music: boolean): void => {
  if (state.music === music) return;
  state.music = music;
  hintSound(state);
  const sender = state.senders?.audio;
  // A connection that is gone meanwhile: the next one starts with it.
  if (sender !== undefined)
    setAudioBitrate(sender, audioBitrate(state)).catch(() => undefined);
};

/** Takes the offer to the server. When that is full, the next offer is without a picture. */
const negotiate = async (
  state: State,
  { negotiate, onPictureRefused }: PublisherOptions,
  sdp: string,
): Promise<string> => {
  const { soundOnly, source } = state;
  try {
    return withStartBitrate(await negotiate(sdp), source.startBitrate);
  } catch (error) {
    const full = error instanceof CallError && error.code === "overloaded";
    if (full && !soundOnly && !state.closed) {
      state.soundOnly = true;
      state.told = error;
      onPictureRefused(error);
    }
    throw error;
  }
};

/** The peer of this publisher, which puts the tracks as they are then into each fresh connection. */
const createSendingPeer = (state: State, options: PublisherOptions): Peer =>
  createPeer({
    ...options,
    negotiate: (sdp) => negotiate(state, options, sdp),
    onState: (next) => {
      if (next !== "connecting" && next !== "connected") {
        state.senders = undefined;
        state.picture.attach(undefined);
      }
      options.onState(next);
    },
    onError: (error) => {
      if (error !== state.told) options.onError(error);
    },
    prepare: (connection) => {
      state.senders = addSenders(connection, state);
    },
  });

const createState = (source: SourceProfile): State => ({
  source,
  picture: createVideoSender(source),
  tracks: { audio: null, video: null },
  senders: undefined,
  music: false,
  soundOnly: false,
  seated: false,
  started: false,
  closed: false,
});

/**
 * One source (microphone and camera, or a screen and its sound) to the server, over one peer connection that exists from
 * the first track on. Both media are negotiated at the start, so devices come and go without another offer; but for a
 * server that is full, which gets the sound alone until there is a picture again.
 */
export const createPublisher = (
  options: PublisherOptions,
  source: SourceProfile,
): Publisher => {
  const state = createState(source);
  const { tracks, picture } = state;
  const peer = createSendingPeer(state, options);
  const start = (): void => {
    state.started = true;
    if (tracks.video !== null) state.soundOnly = false;
    peer.restart();
  };
  const send = async (kind: MediaKind): Promise<void> => {
    const track = tracks[kind];
    const sender = state.senders?.[kind];
    if (sender !== undefined) await sender.replaceTrack(track);
    else if (track !== null && state.seated) start();
  };
  return {
    setTrack: async (kind, track) => {
      if (state.closed || tracks[kind] === track) return;
      tracks[kind] = track;
      if (kind === "audio") hintSound(state);
      else picture.setTrack(track);
      if (track?.contentHint === "") track.contentHint = source.hints[kind];
      await send(kind);
    },
    setMusic: (music) => setMusic(state, music),
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
