/** What a rendition is made with: when pictures are due, and the scaler and encoder that make them. */
import type { EgressStream } from "../egress/stream.js";
import type { Micros, VideoCodec } from "../media.js";
import type { Compositor } from "../video/compositor.js";
import { createDownscaler, type Downscaler } from "../video/downscale.js";
import {
  createVideoEncoder,
  type EncoderChoice,
  type VideoEncoder,
} from "../video/encoder.js";
import type { CanvasSize, RungSpec } from "./rungs.js";
import { createSqueeze } from "./squeeze.js";

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
/** Stills are all key frames, and the only pictures that come out of their turn. */
export const isStills = ({ fps }: RungSpec): boolean => fps < 1;

/** When a picture, and when a key frame, is due. Pure. */
export const createSchedule = (rung: RungSpec, canvasFps: number) => {
  const interval = 1_000_000 / rung.fps;
  // Half a tick of tolerance: ticks jitter by the rounding of their due times.
  const tolerance = 500_000 / canvasFps;
  let encodedAt: Micros = -interval;
  let keyAt: Micros = -KEY_SPACING;
  // A recorder can begin only with a key frame, and must not miss what happens until one is due.
  let sinkWaits = false;
  return {
    stills: isStills(rung),
    isDue: (pts: Micros): boolean => pts - encodedAt >= interval - tolerance,
    encoded: (pts: Micros): void => {
      encodedAt = pts;
    },
    keyMade: (at: Micros): void => {
      keyAt = at;
      sinkWaits = false;
    },
    sinkCame: (): void => {
      sinkWaits = true;
    },
    isKeyDue: (
      stream: EgressStream,
      recorded: boolean,
      at: Micros,
    ): boolean => {
      if (sinkWaits) return true;
      const spacing = stream.keyUrgent ? URGENT_KEY_SPACING : KEY_SPACING;
      if (stream.keyWanted && at - keyAt >= spacing) return true;
      return recorded && at - keyAt >= RECORDED_KEY_SPACING;
    },
  };
};

/** Scaler and encoder of one rendition, opened when they are needed and given back together. */
export const createWorks = (options: RenditionOptions) => {
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
      const costly = opened !== undefined && !opened.rateChanges;
      if (!squeeze.update(narrowest, at, costly)) return;
      if (costly) close();
      else opened?.setBitrate(squeeze.rate);
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
