/** One encode of a view's picture: alive only while somebody receives or records it. */
import { now } from "../clock.js";
import type { Counters } from "../counters.js";
import { EgressStream } from "../egress/stream.js";
import type { EncodedUnit, Micros, VideoCodec } from "../media.js";
import { createDownscaler, type Downscaler } from "../video/downscale.js";
import {
  createVideoEncoder,
  type EncoderChoice,
  type VideoEncoder,
} from "../video/encoder.js";
import type { Compositor } from "../video/compositor.js";
import type { CanvasSize, RungSpec } from "./rungs.js";
import { createSqueeze } from "./squeeze.js";

export type UnitSink = (unit: EncodedUnit) => void;

export type VideoRendition = {
  readonly stream: EgressStream;
  readonly rung: RungSpec;
  /** The library or device that encodes, e.g. `libx264`; undefined before the first picture and once given back. */
  readonly encoderName: string | undefined;
  readonly wanted: boolean;
  readonly keyWanted: boolean;
  addSink: (sink: UnitSink) => void;
  removeSink: (sink: UnitSink) => void;
  /**
   * Encodes the canvas, scaled down to the rung's size, and sends it; skips frames above the rung's rate. Opens the
   * encoder at first use. One call at a time. Rejects when no encoder works, and then tries none for a second.
   */
  encode: (frame: Compositor["frame"], pts: Micros) => Promise<void>;
  /** Gives encoder and scaler back until somebody wants it again; not while `encode` runs. */
  release: () => void;
  /** For good: everybody who reads is let go. */
  close: () => void;
};

export type RenditionOptions = {
  codec: VideoCodec;
  rung: RungSpec;
  canvas: CanvasSize;
  /** `auto` by default. */
  encoder?: EncoderChoice;
  /** Told why another encoder than the chosen one is in use. */
  onFallback?: (reason: string) => void;
  /** A leg went on to another stream, later than it was told to: this rendition may be unwanted now. */
  onLeft?: () => void;
};

/** However many receivers ask, one key frame a second is enough: a newcomer is served from the history meanwhile. */
const KEY_SPACING: Micros = 1_000_000;
/** Who comes from another rung cannot be served from the history, whose pictures it has seen in another size. */
const URGENT_KEY_SPACING: Micros = 400_000;
/** A recording can be entered this often. */
const RECORDED_KEY_SPACING: Micros = 5_000_000;
/** After no encoder worked. */
const RETRY: Micros = 1_000_000;

/** When a picture, and when a key frame, is due. Pure. */
const createSchedule = ({ fps }: RungSpec, canvasFps: number) => {
  const interval = 1_000_000 / fps;
  // Half a tick of tolerance: ticks jitter by the rounding of their due times.
  const tolerance = 500_000 / canvasFps;
  let encodedAt: Micros = -interval;
  let keyAt: Micros = -KEY_SPACING;
  return {
    /** Stills are all key frames, and the only pictures that come out of their turn. */
    stills: fps < 1,
    isDue: (pts: Micros): boolean => pts - encodedAt >= interval - tolerance,
    encoded: (pts: Micros): void => {
      encodedAt = pts;
    },
    keyMade: (at: Micros): void => {
      keyAt = at;
    },
    isKeyDue: (
      stream: EgressStream,
      recorded: boolean,
      at: Micros,
    ): boolean => {
      const spacing = stream.keyUrgent ? URGENT_KEY_SPACING : KEY_SPACING;
      if (stream.keyWanted && at - keyAt >= spacing) return true;
      return recorded && at - keyAt >= RECORDED_KEY_SPACING;
    },
  };
};

/** Scaler and encoder of one rendition, opened when they are needed and given back together. */
const createWorks = (options: RenditionOptions) => {
  const { codec, rung, canvas, encoder, onFallback } = options;
  const isCanvas = rung.width === canvas.width && rung.height === canvas.height;
  const squeeze = createSqueeze(rung);
  let opened: VideoEncoder | undefined;
  let downscaler: Downscaler | undefined;
  const close = (): void => {
    opened?.close();
    downscaler?.close();
    opened = downscaler = undefined;
  };
  const open = (): VideoEncoder =>
    createVideoEncoder({
      codec,
      width: rung.width,
      height: rung.height,
      fps: rung.fps,
      bitrate: squeeze.rate,
      encoder,
      onFallback,
    });
  return {
    get encoder() {
      return opened;
    },
    close,
    /** Follows the narrowest line. */
    adapt: (narrowest: number, at: Micros): void => {
      if (opened === undefined) return;
      if (!squeeze.update(narrowest, at, !opened.rateChanges)) return;
      if (opened.rateChanges) opened.setBitrate(squeeze.rate);
      else close();
    },
    encode: async (frame: Compositor["frame"], pts: Micros, key: boolean) => {
      opened ??= open();
      if (isCanvas) return opened.encode(frame, pts, { key });
      downscaler ??= createDownscaler(canvas, rung);
      const scaled = await downscaler.scale(frame);
      return opened.encode(scaled, pts, { key });
    },
  };
};

const narrowestOf = ({ legs }: EgressStream): number => {
  let narrowest = Infinity;
  for (const { allowance } of legs) narrowest = Math.min(narrowest, allowance);
  return narrowest;
};

/** Throws a TypeError for a rung or a canvas that cannot be encoded, at the first picture. */
export const createVideoRendition = (
  options: RenditionOptions,
  counters: Counters,
): VideoRendition => {
  const { codec, rung, canvas, onLeft } = options;
  const { bitrate } = rung;
  const schedule = createSchedule(rung, canvas.fps);
  const stream = new EgressStream({
    codec,
    clockRate: 90_000,
    rate: { bitrate, stills: schedule.stills },
    onLeft,
  });
  const sinks = new Set<UnitSink>();
  const works = createWorks(options);
  let failedAt: Micros = -RETRY;

  const isKeyDue = (): boolean =>
    works.encoder === undefined ||
    schedule.isKeyDue(stream, sinks.size > 0, now());
  const write = (unit: EncodedUnit): void => {
    counters.framesEncoded++;
    if (unit.key) {
      counters.keyframes++;
      schedule.keyMade(now());
    }
    stream.write(unit);
    for (const sink of sinks) sink(unit);
  };
  return {
    stream,
    rung,
    get encoderName() {
      return works.encoder?.name;
    },
    get wanted() {
      return stream.legs.length > 0 || sinks.size > 0;
    },
    get keyWanted() {
      return isKeyDue() && now() - failedAt >= RETRY;
    },
    addSink: (sink) => sinks.add(sink),
    removeSink: (sink) => sinks.delete(sink),
    encode: async (frame, pts) => {
      const at = now();
      if (at - failedAt < RETRY) return;
      const key = isKeyDue();
      if (!schedule.isDue(pts) && !(key && schedule.stills)) return;
      works.adapt(sinks.size > 0 ? Infinity : narrowestOf(stream), at);
      schedule.encoded(pts);
      try {
        const all = key || schedule.stills;
        const unit = await works.encode(frame, pts, all);
        if (unit !== undefined) write(unit);
      } catch (error) {
        works.close();
        failedAt = now();
        throw error;
      }
    },
    release: works.close,
    close: () => {
      stream.close();
      sinks.clear();
      works.close();
    },
  };
};
