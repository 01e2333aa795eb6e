import { MIX_RATE } from "../media.js";
import type { Channels } from "./planes.js";

/** 20 ms at 48 kHz; grows once if a peer sends longer blocks. */
const USUAL_OUTPUT = 960;

/** Turns blocks of any rate and channel count into 48 kHz of the wished channels, without a seam between blocks. */
export type Resampler = {
  /**
   * Converts the interleaved `samples` of one block. The result (interleaved) is valid until the next call; it is
   * `samples` itself where nothing is to be done. A trailing incomplete group of channels is left out.
   */
  resample(
    samples: Int16Array,
    sampleRate: number,
    channels: number,
  ): Int16Array;
};

/** One channel group as mono: the mean, so that a voice on both channels keeps its level. */
const monoAt = (
  samples: Int16Array,
  group: number,
  channels: number,
): number => {
  if (channels === 1) return samples[group]!;
  let sum = 0;
  const start = group * channels;
  for (let channel = 0; channel < channels; channel++)
    sum += samples[start + channel]!;
  return Math.round(sum / channels);
};

/** Reads one channel group as so many channels; what is mono is on both of two. */
const readGroup = (
  samples: Int16Array,
  group: number,
  channels: number,
  into: Int32Array,
): void => {
  if (into.length === 1) into[0] = monoAt(samples, group, channels);
  else
    for (let c = 0; c < into.length; c++)
      into[c] = samples[group * channels + Math.min(c, channels - 1)]!;
};

/** Without the sample of delay that interpolation has: a sender that goes over to other channels leaves nothing out. */
const refit = (
  samples: Int16Array,
  channels: number,
  into: Int16Array,
  group: Int32Array,
): Int16Array => {
  const wished = group.length;
  for (let at = 0, i = 0; at < into.length; at += wished, i++) {
    readGroup(samples, i, channels, group);
    for (let c = 0; c < wished; c++) into[at + c] = group[c]!;
  }
  return into;
};

const keepLast = (samples: Int16Array, group: Int32Array): Int16Array => {
  const start = samples.length - group.length;
  for (let c = 0; c < group.length; c++)
    group[c] = samples[start + c] ?? group[c]!;
  return samples;
};

/**
 * Linear interpolation: only a peer's first blocks (before its codec is known) have another rate than the mix,
 * so a better filter would be heard by nobody. Positions are integers (in 1/48000 of an input sample), so nothing drifts.
 */
export const createResampler = (wished: Channels = 1): Resampler => {
  let output = new Int16Array(USUAL_OUTPUT * wished);
  const previous = new Int32Array(wished);
  const next = new Int32Array(wished);
  let position = 0;

  const reserve = (groups: number, sampleRate: number): void => {
    const needed = (Math.ceil((groups * MIX_RATE) / sampleRate) + 1) * wished;
    if (needed > output.length) output = new Int16Array(needed);
  };

  const interpolate = (
    samples: Int16Array,
    sampleRate: number,
    channels: number,
  ): number => {
    const groups = Math.floor(samples.length / channels);
    reserve(groups, sampleRate);
    let count = 0;
    for (let group = 0; group < groups; group++) {
      readGroup(samples, group, channels, next);
      for (; position < MIX_RATE; position += sampleRate)
        for (let c = 0; c < wished; c++)
          output[count++] = Math.round(
            previous[c]! + ((next[c]! - previous[c]!) * position) / MIX_RATE,
          );
      position -= MIX_RATE;
      previous.set(next);
    }
    return count;
  };

  const resample = (
    samples: Int16Array,
    sampleRate: number,
    channels: number,
  ): Int16Array => {
    if (sampleRate === MIX_RATE) {
      position = 0;
      if (channels === wished) return keepLast(samples, previous);
      const groups = Math.floor(samples.length / channels);
      reserve(groups, MIX_RATE);
      const fitted = output.subarray(0, groups * wished);
      return keepLast(refit(samples, channels, fitted, next), previous);
    }
    // Counted first: a long block makes `output` anew.
    const count = interpolate(samples, sampleRate, channels);
    return output.subarray(0, count);
  };

  return { resample };
};
