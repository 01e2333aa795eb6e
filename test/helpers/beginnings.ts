/** Where somebody begins to speak, and from when on it can be heard. */
import { TICK_SAMPLES } from "../../mixer/media.js";
import { RATE } from "./sounds.js";
import { rms } from "./tone.js";

/** A group of a table's row, and what was said. */
export type Clip = { speaker: string; samples: Int16Array };

/** Somebody who begins: 150 ms before it, 1.5 s after it. */
export type Beginning = {
  speaker: string;
  samples: Int16Array;
  /** Of the speech while it is active, dBFS. */
  active: number;
};

/** Levels are looked at every 5 ms, of 20 ms each. */
const HOP = RATE / 200;
/** A word begins where it comes this near to the active level, dB: 15 below is audible, and a breath is lower. */
const ONSET = 15;
/** Windows that are no lower below the loudest than this are active speech. */
const ACTIVE = 20;
const BEFORE = 0.15 * RATE;
const AFTER = 1.5 * RATE;

const levelsOf = (samples: Int16Array): number[] => {
  const levels: number[] = [];
  for (let at = 0; at + TICK_SAMPLES <= samples.length; at += HOP)
    levels.push(rms(samples.subarray(at, at + TICK_SAMPLES)));
  return levels;
};

const activeOf = (levels: readonly number[]): number => {
  const loudest = levels.reduce((most, level) => Math.max(most, level), -140);
  const active = levels.filter((level) => level >= loudest - ACTIVE);
  const power = active.reduce((sum, level) => sum + 10 ** (level / 10), 0);
  return 10 * Math.log10(power / active.length);
};

/** Where somebody begins after 150 ms of quiet, and speaks for at least half of the 400 ms that follow. */
export const beginningsOf = ({ speaker, samples }: Clip): Beginning[] => {
  const levels = levelsOf(samples);
  const active = activeOf(levels);
  const loud = levels.map((level) => level >= active - ONSET);
  const begins = (at: number): boolean =>
    loud[at]! &&
    !loud.slice(Math.max(0, at - BEFORE / HOP), at).includes(true) &&
    loud.slice(at, at + 80).filter(Boolean).length >= 40;
  return [...loud.keys()].filter(begins).map((at) => {
    const start = at * HOP;
    const said = new Int16Array(BEFORE + AFTER);
    const from = Math.max(0, start - BEFORE);
    const part = samples.subarray(from, start + AFTER);
    said.set(part, from - (start - BEFORE));
    return { speaker, samples: said, active };
  });
};

/**
 * Where the speech of a beginning can first be heard over `noise` dBFS, in samples: the start of the first 20 ms that
 * come within 15 dB of its active level and are louder than the noise.
 */
export const onsetOf = (said: Int16Array, active: number, noise: number) => {
  const levels = levelsOf(said);
  const least = Math.max(active - ONSET, noise);
  return levels.findIndex((level) => level >= least) * HOP;
};
