/** Encoded pictures back to frames, through FFmpeg's decoders in process. */
import { Codec, CodecContext, FFmpegError, Frame, Packet } from "node-av";
import type { EncodedUnit } from "../../mixer/media.js";

/** Decodes in order; `see` gets each frame, which is valid until it returns. */
export const decodeVideo = (
  codec: "h264" | "vp8",
  units: readonly EncodedUnit[],
  see: (frame: Frame) => void,
): void => {
  const context = new CodecContext();
  const decoder = Codec.findDecoderByName(codec as never);
  context.allocContext3(decoder);
  context.threadCount = 1;
  FFmpegError.throwIfError(context.open2Sync(decoder, null), `open ${codec}`);
  const frame = new Frame();
  frame.alloc();
  const packet = new Packet();
  packet.alloc();
  for (const { data } of units) {
    packet.data = data;
    FFmpegError.throwIfError(context.sendPacketSync(packet), "sendPacket");
    packet.unref();
    while (context.receiveFrameSync(frame) >= 0) see(frame);
  }
  packet.free();
  frame.free();
  context.freeContext();
};
