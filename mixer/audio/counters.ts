/** What an audio mix counts over its whole life, removed sources included. */
export type AudioCounters = {
  /** Samples thrown away to bring a queue back to its target. */
  trimmed: number;
  /** Samples of silence put in because a source that was flowing had none in time. */
  missing: number;
  /** Output samples that had to be saturated after the limiter: 0 unless there is a bug. */
  clipped: number;
  /** The largest output sample, 0 to 32767. */
  peak: number;
  /** The limiters' deepest gain reduction, dB (positive). */
  maxReduction: number;
  /** Milliseconds of output in which a limiter held something down. */
  limited: number;
  /** Ticks of voices that were read and measured: those of who is muted or on hold are not. */
  reads: number;
};

export const createAudioCounters = (): AudioCounters => ({
  trimmed: 0,
  missing: 0,
  clipped: 0,
  peak: 0,
  maxReduction: 0,
  limited: 0,
  reads: 0,
});
