/** Opus to samples: FFmpeg's libopus in process. It offers neither FEC nor concealment; `conceal.ts` makes up what is missing. */
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  Codec,
  CodecContext,
  FFmpegError,
  Frame,
  Packet,
  Rational,
} from "node-av";
import { MIX_RATE } from "../media.js";
import { isOpusPacket } from "./opus-packet.js";

export type OpusDecoder = {
  /**
   * The packet's samples, interleaved at 48 kHz: valid until the next call; undefined for what is no Opus.
   * Synchronous, about 0.05 ms for 20 ms.
   */
  decode(data: Buffer): Int16Array | undefined;
  /** Idempotent. */
  close(): void;
};

/** A packet holds at most 120 ms (RFC 6716). */
const LONGEST = 5760;

const openContext = (channels: 1 | 2): CodecContext => {
  const codec = Codec.findDecoderByName("libopus" as never);
  if (codec === null) throw new Error("This FFmpeg has no decoder libopus");
  const context = new CodecContext();
  context.allocContext3(codec);
  context.sampleRate = MIX_RATE;
  context.channelLayout =
    channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
  context.pktTimebase = new Rational(1, MIX_RATE);
  FFmpegError.throwIfError(context.open2Sync(codec, null), "open libopus");
  return context;
};

/** Stereo is mixed down by the decoder where one channel is wanted. */
export const createOpusDecoder = (channels: 1 | 2): OpusDecoder => {
  const context = openContext(channels);
  const frame = new Frame();
  frame.alloc();
  const packet = new Packet();
  packet.alloc();
  const output = new Int16Array(LONGEST * channels);
  let closed = false;

  const receive = (): number => {
    let filled = 0;
    while (context.receiveFrameSync(frame) >= 0) {
      const plane = frame.data![0]!;
      const { nbSamples } = frame;
      const count = Math.min(nbSamples * channels, output.length - filled);
      const view = new Int16Array(plane.buffer, plane.byteOffset, count);
      output.set(view, filled);
      filled += count;
      frame.unref();
    }
    return filled;
  };

  return {
    decode(data) {
      // FFmpeg says on stderr what is wrong with a packet: anybody could fill a log.
      if (closed || !isOpusPacket(data)) return undefined;
      packet.data = data;
      const taken = context.sendPacketSync(packet);
      packet.unref();
      if (taken < 0) return undefined;
      const filled = receive();
      return filled === 0 ? undefined : output.subarray(0, filled);
    },
    close() {
      if (closed) return;
      closed = true;
      packet.free();
      frame.free();
      context.freeContext();
    },
  };
};
