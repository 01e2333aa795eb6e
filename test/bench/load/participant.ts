/** Synthetic people: who sends a voice and a face and receives the mix, and who only watches. */
import type { Track } from "node-datachannel";
import type { UplinkHint } from "../../../mixer/contract.js";
import type { CameraMode } from "./clips.js";
import { createPublisher, createSubscriber, PAYLOAD_TYPE } from "./peers.js";
import type { Wanted } from "./peers.js";
import { createRtpSender, type RtpSender } from "./rtp.js";
import { openSignaling, type Signaling } from "./signaling.js";

/** What has arrived of the mix. */
export type Received = {
  packets: number;
  bytes: number;
  /** Complete pictures: packets with the marker. */
  pictures: number;
  /** Packets that were jumped over and never came. */
  missing: number;
};

export type Someone = {
  readonly received: Received;
  /** Sends what is due at this time (ms of one clock). */
  tick(now: number): void;
  close(): void;
};

/** What a camera sends in one of its modes. */
export type Film = { mode: CameraMode; frames: Buffer[] };

/** `camera`: smallest first. */
export type Clips = { camera: readonly Film[]; voice: Buffer[] };

/** Counts what arrives. A packet that is late or sent again is no loss. */
export const count = (received: Received, tracks: readonly Track[]): void => {
  for (const track of tracks) {
    let next: number | undefined;
    track.onMessage((packet) => {
      const type = packet[1]! & 0x7f;
      // RTCP's types, without the bit that is RTP's marker: 200 to 207.
      if (type >= 72 && type <= 79) return;
      received.packets += 1;
      received.bytes += packet.length;
      if (track.type() === "video" && (packet[1]! & 0x80) !== 0)
        received.pictures += 1;
      const sequence = packet.readUInt16BE(2);
      const ahead = next === undefined ? 0 : (sequence - next) & 0xffff;
      if (ahead >= 0x8000) {
        received.missing -= 1;
        return;
      }
      received.missing += ahead;
      next = (sequence + 1) & 0xffff;
    });
  }
};

export const nothing = (): Received => ({
  packets: 0,
  bytes: 0,
  pictures: 0,
  missing: 0,
});

export type Stream = {
  /** None: it sends nothing. */
  units: readonly Buffer[];
  /** Milliseconds of one unit. */
  every: number;
  clockRate: number;
  send: (unit: Buffer, timestamp: number) => void;
  next: number;
  startedAt: number;
  done: number;
  /** RTP's time at `startedAt`, ms. */
  offset: number;
};

/** Sends the units that are due; a process that was held up does not send what is a second late. */
export const advance = (stream: Stream, now: number): void => {
  if (now - stream.startedAt - stream.done * stream.every > 1000)
    stream.done = Math.floor((now - stream.startedAt) / stream.every);
  while (stream.startedAt + stream.done * stream.every <= now) {
    const time = stream.offset + stream.done * stream.every;
    const timestamp = Math.round((time * stream.clockRate) / 1000);
    if (stream.units.length > 0)
      stream.send(stream.units[stream.next]!, timestamp);
    stream.next = (stream.next + 1) % Math.max(1, stream.units.length);
    stream.done += 1;
  }
};

const isPictureLoss = (packet: Buffer): boolean => {
  for (let at = 0; at + 4 <= packet.length;) {
    const [fmt, type] = [packet[at]! & 0x1f, packet[at + 1]!];
    if (type === 206 && (fmt === 1 || fmt === 4)) return true;
    at += 4 * (packet.readUInt16BE(at + 2) + 1);
  }
  return false;
};

const NO_FILM: Film = {
  mode: { width: 0, height: 0, fps: 5, bitrate: 0 },
  frames: [],
};

/** From its next picture on, a key frame, the camera sends this. */
const show = (stream: Stream, { mode, frames }: Film): void => {
  if (stream.units === frames) return;
  const passed = stream.done * stream.every;
  stream.startedAt += passed;
  stream.offset += passed;
  stream.done = stream.next = 0;
  stream.units = frames;
  stream.every = 1000 / mode.fps;
};

/** The smallest film that is as large as was asked for, or the largest. */
const filmFor = (
  films: readonly Film[],
  hints: readonly UplinkHint[],
): Film => {
  const hint = hints.find(({ source }) => source === "camera");
  if (hint?.height === 0) return NO_FILM;
  return (
    films.find(({ mode }) => hint && mode.height >= hint.height) ??
    films.at(-1)!
  );
};

/** All streams of one person start a little apart from everybody else's, as people do. */
const streamsOf = (
  { camera, voice }: Clips,
  tracks: readonly Track[],
  senders: readonly RtpSender[],
  startedAt: number,
): Stream[] => {
  const base = { next: 0, done: 0, offset: 0, startedAt };
  const audio: Stream = {
    ...base,
    units: voice,
    every: 20,
    clockRate: 48_000,
    send: senders[0]!.sound,
  };
  if (tracks[1] === undefined) return [audio];
  const video: Stream = {
    ...base,
    units: camera.at(-1)!.frames,
    every: 1000 / camera.at(-1)!.mode.fps,
    clockRate: 90_000,
    send: senders[1]!.picture,
  };
  // The clip's only key frame is its first.
  tracks[1].onMessage((packet) => {
    if (isPictureLoss(packet)) video.next = 0;
  });
  return [audio, video];
};

export const sendOn =
  (track: Track) =>
  (packet: Buffer): void => {
    try {
      if (track.isOpen()) track.sendMessageBinary(packet);
    } catch {
      // It was closed between the question and the packet, by a thread of its own.
    }
  };

const publish = async (
  signaling: Signaling,
  { id, index, camera }: { id: string; index: number; camera: boolean },
) => {
  const ssrc = 1000 + 10 * index;
  const peer = createPublisher(id, {
    audio: ssrc,
    video: camera ? ssrc + 1 : undefined,
  });
  const sdp = await peer.offer();
  const reply = await signaling.request({ type: "publish", sdp });
  if (reply.type === "answer") peer.accept(reply.sdp);
  await peer.open;
  const senders = peer.tracks.map((track, at) =>
    createRtpSender(
      {
        ssrc: ssrc + at,
        payloadType: at === 0 ? PAYLOAD_TYPE.opus : PAYLOAD_TYPE.vp8,
      },
      sendOn(track),
    ),
  );
  return { peer, senders };
};

export type JoinOptions = Wanted & {
  ws: string;
  room: string;
  index: number;
  camera: boolean;
  /** Its camera sends what the server asks for. */
  follow?: boolean;
  muted: boolean;
  clips: Clips;
};

/** Takes a seat, sends, and receives the own mix. */
export const joinAsParticipant = async (
  options: JoinOptions,
): Promise<Someone> => {
  const { ws, room, index, camera, muted, clips } = options;
  let hints: UplinkHint[] = [];
  let heed = (): void => undefined;
  const signaling = await openSignaling(ws, (message) => {
    if (message.type !== "uplink") return;
    hints = message.hints;
    heed();
  });
  const id = `p${index}`;
  const name = `Participant ${index + 1}`;
  await signaling.request({ type: "join", room, name, muted, camera });
  const { peer, senders } = await publish(signaling, { id, index, camera });
  const subscriber = createSubscriber(`${id}-mix`, options);
  const sdp = await subscriber.offer();
  const reply = await signaling.request({ type: "subscribe", sdp });
  const received = nothing();
  count(received, subscriber.tracks);
  if (reply.type === "answer") subscriber.accept(reply.sdp);
  await subscriber.open;
  const startedAt = performance.now() + ((index * 7) % 33);
  const streams = streamsOf(clips, peer.tracks, senders, startedAt);
  const video = streams[1];
  if (options.follow && video !== undefined) {
    heed = () => show(video, filmFor(clips.camera, hints));
    heed();
  }
  return {
    received,
    tick: (now) => {
      for (const stream of streams) advance(stream, now);
    },
    close: () => {
      signaling.close();
      peer.close();
      subscriber.close();
    },
  };
};

/** Watches the full mix by WHEP. */
export const joinAsViewer = async (
  options: Wanted & { url: string; room: string; index: number },
): Promise<Someone> => {
  const { url, room, index } = options;
  const subscriber = createSubscriber(`viewer-${index}`, options);
  const response = await fetch(`${url}/whep/${room}`, {
    method: "POST",
    headers: { "Content-Type": "application/sdp" },
    body: await subscriber.offer(),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`WHEP: ${response.status} ${answer}`);
  const received = nothing();
  count(received, subscriber.tracks);
  subscriber.accept(answer);
  await subscriber.open;
  return { received, tick: () => undefined, close: subscriber.close };
};
