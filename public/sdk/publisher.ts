import { PUBLISH_ORDER, setCodecs } from "./codecs.js";
import { createPeer, type PeerOptions } from "./peer.js";
import { withStartBitrate } from "./start-bitrate.js";

export type MediaKind = "audio" | "video";
export type Tracks = Readonly<Record<MediaKind, MediaStreamTrack | null>>;

type Senders = Readonly<Record<MediaKind, RTCRtpSender>>;

export type Publisher = {
  /** Sends this track instead of what was sent; null sends nothing. Never renegotiates. The caller keeps the track. */
  setTrack(kind: MediaKind, track: MediaStreamTrack | null): Promise<void>;
  /** There is a seat: a fresh connection, if there is something to send or ever was. */
  restart(): void;
  retryNow(): void;
  close(): void;
};

/** A voice, in mono, without audible loss. */
const AUDIO_BITRATE = 48_000;
/** What VP8 needs for a face at 640x360 and 30 pictures a second; in the mix one is seldom shown larger. */
const VIDEO_BITRATE = 700_000;
/** kbit/s: a little under the most, so that the first pictures are already whole ones. */
const START_BITRATE = 600;
const VIDEO_RATE = 30;
const VIDEO_AREA = 640 * 360;

/**
 * By what to divide both sides of a picture so that it comes to about 640x360 pixels, whichever way it is turned.
 * A little more (640x480) is sent as it is: dividing by a crooked number costs more than it saves.
 */
export const scaleDownBy = (width: number, height: number): number => {
  const ratio = Math.sqrt((width * height) / VIDEO_AREA);
  return ratio >= 1.25 ? ratio : 1;
};

const videoEncoding = (
  track: MediaStreamTrack | null,
): RTCRtpEncodingParameters => {
  const { width = 0, height = 0 } = track?.getSettings() ?? {};
  return {
    maxBitrate: VIDEO_BITRATE,
    maxFramerate: VIDEO_RATE,
    scaleResolutionDownBy: scaleDownBy(width, height),
  };
};

const addSender = (
  connection: RTCPeerConnection,
  track: MediaStreamTrack | null,
  kind: MediaKind,
  stream: MediaStream,
): RTCRtpTransceiver =>
  connection.addTransceiver(track ?? kind, {
    direction: "sendonly",
    streams: [stream],
    sendEncodings: [
      kind === "audio" ? { maxBitrate: AUDIO_BITRATE } : videoEncoding(track),
    ],
  });

const addSenders = (connection: RTCPeerConnection, tracks: Tracks): Senders => {
  // One stream for both: the server keeps the lips with the voice.
  const stream = new MediaStream();
  const audio = addSender(connection, tracks.audio, "audio", stream);
  const video = addSender(connection, tracks.video, "video", stream);
  setCodecs(video, PUBLISH_ORDER);
  return { audio: audio.sender, video: video.sender };
};

/** A camera of another size needs another scale; the rest stays. */
const rescale = async (
  sender: RTCRtpSender,
  track: MediaStreamTrack,
): Promise<void> => {
  const parameters = sender.getParameters();
  const encoding = parameters.encodings[0];
  const { scaleResolutionDownBy } = videoEncoding(track);
  if (encoding?.scaleResolutionDownBy === scaleResolutionDownBy) return;
  if (encoding === undefined) return;
  encoding.scaleResolutionDownBy = scaleResolutionDownBy;
  await sender.setParameters(parameters);
};

/**
 * Microphone and camera to the server, over one peer connection that exists from the first track on. Both media are
 * negotiated at the start, so devices come and go without another offer.
 */
export const createPublisher = (
  options: Omit<PeerOptions, "prepare">,
): Publisher => {
  const tracks: Record<MediaKind, MediaStreamTrack | null> = {
    audio: null,
    video: null,
  };
  /** Those of the connection that is there; undefined while there is none. */
  let senders: Senders | undefined;
  let seated = false;
  let started = false;
  let closed = false;

  const peer = createPeer({
    ...options,
    negotiate: async (sdp) =>
      withStartBitrate(await options.negotiate(sdp), START_BITRATE),
    onState: (state) => {
      if (state !== "connecting" && state !== "connected") senders = undefined;
      options.onState(state);
    },
    prepare: (connection) => void (senders = addSenders(connection, tracks)),
  });
  const start = (): void => {
    started = true;
    peer.restart();
  };

  return {
    setTrack: async (kind, track) => {
      if (closed || tracks[kind] === track) return;
      if (track !== null && kind === "audio") track.contentHint = "speech";
      tracks[kind] = track;
      const sender = senders?.[kind];
      if (sender !== undefined) {
        await sender.replaceTrack(track);
        if (track !== null && kind === "video") await rescale(sender, track);
      } else if (track !== null && seated) start();
    },
    restart: () => {
      seated = true;
      if (started || tracks.audio !== null || tracks.video !== null) start();
    },
    retryNow: peer.retryNow,
    close: () => {
      closed = true;
      tracks.audio = null;
      tracks.video = null;
      peer.close();
    },
  };
};
