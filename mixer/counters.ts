import type { MixerStats } from "./contract.js";

/** What a mixer process counts since its start; gauges are read when asked. */
export type Counters = Pick<
  MixerStats,
  | "audioTicks"
  | "audioTicksLate"
  | "audioTicksSkipped"
  | "audioSamplesTrimmed"
  | "audioSamplesMissing"
  | "soundsRenewed"
  | "framesReceived"
  | "framesReplaced"
  | "framesComposed"
  | "framesEncoded"
  | "framesDropped"
  | "keyframes"
  | "packetsSent"
  | "bytesSent"
  | "packetsResent"
  | "packetsDropped"
>;

export const createCounters = (): Counters => ({
  audioTicks: 0,
  audioTicksLate: 0,
  audioTicksSkipped: 0,
  audioSamplesTrimmed: 0,
  audioSamplesMissing: 0,
  soundsRenewed: 0,
  framesReceived: 0,
  framesReplaced: 0,
  framesComposed: 0,
  framesEncoded: 0,
  framesDropped: 0,
  keyframes: 0,
  packetsSent: 0,
  bytesSent: 0,
  packetsResent: 0,
  packetsDropped: 0,
});
