/**
 * Peer connections of synthetic participants, by node-datachannel.
 *
 * They offer, and whoever offers with libdatachannel must keep its candidates back (they would win a race against its own
 * answer); the server learns their address from what they send. Connections and tracks are kept: a collected one closes.
 */
import nd, { type PeerConnection, type Track } from "node-datachannel";

export const PAYLOAD_TYPE = { opus: 111, vp8: 96, h264: 102, av1: 45 } as const;
const H264 =
  "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";

export type Peer = {
  readonly tracks: readonly Track[];
  /** The offer without candidates. */
  offer(): Promise<string>;
  accept(answer: string): void;
  /** Resolves when all tracks can send or receive. */
  readonly open: Promise<void>;
  close(): void;
};

const gathered = (connection: PeerConnection): Promise<void> =>
  new Promise((resolve) => {
    connection.onGatheringStateChange((state) => {
      if (state === "complete") resolve();
    });
  });

const opened = (track: Track): Promise<void> =>
  new Promise((resolve) => {
    track.onOpen(resolve);
  });

const createPeer = (
  id: string,
  describe: (connection: PeerConnection) => Track[],
): Peer => {
  const connection = new nd.PeerConnection(id, {
    iceServers: [],
    disableAutoNegotiation: true,
  });
  const tracks = describe(connection);
  for (const track of tracks) track.onError(() => undefined);
  return {
    tracks,
    open: Promise.all(tracks.map(opened)).then(() => undefined),
    offer: async () => {
      const done = gathered(connection);
      connection.setLocalDescription("offer");
      await done;
      const { sdp } = connection.localDescription()!;
      return sdp.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, "");
    },
    accept: (answer) => connection.setRemoteDescription(answer, "answer"),
    close: () => connection.close(),
  };
};

/** Sends Opus and, with a camera, VP8. Lost packets are sent again from the last 512. */
export const createPublisher = (
  id: string,
  ssrc: { audio: number; video?: number },
): Peer =>
  createPeer(id, (connection) => {
    const audio = new nd.Audio("0", "SendOnly");
    audio.addOpusCodec(PAYLOAD_TYPE.opus);
    audio.addSSRC(ssrc.audio, id, id, `${id}-audio`);
    const tracks = [connection.addTrack(audio)];
    if (ssrc.video === undefined) return tracks;
    const video = new nd.Video("1", "SendOnly");
    video.addVP8Codec(PAYLOAD_TYPE.vp8);
    video.addSSRC(ssrc.video, id, id, `${id}-video`);
    const track = connection.addTrack(video);
    track.setMediaHandler(new nd.RtcpNackResponder(512));
    return [...tracks, track];
  });

/** Sends Opus and receives it on the same track. */
export const createTalker = (id: string, ssrc: number): Peer =>
  createPeer(id, (connection) => {
    const audio = new nd.Audio("0", "SendRecv");
    audio.addOpusCodec(PAYLOAD_TYPE.opus);
    audio.addSSRC(ssrc, id, id, `${id}-audio`);
    const track = connection.addTrack(audio);
    track.setMediaHandler(new nd.RtcpReceivingSession());
    return [track];
  });

export type Wanted = { video: "h264" | "vp8" | "av1" | "none" };

/** Receives the mix, reporting loss as a browser does. */
export const createSubscriber = (id: string, { video }: Wanted): Peer =>
  createPeer(id, (connection) => {
    const audio = new nd.Audio("0", "RecvOnly");
    audio.addOpusCodec(PAYLOAD_TYPE.opus);
    const tracks = [connection.addTrack(audio)];
    if (video !== "none") {
      const picture = new nd.Video("1", "RecvOnly");
      if (video === "h264") picture.addH264Codec(PAYLOAD_TYPE.h264, H264);
      else if (video === "av1") picture.addAV1Codec(PAYLOAD_TYPE.av1);
      else picture.addVP8Codec(PAYLOAD_TYPE.vp8);
      tracks.push(connection.addTrack(picture));
    }
    for (const track of tracks)
      track.setMediaHandler(new nd.RtcpReceivingSession());
    return tracks;
  });
