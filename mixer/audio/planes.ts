/** A tick of sound as one array a channel: what is mono costs what one array costs. */
import { TICK_SAMPLES } from "../media.js";

export type Channels = 1 | 2;
/**
 * Of numbers of 64 bits: they hold every sum of samples and of samples times gains exactly (`exact` in sum.ts), and cost
 * a third of what whole numbers do where voices are multiplied, which those have to be converted for.
 */
export type Planes = readonly Float64Array[];
/** A voice at a gain that goes from `from` on by `step` a sample. */
export type Share = { planes: Planes; from: number; step: number };

export const createPlanes = (channels: Channels): Planes =>
  Array.from({ length: channels }, () => new Float64Array(TICK_SAMPLES));

/** The same as so many channels, which are all the same where their number changes. */
export const spreadPlanes = (from: Planes, channels: Channels): Planes =>
  Array.from({ length: channels }, (_, c) => (from[c] ?? from[0]!).slice());

export const clearPlanes = (planes: Planes): void => {
  for (const plane of planes) plane.fill(0);
};

export const copyPlanes = (from: Planes, into: Planes): void => {
  for (let c = 0; c < into.length; c++) into[c]!.set(from[c]!);
};
