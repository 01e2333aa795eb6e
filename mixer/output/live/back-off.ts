/** When a push that broke is tried again. Pure: times in milliseconds of one clock. */

/** Doubling, up to half a minute: a server that restarts is met again soon, one that is gone is not pestered. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000] as const;
/** One that was live for so long was well; what broke it counts as the first break. */
const HEALTHY_MS = 20_000;

export type BackOff = {
  /** The other side takes what is sent. */
  live(now: number): void;
  /** It broke; how long to wait, in ms. */
  broke(now: number): number;
};

export const createBackOff = (): BackOff => {
  let inRow = 0;
  let liveSince: number | undefined;
  return {
    live: (now) => {
      liveSince ??= now;
    },
    broke: (now) => {
      if (liveSince !== undefined && now - liveSince >= HEALTHY_MS) inRow = 0;
      liveSince = undefined;
      return WAITS_MS[Math.min(inRow++, WAITS_MS.length - 1)]!;
    },
  };
};
