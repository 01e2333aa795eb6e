import type { MixerStats } from "./contract.js";

const zeros = {
  audioTicks: 0,
  audioTicksLate: 0,
  audioTicksSkipped: 0,
  audioSamplesTrimmed: 0,
  audioSamplesMissing: 0,
  audioSamplesClipped: 0,
  audioLimitedSeconds: 0,
  soundsRenewed: 0,
  framesReceived: 0,
  framesReplaced: 0,
  framesComposed: 0,
  framesEncoded: 0,
  framesDropped: 0,
  keyframes: 0,
  encoderFallbacks: 0,
  packetsSent: 0,
  bytesSent: 0,
  packetsResent: 0,
  packetsDropped: 0,
} satisfies Partial<MixerStats>;

/** What a mixer process counts since its start; gauges are read when asked. */
export type Counters = Pick<MixerStats, keyof typeof zeros>;

export const createCounters = (): Counters => ({ ...zeros });
