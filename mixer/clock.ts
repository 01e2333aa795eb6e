import type { Micros } from "./media.js";

/** The mixer's monotonic clock. Zero is the start of the process. */
export const now = (): Micros => Math.floor(performance.now() * 1000);

/** Where the monotonic clock's zero lies in wall time, in milliseconds since 1970. */
const WALL_ZERO = performance.timeOrigin;

/** Wall time in milliseconds since 1970 of a moment of the monotonic clock: tied once, so that it never jumps. */
export const wallTime = (at: Micros): number => WALL_ZERO + at / 1000;

/** How many ticks of `ticksPerSecond` are due `elapsed` after the start. */
export const ticksDue = (elapsed: Micros, ticksPerSecond: number): number =>
  Math.floor((elapsed * ticksPerSecond) / 1_000_000);

/** When tick number `tick` is due, after the start. */
export const dueAt = (tick: number, ticksPerSecond: number): Micros =>
  Math.floor((tick * 1_000_000) / ticksPerSecond);

export type TickerOptions = {
  ticksPerSecond: number;
  /** Ticks are due at multiples of the period after it, so that tickers of one zero tick together; the start if absent. */
  zero?: Micros;
  /** After a stall, at most this many ticks are made up for; older ones are skipped. */
  maxCatchUp: number;
  /** `due` is when the tick should have run, `late` by how much it did not, `number` which one it is since the zero. */
  onTick: (due: Micros, late: Micros, number: number) => void;
  onSkip: (ticks: number) => void;
};

export type Ticker = { stop: () => void };

/**
 * Runs a tick at each multiple of the period since its start, or since `zero`. Counts what is due instead of chaining intervals, so it
 * never drifts. The work runs in a check-phase immediate: media that arrived meanwhile is taken in first.
 */
export const startTicker = (options: TickerOptions): Ticker => {
  const { ticksPerSecond, maxCatchUp, onTick, onSkip } = options;
  const begun = now();
  const { zero: start = begun } = options;
  let done = ticksDue(begun - start, ticksPerSecond);
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let stopped = false;

  const schedule = (): void => {
    const wait = (start + dueAt(done + 1, ticksPerSecond) - now()) / 1000;
    timer = setTimeout(
      () => {
        immediate = setImmediate(run);
      },
      Math.max(0, Math.floor(wait)),
    );
  };
  const run = (): void => {
    const due = ticksDue(now() - start, ticksPerSecond) - done;
    const skipped = due > maxCatchUp ? due - 1 : 0;
    if (skipped > 0) onSkip(skipped);
    done += skipped;
    for (let left = due - skipped; left > 0 && !stopped; left--) {
      const at = start + dueAt(++done, ticksPerSecond);
      onTick(at, now() - at, done);
    }
    if (!stopped) schedule();
  };
  schedule();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      clearImmediate(immediate);
    },
  };
};
