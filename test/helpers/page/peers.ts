/** The page's connections, as they come and go, and what they count. */
import { mixElement } from "./mix.js";

export type MixStats = {
  framesDecoded: number;
  /** Of the last picture, in pixels; 0 before the first. */
  frameWidth: number;
  frameHeight: number;
  /** Bytes of pictures, with headers. */
  videoBytes: number;
  /** Connections that this page has made so far. */
  connections: number;
  /** `video/H264` and so on; undefined before the first packet. */
  videoCodec?: string;
  /** How often, and for how many seconds in all, the picture stood still by the browser's own rule. */
  freezes: number;
  frozen: number;
  packetsLost: number;
  /** How many streams of sound there were, one after the other. The samples are of all of them. */
  soundStreams: number;
  concealedSamples: number;
  totalSamples: number;
  /** Of the picture and the sound that is played at this moment: NTP time in ms; undefined before the first sender report. */
  videoPlayout?: number;
  audioPlayout?: number;
  videoJitterBufferMs: number;
  audioJitterBufferMs: number;
};

export type SentStats = {
  framesSent: number;
  /** Of the last picture, in pixels; 0 before the first. */
  frameHeight: number;
  soundPackets: number;
  /** Bits per second that the microphone may take. */
  soundLimit: number;
};

/** When things happened first, in ms on `performance.now()`: 0 is when the page began to load. */
export type Milestones = {
  /** The page made a socket, which begins the join. */
  joining?: number;
  /** The connection that receives the mix was up. */
  connected?: number;
  /** The first picture of the mix was shown. */
  firstPicture?: number;
};

/** The plain constructors, before they are wrapped. */
const NativePeer = RTCPeerConnection;
const NativeSocket = WebSocket;

const peers: RTCPeerConnection[] = [];
export const sockets: WebSocket[] = [];
export const milestones: Milestones = {};

const receives = (peer: RTCPeerConnection): boolean =>
  peer.getTransceivers().some(({ direction }) => direction.startsWith("recv"));

const watchFirstPicture = (): void => {
  const video = mixElement();
  if (video === null) return void requestAnimationFrame(watchFirstPicture);
  video.requestVideoFrameCallback((now) => {
    milestones.firstPicture ??= now;
  });
};

declare global {
  interface Window {
    /** Set by a test whose page has no way to the server but one: the answer with that way alone. */
    throughLine?: (answer: string) => Promise<string>;
  }
}

/** A connection that says nothing of its own addresses and knows one way to the server, if a test wants that. */
class RelayedPeer extends NativePeer {
  override get localDescription(): RTCSessionDescription | null {
    const description = super.localDescription;
    if (description === null || window.throughLine === undefined)
      return description;
    const sdp = description.sdp.replace(/^a=candidate:.*\r\n/gm, "");
    return new RTCSessionDescription({ type: description.type, sdp });
  }

  override set onicecandidate(listener: RTCPeerConnection["onicecandidate"]) {
    if (window.throughLine === undefined) super.onicecandidate = listener;
  }

  override async setRemoteDescription({
    type,
    sdp = "",
  }: RTCSessionDescriptionInit): Promise<void> {
    const known = (await window.throughLine?.(sdp)) ?? sdp;
    await super.setRemoteDescription({ type, sdp: known });
  }
}

/** Keeps references to every connection and socket that the page makes from now on. */
export const replaceSockets = (): void => {
  window.RTCPeerConnection = class extends RelayedPeer {
    constructor(configuration?: RTCConfiguration) {
      super({
        ...configuration,
        ...(window.persona.relayed && { iceTransportPolicy: "relay" }),
      });
      peers.push(this);
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected" && receives(this))
          milestones.connected ??= performance.now();
      });
    }
  };
  window.WebSocket = class extends NativeSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
      milestones.joining ??= performance.now();
    }
  };
  requestAnimationFrame(watchFirstPicture);
};

type Report = Record<string, number & string>;

const sending = (): RTCPeerConnection | undefined =>
  peers.find((peer) => peer.connectionState !== "closed" && !receives(peer));

/** Of the first connection that sends: microphone and camera. A shared screen has a later one. */
export const sent = async (): Promise<SentStats> => {
  const reports = await sending()?.getStats();
  const all: Report[] = reports ? [...reports.values()] : [];
  const outbound = (kind: string): Partial<Report> =>
    all.find((one) => one.type === "outbound-rtp" && one.kind === kind) ?? {};
  const [video, sound] = [outbound("video"), outbound("audio")];
  const microphone = sending()
    ?.getSenders()
    .find(({ track }) => track?.kind === "audio");
  const [encoding] = microphone?.getParameters().encodings ?? [];
  return {
    soundLimit: encoding?.maxBitrate ?? 0,
    framesSent: video.framesSent ?? 0,
    frameHeight: video.frameHeight ?? 0,
    soundPackets: sound.packetsSent ?? 0,
  };
};

/** Of what the receiving connection decodes, 0 to 1. */
export const soundLevel = async (): Promise<number> => {
  const reports = await receiving()?.getStats();
  const all: Report[] = reports ? [...reports.values()] : [];
  const sound = all.find(
    ({ type, kind }) => type === "inbound-rtp" && kind === "audio",
  );
  return sound?.audioLevel ?? 0;
};

const receiving = (): RTCPeerConnection | undefined =>
  peers.findLast((peer) => peer.connectionState !== "closed" && receives(peer));

/** Counters of sound begin anew when it is received anew (mixer/renewal.ts); these go on. */
const heard = { streams: 1, concealed: 0, total: 0 };
const newest = { concealed: 0, total: 0, at: 0 };
/** Samples a ms that a player surely takes: half of 48. One that has taken less since has begun anew. */
const LEAST_RATE = 24;
/** What is taken in pieces may lag so far behind, in samples. */
const LAG = 9_600;

const countSound = (sound: Report): typeof heard => {
  const { concealedSamples = 0, totalSamplesReceived = 0 } = sound;
  const at = performance.now();
  const least = newest.total + LEAST_RATE * (at - newest.at) - LAG;
  if (newest.total > 0 && totalSamplesReceived < least) {
    heard.streams++;
    heard.concealed += newest.concealed;
    heard.total += newest.total;
  }
  newest.concealed = concealedSamples;
  newest.total = totalSamplesReceived;
  newest.at = at;
  return {
    streams: heard.streams,
    concealed: heard.concealed + newest.concealed,
    total: heard.total + newest.total,
  };
};

/** Of the connection that receives the mix. */
export const stats = async (): Promise<MixStats> => {
  const reports = await receiving()?.getStats();
  const all = reports ? [...reports.values()] : [];
  const inbound = (kind: string): Report =>
    all.find((one) => one.type === "inbound-rtp" && one.kind === kind) ?? {};
  const [video, sound] = [inbound("video"), inbound("audio")];
  const { streams, concealed, total } = countSound(sound);
  const delay = (of: Report): number =>
    (1000 * of.jitterBufferDelay!) / Math.max(1, of.jitterBufferEmittedCount!);
  return {
    framesDecoded: video.framesDecoded ?? 0,
    frameWidth: video.frameWidth ?? 0,
    frameHeight: video.frameHeight ?? 0,
    videoBytes: (video.bytesReceived ?? 0) + (video.headerBytesReceived ?? 0),
    connections: peers.length,
    videoCodec: reports?.get(video.codecId!)?.mimeType,
    freezes: video.freezeCount ?? 0,
    frozen: video.totalFreezesDuration ?? 0,
    packetsLost: (video.packetsLost ?? 0) + (sound.packetsLost ?? 0),
    soundStreams: streams,
    concealedSamples: concealed,
    totalSamples: total,
    videoPlayout: video.estimatedPlayoutTimestamp,
    audioPlayout: sound.estimatedPlayoutTimestamp,
    videoJitterBufferMs: delay(video),
    audioJitterBufferMs: delay(sound),
  };
};
