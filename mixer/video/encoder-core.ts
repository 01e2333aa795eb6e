import {
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AVERROR_EAGAIN,
  FFmpegError,
  Frame,
  Packet,
} from "node-av";
import type { EncodedUnit, Micros, VideoCodec } from "../media.js";
import type { CodecSettings, EncoderChoice } from "./codecs.js";
import { isStills, openContext, setRate } from "./encoder-context.js";
import { createEvenTime } from "./even-time.js";

export type VideoEncoderOptions = {
  codec: VideoCodec;
  /** Pixels, even. */
  width: number;
  height: number;
  fps: number;
  /** Bits per second. */
  bitrate: number;
  threads?: number;
  /** One of ENCODER_CHOICES; `auto` by default. */
  encoder?: EncoderChoice;
  /** Told why another encoder than the one named works, or why one was replaced while it ran. */
  onFallback?: (reason: string) => void;
};

/** One open library: context, packet, and a reference of its own to the shared canvas. One call at a time. */
export type EncoderCore = {
  readonly name: string;
  readonly rateChanges: boolean;
  encode: (
    frame: Frame,
    pts: Micros,
    key: boolean,
  ) => Promise<EncodedUnit | undefined>;
  setBitrate: (bitsPerSecond: number) => void;
  free: () => void;
};

const toRtp = (pts: Micros): bigint => BigInt(Math.round((pts * 9) / 100));

/** Throws an Error if the library cannot open. */
export const openCore = (
  options: VideoEncoderOptions,
  settings: CodecSettings,
): EncoderCore => {
  const { context, upload, free } = openContext(options, settings);
  // pts and picture type differ from encoder to encoder, so each has its own frame around the same planes.
  const own = new Frame();
  own.alloc();
  const packet = new Packet();
  packet.alloc();
  const isEven = settings.evenTime === true && !isStills(options);
  const tell = isEven ? createEvenTime(options.fps) : (pts: Micros) => pts;
  let lastPts = -1n;
  const send = async (input: Frame, rtp: bigint, key: boolean) => {
    input.pts = lastPts = rtp > lastPts ? rtp : lastPts + 1n;
    input.pictType = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    FFmpegError.throwIfError(await context.sendFrame(input), "sendFrame");
    const received = await context.receivePacket(packet);
    if (received !== AVERROR_EAGAIN)
      FFmpegError.throwIfError(received, "receivePacket");
    return received !== AVERROR_EAGAIN;
  };
  return {
    name: settings.encoder,
    rateChanges: settings.rateChanges,
    encode: async (frame, pts, key) => {
      let input = own;
      if (upload === undefined)
        FFmpegError.throwIfError(own.ref(frame), "referencing the canvas");
      try {
        if (upload !== undefined) input = await upload.upload(frame);
        const got = await send(input, toRtp(tell(pts)), key);
        // node-av copies the payload for every packet, so the Buffer is nobody else's.
        return got
          ? { data: packet.data!, pts, key: packet.isKeyframe }
          : undefined;
      } finally {
        input.unref();
        packet.unref();
      }
    },
    setBitrate: (bitrate) =>
      setRate(context, { bitrate, fps: options.fps }, settings),
    free: () => {
      free();
      own.free();
      packet.free();
    },
  };
};
