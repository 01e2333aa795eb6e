/** From the time of day to the time in a file. Pure. */

/** ISO 8601; without `to` it still lasts. */
export type Pause = { from: string; to?: string };

const LATEST = Number.MAX_SAFE_INTEGER;

/**
 * Seconds since the beginning of the recording's file at `at`, which stands still during pauses; never negative.
 *
 * @param startedAt - ISO 8601, of the file's first picture or sample
 */
export const timeInFile = (
  at: string,
  startedAt: string,
  pauses: readonly Pause[],
): number => {
  const now = Date.parse(at);
  const start = Date.parse(startedAt);
  let passed = now - start;
  for (const { from, to } of pauses) {
    const end = Math.min(now, to === undefined ? LATEST : Date.parse(to));
    passed -= Math.max(0, end - Math.max(start, Date.parse(from)));
  }
  return Math.max(0, passed) / 1000;
};
