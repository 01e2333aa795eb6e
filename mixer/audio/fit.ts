/** Interleaved samples of one channel as two, and the other way around. Pure. */
import { TICK_SAMPLES } from "../media.js";
import type { Channels } from "./planes.js";

/** Fills `into`, of so many channels: what is one is on both, of two the mean is left. */
export const convert = (
  samples: Int16Array,
  into: Int16Array,
  channels: Channels,
): void => {
  const count = into.length / channels;
  if (samples.length === into.length) into.set(samples);
  else if (channels === 2)
    for (let i = 0; i < count; i++) into[2 * i] = into[2 * i + 1] = samples[i]!;
  else
    for (let i = 0; i < count; i++)
      into[i] = (samples[2 * i]! + samples[2 * i + 1]!) >> 1;
};

/** Gives back ticks as so many channels: the samples themselves where they are, else what is valid until the next. */
export const createFit = (
  channels: Channels,
): ((samples: Int16Array) => Int16Array) => {
  const length = channels * TICK_SAMPLES;
  let fitted: Int16Array | undefined;
  return (samples) => {
    if (samples.length === length) return samples;
    fitted ??= new Int16Array(length);
    convert(samples, fitted, channels);
    return fitted;
  };
};
