/** A tick of sound as one array a channel: what is mono costs what one array costs. */
import { TICK_SAMPLES } from "../media.js";

export type Channels = 1 | 2;
export type Planes = readonly Int32Array[];

export const createPlanes = (channels: Channels): Planes =>
  Array.from({ length: channels }, () => new Int32Array(TICK_SAMPLES));

export const clearPlanes = (planes: Planes): void => {
  for (const plane of planes) plane.fill(0);
};

export const copyPlanes = (from: Planes, into: Planes): void => {
  for (let c = 0; c < into.length; c++) into[c]!.set(from[c]!);
};
