/** Encoded sound back to samples, through FFmpeg's decoders in process. */
import {
  AV_CHANNEL_LAYOUT_MONO,
  Codec,
  CodecContext,
  FFmpegError,
  Frame,
  Packet,
  Rational,
} from "node-av";
import { join } from "./tone.js";

const openDecoder = (name: string, extradata?: Buffer): CodecContext => {
  const codec = Codec.findDecoderByName(name as never);
  if (codec === null) throw new Error(`no decoder ${name}`);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.sampleRate = 48_000;
  context.channelLayout = AV_CHANNEL_LAYOUT_MONO;
  context.pktTimebase = new Rational(1, 48_000);
  if (extradata !== undefined) context.extraData = extradata;
  FFmpegError.throwIfError(context.open2Sync(codec, null), `open ${name}`);
  return context;
};

/** The first channel of a frame of s16 or fltp. */
const samplesOf = (frame: Frame, float: boolean): Int16Array => {
  const plane = frame.data![0]!;
  const samples = new Int16Array(frame.nbSamples);
  for (let i = 0; i < samples.length; i++)
    samples[i] = float
      ? Math.round(32_767 * Math.max(-1, Math.min(1, plane.readFloatLE(4 * i))))
      : plane.readInt16LE(2 * i);
  return samples;
};

/** Decodes packets in order to the samples of the first channel: Opus (`libopus`) or, with its `extradata`, AAC (`aac`). */
export const decodeAudio = (
  name: "libopus" | "aac",
  packets: readonly Buffer[],
  extradata?: Buffer,
): Int16Array => {
  const context = openDecoder(name, extradata);
  const frame = new Frame();
  frame.alloc();
  const packet = new Packet();
  packet.alloc();
  const blocks: Int16Array[] = [];
  for (const data of [...packets, undefined]) {
    if (data !== undefined) packet.data = data;
    FFmpegError.throwIfError(
      context.sendPacketSync(data === undefined ? null : packet),
      `decode ${name}`,
    );
    while (context.receiveFrameSync(frame) >= 0) {
      blocks.push(samplesOf(frame, name === "aac"));
      frame.unref();
    }
    packet.unref();
  }
  packet.free();
  frame.free();
  context.freeContext();
  return join(blocks);
};
