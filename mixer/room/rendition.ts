/** One encode of a view's picture: alive only while somebody receives or records it. */
import { now } from "../clock.js";
import type { Counters } from "../counters.js";
import { EgressStream } from "../egress/stream.js";
import type { EncodedUnit, Micros } from "../media.js";
import type { Compositor } from "../video/compositor.js";
import {
  createSchedule,
  createWorks,
  isStills,
  type RenditionOptions,
} from "./rendition-works.js";
import type { RungSpec } from "./rungs.js";

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

/** After no encoder worked. */
const RETRY: Micros = 1_000_000;

const narrowestOf = ({ legs }: EgressStream): number => {
  let narrowest = Infinity;
  for (const { allowance } of legs) narrowest = Math.min(narrowest, allowance);
  return narrowest;
};

/** Makes the pictures that are due. */
const createMaker = (
  options: RenditionOptions,
  stream: EgressStream,
  sinks: ReadonlySet<UnitSink>,
) => {
  const { rung, canvas } = options;
  const schedule = createSchedule(rung, canvas.fps);
  const works = createWorks(options);
  let failedAt: Micros = -RETRY;
  const isKeyDue = (at: Micros): boolean =>
    works.encoder === undefined ||
    schedule.isKeyDue(stream, sinks.size > 0, at);
  const make = async (frame: Compositor["frame"], pts: Micros) => {
    const at = now();
    if (at - failedAt < RETRY) return undefined;
    const key = isKeyDue(at);
    if (!schedule.isDue(pts) && !(key && schedule.stills)) return undefined;
    works.adapt(sinks.size > 0 ? Infinity : narrowestOf(stream), at);
    schedule.encoded(pts);
    try {
      const unit = await works.encode(frame, pts, key || schedule.stills);
      if (unit?.key) schedule.keyMade(now());
      return unit;
    } catch (error) {
      works.close();
      failedAt = now();
      throw error;
    }
  };
  return {
    works,
    make,
    sinkCame: schedule.sinkCame,
    isKeyWanted: (at: Micros): boolean =>
      isKeyDue(at) && at - failedAt >= RETRY,
  };
};

/** Throws a TypeError for a rung or a canvas that cannot be encoded, at the first picture. */
export const createVideoRendition = (
  options: RenditionOptions,
  counters: Counters,
): VideoRendition => {
  const { codec, rung, onLeft } = options;
  const rate = { bitrate: rung.bitrate, stills: isStills(rung) };
  const stream = new EgressStream({ codec, clockRate: 90_000, rate, onLeft });
  const sinks = new Set<UnitSink>();
  const { works, make, isKeyWanted, sinkCame } = createMaker(
    options,
    stream,
    sinks,
  );
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
      return isKeyWanted(now());
    },
    addSink: (sink) => {
      sinks.add(sink);
      sinkCame();
    },
    removeSink: (sink) => sinks.delete(sink),
    encode: async (frame, pts) => {
      const unit = await make(frame, pts);
      if (unit === undefined) return;
      counters.framesEncoded++;
      if (unit.key) counters.keyframes++;
      stream.write(unit);
      for (const sink of sinks) sink(unit);
    },
    release: works.close,
    close: () => {
      stream.close();
      sinks.clear();
      works.close();
    },
  };
};
