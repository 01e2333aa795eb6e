/** FFmpeg's video decoders in process. */
import {
  Codec,
  CodecContext,
  FFmpegError,
  Frame,
  Packet,
  type FFDecoderCodec,
} from "node-av";
import type { VideoCodec } from "../../mixer/media.js";

const DECODERS = {
  h264: "h264",
  vp8: "vp8",
  vp9: "vp9",
  av1: "libdav1d",
} satisfies Record<VideoCodec, string>;

export type VideoDecoder = {
  /** The picture in this data; the same frame each time. undefined = none yet. @throws FFmpegError for what cannot be decoded */
  decode(data: Buffer): Frame | undefined;
  close(): void;
};

/** A decoder that takes no error for granted: what is broken is refused instead of concealed. */
export const openVideoDecoder = (codec: VideoCodec): VideoDecoder => {
  const name = DECODERS[codec] as string as FFDecoderCodec;
  const decoder = Codec.findDecoderByName(name);
  if (decoder === null) throw new Error(`no decoder ${DECODERS[codec]}`);
  const context = new CodecContext();
  context.allocContext3(decoder);
  context.threadCount = 1;
  context.setOption("err_detect", "explode");
  if (codec === "av1") context.setOption("max_frame_delay", "1");
  FFmpegError.throwIfError(context.open2Sync(decoder, null), "open");
  const frame = new Frame();
  frame.alloc();
  return {
    decode(data) {
      const packet = new Packet();
      packet.alloc();
      packet.data = data;
      const sent = context.sendPacketSync(packet);
      packet.free();
      FFmpegError.throwIfError(sent, "decode");
      return context.receiveFrameSync(frame) >= 0 ? frame : undefined;
    },
    close() {
      context.freeContext();
      frame.free();
    },
  };
};
