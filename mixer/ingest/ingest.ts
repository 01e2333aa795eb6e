/** One participant's publication: an offer in, decoded sound and pictures out. */
import type { SessionDescription } from "sdp-transform";
import {
  MixerError,
  type IngestStatus,
  type MixerOptions,
} from "../contract.js";
import type { I420Frame } from "../media.js";
import {
  announce,
  limitVideo,
  parseOffer,
  sendsVideo,
  sessionId,
  withoutExtensions,
  withPacketTime,
  withStereo,
} from "../sdp.js";
import {
  openConnection,
  startAudioSink,
  startVideoSink,
  type AudioBlock,
  type MediaTrack,
  type ReceivingConnection,
  type RunningSink,
} from "./wrtc.js";

export type IngestOptions = {
  ice: Pick<MixerOptions, "mediaAddresses" | "mediaPorts" | "iceServers">;
  /** Whether both channels of its sound are wanted, at a bitrate for music; asked with each offer. */
  stereo: () => boolean;
  /** What the answer asks the sender's video to keep to, in bits per second. */
  videoBitrate: number;
  onAudio: (block: AudioBlock) => void;
  onVideo: (frame: I420Frame) => void;
  /** `lost` may be followed by `connected` again; `closed` comes last, once. */
  onState: (state: IngestStatus["state"]) => void;
};

export type Ingest = {
  /** Whether the offer announced a picture. */
  readonly sendsVideo: boolean;
  /** Whether an offer comes from the peer connection that this one already answers. */
  isFrom: (sdp: string) => boolean;
  /** Answers the first offer, or renegotiates. Rejects with `bad-request` or `not-acceptable`. */
  answer: (sdp: string) => Promise<string>;
  /** Sound that nobody wants (a muted participant's) is not even handed over. */
  setAudioWanted: (wanted: boolean) => void;
  /** Nor are pictures that no view shows. Wanted again, the next one that arrives is handed over. */
  setVideoWanted: (wanted: boolean) => void;
  addCandidate: (candidate: string, mid: string) => Promise<void>;
  /** Stops the sinks, closes the connection. Idempotent. */
  close: () => void;
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

export const createIngest = (options: IngestOptions): Ingest => {
  const { ice } = options;
  const peer = openConnection({
    iceServers: ice.iceServers,
    bundlePolicy: "max-bundle",
    portRange: ice.mediaPorts,
  });
  const sinks = createSinks(options);
  let session: string | undefined;
  let withVideo = false;
  let closed = false;

  peer.ontrack = ({ track }) => sinks.add(track);
  peer.onconnectionstatechange = () => {
    if (closed) return;
    const state = stateOf(peer.connectionState);
    if (state !== undefined) options.onState(state);
  };

  const answer = (sdp: string): Promise<string> => {
    const offer = parseOffer(sdp);
    session = sessionId(offer);
    withVideo = sendsVideo(offer);
    return negotiate(peer, offer, options);
  };

  return {
    get sendsVideo() {
      return withVideo;
    },
    isFrom: (sdp) =>
      session !== undefined && sessionId(parseOffer(sdp)) === session,
    answer,
    setAudioWanted: (wanted) => sinks.setWanted("audio", wanted),
    setVideoWanted: (wanted) => sinks.setWanted("video", wanted),
    addCandidate: async (candidate, mid) => {
      if (closed || candidate === "") return;
      await addCandidate(peer, candidate, mid);
    },
    close: () => {
      if (closed) return;
      closed = true;
      sinks.close();
      peer.ontrack = null;
      peer.onconnectionstatechange = null;
      peer.onicegatheringstatechange = null;
      peer.close();
      options.onState("closed");
    },
  };
};

const addCandidate = (
  peer: ReceivingConnection,
  candidate: string,
  mid: string,
): Promise<void> =>
  peer.addIceCandidate({ candidate, sdpMid: mid }).catch((error: unknown) => {
    throw new MixerError("bad-request", `Not a candidate: ${String(error)}`);
  });

/** Sets the offer, gathers, and gives the answer with all candidates. */
const negotiate = async (
  peer: ReceivingConnection,
  offer: SessionDescription,
  { ice, stereo, videoBitrate }: IngestOptions,
): Promise<string> => {
  if (!offer.media.some(isDecodable))
    throw new MixerError(
      "not-acceptable",
      "Nothing in the offer fits: this server takes Opus, VP8, VP9 and AV1",
    );
  try {
    const sdp = withoutExtensions(offer, ORIENTATION);
    await peer.setRemoteDescription({ type: "offer", sdp });
    const { type, sdp: made } = await peer.createAnswer();
    // Set here already: what is decoded to two channels is what our own description says.
    const answered = stereo() ? withStereo(made, MUSIC_BITRATE) : made;
    await peer.setLocalDescription({ type, sdp: answered });
  } catch (error) {
    const message = `The offer cannot be answered: ${String(error)}`;
    throw new MixerError("bad-request", message, { cause: error });
  }
  await gathered(peer);
  const sdp = announce(peer.localDescription?.sdp ?? "", ice.mediaAddresses);
  return withPacketTime(limitVideo(sdp, videoBitrate), PACKET_TIME_MS);
};

const isDecodable = (media: {
  type: string;
  port: number;
  direction?: string;
  rtp: { codec: string }[];
}): boolean =>
  media.direction !== "recvonly" &&
  media.rtp.some(({ codec }) => DECODABLE.test(codec));

const stateOf = (connection: string): IngestStatus["state"] | undefined => {
  if (connection === "connecting" || connection === "connected")
    return connection;
  return connection === "failed" || connection === "disconnected"
    ? "lost"
    : undefined;
};

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
