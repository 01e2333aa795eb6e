/** Fits the lowest rungs into lines that are narrower than their rates. Pure. */
import type { Micros } from "../media.js";
import { leastRate, type RungSpec } from "./rungs.js";

export type Squeeze = {
  /** Bits per second to encode at now. */
  readonly rate: number;
  /** Looks at what the narrowest line carries; true = `rate` changed. `costly`: the encoder has to be opened anew for it. */
  update: (narrowest: number, now: Micros, costly: boolean) => boolean;
};

/** What is encoded is this much of what the line carries: headers and key frames come on top. */
const SHARE = 0.75;
/** Smaller changes are not worth it, above all where they cost a key frame. */
const STEP = 0.1;
const COSTLY_STEP = 0.25;
const SPACING: Micros = 500_000;
const COSTLY_SPACING: Micros = 5_000_000;

/** What is still worth looking at. Stills get smaller so that one arrives before the next is due; then they come later. */
const LEAST: Partial<Record<RungSpec["name"], (rung: RungSpec) => number>> = {
  "180p": (rung) => SHARE * leastRate(rung),
  slides: ({ bitrate }) => bitrate / 2,
};

/** One bad line must not make the picture of a good one worse: only those on the lowest rungs share their trouble. */
export const createSqueeze = (rung: RungSpec): Squeeze => {
  const least = LEAST[rung.name]?.(rung) ?? rung.bitrate;
  let rate = rung.bitrate;
  let changedAt: Micros | undefined;
  return {
    get rate() {
      return rate;
    },
    update: (narrowest, now, costly) => {
      const next = Math.round(
        Math.min(rung.bitrate, Math.max(least, SHARE * narrowest)),
      );
      const spacing = costly ? COSTLY_SPACING : SPACING;
      if (changedAt !== undefined && now - changedAt < spacing) return false;
      const step = costly ? COSTLY_STEP : STEP;
      if (Math.abs(next / rate - 1) < step) return false;
      rate = next;
      changedAt = now;
      return true;
    },
  };
};
