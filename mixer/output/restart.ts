/** When a writer that died is started again, and when not any more. Pure: times in milliseconds of one clock. */

/** The first at once: the common cause is a single kill. Later ones give a sick disk time. */
const BACK_OFF_MS = [0, 500, 1_000, 2_000, 4_000];
/** A writer that ran for so long was healthy; its death counts as the first again. */
const HEALTHY_MS = 60_000;

export type Restarts = { inRow: number; startedAt: number };

export const noRestarts = (): Restarts => ({ inRow: 0, startedAt: 0 });

/** Notes a start. */
export const writerStarted = (restarts: Restarts, now: number): void => {
  restarts.startedAt = now;
};

/** Notes a death; how long to wait before the next start, or undefined to give up. */
export const writerDied = (
  restarts: Restarts,
  now: number,
): number | undefined => {
  if (now - restarts.startedAt >= HEALTHY_MS) restarts.inRow = 0;
  return BACK_OFF_MS[restarts.inRow++];
};
