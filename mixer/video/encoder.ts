import {
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AVERROR_EAGAIN,
  FFmpegError,
  Frame,
  Packet,
} from "node-av";
import type { EncodedUnit, Micros, VideoCodec } from "../media.js";
import { CODECS } from "./codecs.js";
import { openContext, setRate } from "./encoder-context.js";
import { checkSize } from "./picture-frame.js";

export type VideoEncoderOptions = {
  codec: VideoCodec;
  /** Pixels, even. */
  width: number;
  height: number;
  fps: number;
  /** Bits per second. */
  bitrate: number;
  threads?: number;
};

/** One rendition's encoder. Owns its native context until `close`, which waits for a running `encode`. */
export type VideoEncoder = {
  readonly codec: VideoCodec;
  /** The library that encodes, e.g. libx264. */
  readonly name: string;
  /**
   * Encodes the frame at `pts`, on the libuv pool; one call at a time. Frames of several encoders may be the same one.
   * Once it resolves the frame may be written again. `data` of the result is a Buffer of its own.
   * undefined = the encoder skipped the frame, or is closed.
   */
  encode(
    frame: Frame,
    pts: Micros,
    options: { key: boolean },
  ): Promise<EncodedUnit | undefined>;
  /** Bits per second from the next frame on. Not there for VP8: libvpx would have to be opened anew. */
  setBitrate?(bitsPerSecond: number): void;
  close(): void;
};

const toRtp = (pts: Micros): bigint => BigInt(Math.round((pts * 9) / 100));

const checkPositive = (name: string, value: number): void => {
  if (!(Number.isFinite(value) && value > 0))
    throw new TypeError(`${name} must be positive, got ${value}`);
};

const check = (options: VideoEncoderOptions): void => {
  if (!Object.hasOwn(CODECS, options.codec)) {
    throw new TypeError(
      `codec must be one of ${Object.keys(CODECS).join(", ")}, got ${options.codec}`,
    );
  }
  checkSize(options.width, options.height);
  const { fps, bitrate, threads = 1 } = options;
  for (const [name, value] of Object.entries({ fps, bitrate, threads }))
    checkPositive(name, value);
};

/** The library's side of one encoder: context, packet, and a reference of its own to the shared canvas. */
const createCore = (options: VideoEncoderOptions) => {
  const context = openContext(options, CODECS[options.codec]);
  // pts and picture type differ from encoder to encoder, so each has its own frame around the same planes.
  const input = new Frame();
  input.alloc();
  const packet = new Packet();
  packet.alloc();
  let lastPts = -1n;
  return {
    context,
    async encode(
      frame: Frame,
      pts: Micros,
      key: boolean,
    ): Promise<EncodedUnit | undefined> {
      FFmpegError.throwIfError(input.ref(frame), "referencing the canvas");
      try {
        const rtp = toRtp(pts);
        lastPts = rtp > lastPts ? rtp : lastPts + 1n;
        input.pts = lastPts;
        input.pictType = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
        FFmpegError.throwIfError(await context.sendFrame(input), "sendFrame");
        const received = await context.receivePacket(packet);
        if (received === AVERROR_EAGAIN) return undefined;
        FFmpegError.throwIfError(received, "receivePacket");
        // node-av copies the payload for every packet, so the Buffer is nobody else's.
        return { data: packet.data!, pts, key: packet.isKeyframe };
      } finally {
        input.unref();
        packet.unref();
      }
    },
    free() {
      context.freeContext();
      input.free();
      packet.free();
    },
  };
};

/**
 * Opens an encoder for real time: no look-ahead, no B-frames, one packet a frame.
 * Throws a TypeError for wrong arguments; an Error if the library cannot open.
 */
export const createVideoEncoder = (
  options: VideoEncoderOptions,
): VideoEncoder => {
  check(options);
  const { codec, width, height } = options;
  const settings = CODECS[codec];
  const core = createCore(options);
  let busy = false;
  let closed = false;
  const encoder: VideoEncoder = {
    codec,
    name: settings.encoder,
    async encode(frame, pts, { key }) {
      if (closed) return undefined;
      if (busy)
        throw new Error("encode() was called before the last one ended");
      if (frame.width !== width || frame.height !== height) {
        throw new TypeError(
          `frame must be ${width}x${height}, got ${frame.width}x${frame.height}`,
        );
      }
      busy = true;
      try {
        return await core.encode(frame, pts, key);
      } finally {
        busy = false;
        if (closed) core.free();
      }
    },
    close() {
      if (closed) return;
      closed = true;
      if (!busy) core.free();
    },
  };
  if (!settings.rateChanges) return encoder;
  encoder.setBitrate = (bitsPerSecond) => {
    checkPositive("bitrate", bitsPerSecond);
    if (!closed) setRate(core.context, bitsPerSecond, settings);
  };
  return encoder;
};
