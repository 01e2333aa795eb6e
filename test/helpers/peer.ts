/** Real WebRTC clients without a browser: one that sends a colour and a tone, one that sees and hears the mix. */
import { registerCompletionHandler } from "ava";
import wrtc from "@roamhq/wrtc";
import { offerStereo } from "../../public/sdk/stereo.js";
import { sine } from "./tone.js";
import { until } from "./until.js";

const { RTCPeerConnection, nonstandard } = wrtc;

// A process that used a source of wrtc's does not end by itself.
registerCompletionHandler(() => process.exit());

type Peer = InstanceType<typeof RTCPeerConnection>;

export type Yuv = [y: number, u: number, v: number];

const gathered = async (peer: Peer): Promise<string> => {
  await until({
    what: "gathering",
    read: () => peer.iceGatheringState,
    accept: (state) => state === "complete",
  });
  return peer.localDescription?.sdp ?? "";
};

const offer = async (peer: Peer, edit = (sdp: string): string => sdp) => {
  const { type, sdp } = await peer.createOffer();
  await peer.setLocalDescription({ type, sdp: edit(sdp ?? "") });
  return gathered(peer);
};

const colourFrame = (width: number, height: number, [y, u, v]: Yuv) => {
  const luma = width * height;
  const data = new Uint8Array(luma * 1.5).fill(y);
  data.fill(u, luma, luma * 1.25);
  data.fill(v, luma * 1.25);
  return { width, height, data };
};

export type SenderOptions = {
  /** Absent: no picture is sent. */
  colour?: Yuv;
  /** From the second picture on, by its number. */
  colours?: (picture: number) => Yuv;
  /** Hz; absent: no sound is sent. */
  tone?: number;
  /** Instead of a tone: `count` samples from `from` on, of each of its channels, interleaved. */
  sound?: (from: number, count: number) => Int16Array;
  channels?: 1 | 2;
  width?: number;
  height?: number;
};

/** Sends 15 pictures and 100 blocks of sound a second until it is closed. */
export const openSender = (options: SenderOptions) => {
  const { colour, colours, tone, sound } = options;
  const { width = 320, height = 180, channels: channelCount = 1 } = options;
  const peer = new RTCPeerConnection();
  const timers: NodeJS.Timeout[] = [];
  if (colour !== undefined) {
    const source = new nonstandard.RTCVideoSource();
    peer.addTrack(source.createTrack());
    let frame = colourFrame(width, height, colour);
    let count = 0;
    const show = (): void => {
      count++;
      if (colours !== undefined)
        frame = colourFrame(width, height, colours(count));
      source.onFrame(frame);
    };
    timers.push(setInterval(show, 66));
  }
  const make =
    sound ??
    (tone === undefined
      ? undefined
      : (from: number, count: number) =>
          sine(tone, { from, count, level: -20 }));
  if (make !== undefined) {
    const source = new nonstandard.RTCAudioSource();
    peer.addTrack(source.createTrack());
    let from = 0;
    const start = performance.now();
    const feed = (): void => {
      for (; from < (performance.now() - start) * 48; from += 480) {
        const samples = make(from, 480);
        source.onData({ samples, sampleRate: 48_000, channelCount });
      }
    };
    timers.push(setInterval(feed, 10));
  }
  return {
    peer,
    offer: () => offer(peer),
    accept: (sdp: string) => peer.setRemoteDescription({ type: "answer", sdp }),
    close: () => {
      for (const timer of timers) clearInterval(timer);
      peer.close();
    },
  };
};

export type Sender = ReturnType<typeof openSender>;

/** The newest picture and the last second of sound of what it receives; of both channels if it says so in its offer. */
export const openReceiver = ({ stereo = false } = {}) => {
  const peer = new RTCPeerConnection();
  peer.addTransceiver("audio", { direction: "recvonly" });
  peer.addTransceiver("video", { direction: "recvonly" });
  const sinks: { stop: () => void }[] = [];
  const seen = { width: 0, height: 0, frames: 0, data: new Uint8Array() };
  const sides = [new Int16Array(48_000), new Int16Array(48_000)] as const;
  const hear = (samples: Int16Array, channelCount: number): void => {
    const count = samples.length / channelCount;
    sides.forEach((side, c) => {
      side.copyWithin(0, count);
      const channel = Math.min(c, channelCount - 1);
      for (let i = 0; i < count; i++)
        side[side.length - count + i] = samples[i * channelCount + channel]!;
    });
  };
  peer.ontrack = ({ track }) => {
    if (track.kind === "video") {
      const sink = new nonstandard.RTCVideoSink(track);
      sinks.push(sink);
      sink.onframe = ({ frame }: { frame: Omit<typeof seen, "frames"> }) => {
        Object.assign(seen, frame);
        seen.frames++;
      };
      return;
    }
    const sink = new nonstandard.RTCAudioSink(track);
    sinks.push(sink);
    sink.ondata = (block: { samples: Int16Array; channelCount?: number }) =>
      hear(block.samples, block.channelCount ?? 1);
  };
  return {
    peer,
    seen,
    /** The last second, of the left side. */
    heard: () => sides[0],
    right: () => sides[1],
    /** Mean of a small square around a point, given as fractions of the picture. */
    colourAt: (x: number, y: number): Yuv => {
      const { width, height, data } = seen;
      const at = (plane: number, w: number, h: number): number =>
        data[plane + Math.floor(y * h) * w + Math.floor(x * w)] ?? 0;
      const [halfWidth, halfHeight] = [width >> 1, height >> 1];
      const u = width * height;
      return [
        at(0, width, height),
        at(u, halfWidth, halfHeight),
        at(u + halfWidth * halfHeight, halfWidth, halfHeight),
      ];
    },
    offer: () => offer(peer, stereo ? offerStereo : undefined),
    accept: (sdp: string) => peer.setRemoteDescription({ type: "answer", sdp }),
    close: () => {
      for (const sink of sinks) sink.stop();
      peer.close();
    },
  };
};

export type Receiver = ReturnType<typeof openReceiver>;
