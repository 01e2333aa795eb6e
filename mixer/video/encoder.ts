import type { Frame } from "node-av";
import type { EncodedUnit, Micros, VideoCodec } from "../media.js";
import {
  ENCODER_CHOICES,
  encodersFor,
  SOFTWARE,
  type CodecSettings,
} from "./codecs.js";
import {
  openCore,
  type EncoderCore,
  type VideoEncoderOptions,
} from "./encoder-core.js";
import { quietly } from "./hardware.js";
import { checkSize } from "./picture-frame.js";

export type { EncoderChoice } from "./codecs.js";
export type { VideoEncoderOptions } from "./encoder-core.js";

/** No failure: software encodes in the place of what was named or has broken. */
export class EncoderFallback extends Error {
  override readonly name = "EncoderFallback";
}

/** One rendition's encoder. Owns its native context until `close`, which waits for a running `encode`. */
export type VideoEncoder = {
  readonly codec: VideoCodec;
  /** The library or device that encodes, e.g. libx264, h264_vaapi. */
  readonly name: string;
  /**
   * Encodes the frame at `pts`, on the libuv pool; one call at a time. Frames of several encoders may be the same one.
   * Once it resolves the frame may be written again. `data` of the result is a Buffer of its own.
   * undefined = the encoder skipped the frame, or is closed. When the encoder fails, a software encoder takes over with
   * a key frame; rejects when that fails too.
   */
  encode(
    frame: Frame,
    pts: Micros,
    options: { key: boolean },
  ): Promise<EncodedUnit | undefined>;
  /** Whether `setBitrate` works: libvpx and SVT-AV1 would have to be opened anew. */
  readonly rateChanges: boolean;
  /** Bits per second from the next frame on. */
  setBitrate(bitsPerSecond: number): void;
  close(): void;
};

/** Opens one encoder. */
export type OpenCore = typeof openCore;

const checkPositive = (name: string, value: number): void => {
  if (!(Number.isFinite(value) && value > 0))
    throw new TypeError(`${name} must be positive, got ${value}`);
};

const checkOneOf = (
  name: string,
  allowed: readonly string[],
  value: string,
): void => {
  if (!allowed.includes(value))
    throw new TypeError(
      `${name} must be one of ${allowed.join(", ")}, got ${value}`,
    );
};

const check = (options: VideoEncoderOptions): void => {
  const { codec, encoder = "auto", fps, bitrate, threads = 1 } = options;
  checkOneOf("codec", Object.keys(SOFTWARE), codec);
  checkOneOf("encoder", ENCODER_CHOICES, encoder);
  checkSize(options.width, options.height);
  for (const [name, value] of Object.entries({ fps, bitrate, threads }))
    checkPositive(name, value);
};

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The first that opens; what could not is told if it was named. */
const openFirst = (
  options: VideoEncoderOptions,
  candidates: readonly CodecSettings[],
  open: OpenCore,
): EncoderCore => {
  const { encoder = "auto", onFallback } = options;
  for (const settings of candidates.slice(0, -1)) {
    try {
      return quietly(() => open(options, settings));
    } catch (error) {
      if (encoder !== "auto")
        onFallback?.(`${settings.encoder} cannot open: ${messageOf(error)}`);
    }
  }
  return open(options, candidates.at(-1)!);
};

/**
 * The encoder in use, and software in its place once it has failed: hardware may vanish or run out of sessions at any
 * time. Software that fails is opened anew once, too.
 */
const createReplaceable = (options: VideoEncoderOptions, open: OpenCore) => {
  const { codec, encoder = "auto", onFallback } = options;
  let core = openFirst(options, encodersFor(codec, encoder), open);
  let replaced = false;
  const replace = (error: unknown): void => {
    replaced = true;
    onFallback?.(`${core.name} failed: ${messageOf(error)}`);
    const next = open(options, SOFTWARE[codec]);
    core.free();
    core = next;
  };
  return {
    get core() {
      return core;
    },
    encode: async (
      frame: Frame,
      pts: Micros,
      key: boolean,
    ): Promise<EncodedUnit | undefined> => {
      try {
        return await core.encode(frame, pts, key);
      } catch (error) {
        if (replaced) throw error;
        replace(error);
        return await core.encode(frame, pts, true);
      }
    },
  };
};

/**
 * Opens an encoder for real time: no look-ahead, no B-frames, one packet a frame.
 * Throws a TypeError for wrong arguments; an Error if not even software can open. `open` is for tests that break encoders.
 */
export const createVideoEncoder = (
  options: VideoEncoderOptions,
  open: OpenCore = openCore,
): VideoEncoder => {
  check(options);
  const { codec, width, height } = options;
  const used = createReplaceable(options, open);
  let busy = false;
  let closed = false;
  return {
    codec,
    get name() {
      return used.core.name;
    },
    get rateChanges() {
      return used.core.rateChanges;
    },
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
        return await used.encode(frame, pts, key);
      } finally {
        busy = false;
        if (closed) used.core.free();
      }
    },
    setBitrate(bitsPerSecond) {
      checkPositive("bitrate", bitsPerSecond);
      if (!closed && used.core.rateChanges) used.core.setBitrate(bitsPerSecond);
    },
    close() {
      if (closed) return;
      closed = true;
      if (!busy) used.core.free();
    },
  };
};
