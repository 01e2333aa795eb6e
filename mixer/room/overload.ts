/**
 * What a mixer gives up when it has more to do than it can, and when it takes it back. Sound and delay are never given
 * up: before that, tiles are drawn less often, then frames, then sizes, then further cameras. Pure.
 */
import type { OverloadLevel } from "../contract.js";
import type { Micros } from "../media.js";

/** What happened in about a second. */
export type LoadSample = {
  audioTicks: number;
  /** Of these, how many ran more than 20 ms after they were due. */
  audioTicksLate: number;
  /** Output frames that were due, and how many of them were not made in their time. */
  frames: number;
  framesDropped: number;
  /** Mean time that composing and encoding took, as a fraction of the time between two frames. */
  frameTime: number;
  /** Of the event loop, 0 to 1. */
  utilization: number;
  /** Processor time that this process used, in cores. */
  cores: number;
};

export type Overload = {
  readonly level: OverloadLevel;
  /** Once a second. */
  observe: (sample: LoadSample, now: Micros) => void;
};

/** Where each measure says "too much". A tick 20 ms late is a fifth of what players bridge; one frame in ten is seen. */
const LIMITS = {
  ticksLate: 0.08,
  framesDropped: 0.1,
  frameTime: 0.9,
  utilization: 0.9,
};
/**
 * Who uses less than so many cores and is late nevertheless is kept waiting by others: to give something up helps little
 * then. A mixer whose event loop, or whose encoder, is at its end uses one core at least.
 */
const OWN_CORES = 0.6;
const OTHERS = 0.5;
/** So much is given up for others at most: sizes and cameras are for one's own trouble. */
const MOST_FOR_OTHERS: OverloadLevel = 2;
/** From this pressure on another level is gone to, from each: a smaller picture and a refused camera must be worth it. */
const WORSE_FROM = [1, 1, 1.5, 2];
/** Below this part of every limit there is room for more. */
const EASY = 0.65;
/** An encoder that opens or ten people who join at once make one or two bad seconds, which pass by themselves. */
const WORSE_AFTER: Micros = 3_000_000;
const BETTER_AFTER: Micros = 10_000_000;
/** When nobody was there for this long, nothing is overloaded any more. */
const PAUSE: Micros = 3_000_000;
/** A step back that fails within this time came too soon: the next one waits twice as long, up to this long. */
const FAILED_WITHIN: Micros = 30_000_000;
const LONGEST_WAIT: Micros = 160_000_000;

const isOwn = ({ cores }: LoadSample): boolean => cores >= OWN_CORES;

/** 1 = at a limit. Few events prove nothing. */
export const pressureOf = (sample: LoadSample): number => {
  const { audioTicks, audioTicksLate, frames, framesDropped } = sample;
  const late = audioTicksLate / Math.max(25, audioTicks);
  const dropped = framesDropped / Math.max(10, frames);
  const pressure = Math.max(
    late / LIMITS.ticksLate,
    dropped / LIMITS.framesDropped,
    sample.frameTime / LIMITS.frameTime,
    sample.utilization / LIMITS.utilization,
  );
  return isOwn(sample) ? pressure : OTHERS * pressure;
};

class Controller implements Overload {
  level: OverloadLevel = 0;
  #observedAt: Micros = 0;
  #badSince: Micros | undefined;
  #easySince: Micros | undefined;
  #betterAt: Micros = -FAILED_WITHIN;
  #betterAfter = BETTER_AFTER;

  observe(sample: LoadSample, now: Micros): void {
    if (now - this.#observedAt >= PAUSE) this.#reset();
    this.#observedAt = now;
    const pressure = pressureOf(sample);
    const isBad = pressure >= (WORSE_FROM[this.level] ?? Infinity);
    if (isBad && (isOwn(sample) || this.level < MOST_FOR_OTHERS))
      this.#badSince ??= now;
    else this.#badSince = undefined;
    if (pressure < EASY) this.#easySince ??= now;
    else this.#easySince = undefined;
    if (this.#lasts(this.#badSince, WORSE_AFTER, now)) this.#giveUp(now);
    else if (this.#lasts(this.#easySince, this.#betterAfter, now))
      this.#takeBack(now);
  }

  #reset(): void {
    this.level = 0;
    this.#badSince = this.#easySince = undefined;
    this.#betterAfter = BETTER_AFTER;
  }

  #lasts(since: Micros | undefined, time: Micros, now: Micros): boolean {
    return since !== undefined && now - since >= time;
  }

  #giveUp(now: Micros): void {
    this.#badSince = now;
    this.level++;
    if (now - this.#betterAt < FAILED_WITHIN)
      this.#betterAfter = Math.min(LONGEST_WAIT, 2 * this.#betterAfter);
    this.#betterAt = -FAILED_WITHIN;
  }

  #takeBack(now: Micros): void {
    this.#easySince = now;
    if (this.level === 0) {
      this.#betterAfter = BETTER_AFTER;
      return;
    }
    this.level--;
    this.#betterAt = now;
  }
}

export const createOverload = (): Overload => new Controller();
