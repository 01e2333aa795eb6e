/** What an audio mix counts over its whole life, removed sources included. */
export type AudioCounters = {
  /** Samples thrown away to bring a queue back to its target. */
  trimmed: number;
  /** Samples of silence put in because a source that was flowing had none in time. */
  missing: number;
  /** Output samples that had to be saturated after the limiter: 0 unless there is a bug. */
  clipped: number;
  /** The largest output sample, 0 to 32767, since `takeExtremes`. */
  peak: number;
  /** The lowest gain of a limiter since then, 0 to 1. */
  lowestGain: number;
  /** Milliseconds of output in which a limiter held something down. */
  limited: number;
  /** Ticks of voices that were read and measured: those of who is muted or on hold are not. */
  reads: number;
};

/** The loudest that came out, and the most that was held down. */
export type Extremes = Pick<AudioCounters, "peak" | "lowestGain">;

/** Since they were last taken. */
export const takeExtremes = (counters: AudioCounters): Extremes => {
  const { peak, lowestGain } = counters;
  counters.peak = 0;
  counters.lowestGain = 1;
  return { peak, lowestGain };
};

export const createAudioCounters = (): AudioCounters => ({
  trimmed: 0,
  missing: 0,
  clipped: 0,
  peak: 0,
  lowestGain: 1,
  limited: 0,
  reads: 0,
});
