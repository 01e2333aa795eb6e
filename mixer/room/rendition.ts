/** One encode of a view's picture: alive only while somebody receives or records it. */
import { now } from "../clock.js";
import type { Counters } from "../counters.js";
import { EgressStream } from "../egress/stream.js";
import type { EncodedUnit, Micros, VideoCodec } from "../media.js";
import { createVideoEncoder, type VideoEncoder } from "../video/encoder.js";
import type { Compositor } from "../video/compositor.js";

export type UnitSink = (unit: EncodedUnit) => void;

export type VideoRendition = {
  readonly stream: EgressStream;
  readonly wanted: boolean;
  readonly keyWanted: boolean;
  addSink: (sink: UnitSink) => void;
  removeSink: (sink: UnitSink) => void;
  /** Encodes the canvas and sends it. Opens the encoder at first use. One call at a time. */
  encode: (frame: Compositor["frame"], pts: Micros) => Promise<void>;
  /** Gives the encoder back until somebody wants it again; not while `encode` runs. */
  release: () => void;
  /** For good: everybody who reads is let go. */
  close: () => void;
};

export type RenditionOptions = {
  codec: VideoCodec;
  width: number;
  height: number;
  fps: number;
  /** Bits per second. */
  bitrate: number;
};

/** However many receivers ask, one key frame a second is enough: a newcomer is served from the history meanwhile. */
const KEY_SPACING: Micros = 1_000_000;
/** A recording can be entered this often. */
const RECORDED_KEY_SPACING: Micros = 5_000_000;

/** When the next picture has to be a key frame. */
const createKeyPolicy = (stream: EgressStream, sinks: Set<UnitSink>) => {
  let madeAt: Micros = -KEY_SPACING;
  // A recorder can begin only with a key frame, and must not miss what happens until one is due.
  let sinkWaits = false;
  return {
    due: (at: Micros): boolean => {
      if (sinkWaits) return true;
      if (stream.keyWanted && at - madeAt >= KEY_SPACING) return true;
      return sinks.size > 0 && at - madeAt >= RECORDED_KEY_SPACING;
    },
    made: (at: Micros): void => {
      madeAt = at;
      sinkWaits = false;
    },
    sinkCame: (): void => {
      sinkWaits = true;
    },
  };
};

export const createVideoRendition = (
  options: RenditionOptions,
  counters: Counters,
): VideoRendition => {
  const stream = new EgressStream({ codec: options.codec, clockRate: 90_000 });
  const sinks = new Set<UnitSink>();
  const keys = createKeyPolicy(stream, sinks);
  let encoder: VideoEncoder | undefined;
  const release = (): void => {
    encoder?.close();
    encoder = undefined;
  };
  return {
    stream,
    get wanted() {
      return stream.legs.length > 0 || sinks.size > 0;
    },
    get keyWanted() {
      return encoder === undefined || keys.due(now());
    },
    addSink: (sink) => {
      sinks.add(sink);
      keys.sinkCame();
    },
    removeSink: (sink) => sinks.delete(sink),
    encode: async (frame, pts) => {
      const key = encoder === undefined || keys.due(now());
      encoder ??= createVideoEncoder(options);
      const unit = await encoder.encode(frame, pts, { key });
      if (unit === undefined) return;
      counters.framesEncoded++;
      if (unit.key) {
        counters.keyframes++;
        keys.made(now());
      }
      stream.write(unit);
      for (const sink of sinks) sink(unit);
    },
    release,
    close: () => {
      stream.close();
      sinks.clear();
      release();
    },
  };
};

/** Bits per second for a canvas: 1.5 Mbit/s at 720p30, in proportion to the pixels elsewhere, within reason. */
export const bitrateFor = (width: number, height: number): number =>
  Math.round(
    Math.min(
      4_000_000,
      Math.max(150_000, 1_500_000 * ((width * height) / (1280 * 720)) ** 0.75),
    ),
  );
