/** A room's one clock: 20 ms ticks while somebody sends, receives or records, and what is done at every n-th of them. */
import { startTicker, type Ticker } from "../clock.js";
import { TICK, type Micros } from "../media.js";

export type PulseOptions = {
  isNeeded: () => boolean;
  /** `late` is how long after `due` it runs. */
  onTick: (due: Micros, late: Micros) => void;
  /** Ticks given up after a stall. */
  onSkip: (ticks: number) => void;
  /** It has stopped: nobody needs it any more. */
  onIdle: () => void;
  duties: readonly Duty[];
};

/** `every`: of so many ticks. Runs after the tick's sound. */
export type Duty = { every: number; run: (due: Micros) => void };

export type Pulse = {
  /** Call after every change of who is there. */
  refresh: () => void;
};

const TICKS_PER_SECOND = 1_000_000 / TICK;
/** 100 ms: what a player bridges. After a longer stall the delay must not stay. */
const MAX_CATCH_UP_TICKS = 5;

export const createPulse = (options: PulseOptions): Pulse => {
  const { isNeeded, onTick, onSkip, onIdle, duties } = options;
  let ticker: Ticker | undefined;
  let ticks = 0;
  const tick = (due: Micros, late: Micros): void => {
    onTick(due, late);
    ticks++;
    for (const { every, run } of duties) if (ticks % every === 0) run(due);
  };
  const start = (): Ticker =>
    startTicker({
      ticksPerSecond: TICKS_PER_SECOND,
      maxCatchUp: MAX_CATCH_UP_TICKS,
      onTick: tick,
      onSkip,
    });
  return {
    refresh: () => {
      if (isNeeded()) ticker ??= start();
      else if (ticker !== undefined) {
        ticker.stop();
        ticker = undefined;
        onIdle();
      }
    },
  };
};
