/** Milliseconds before each further attempt: the first is hardly noticed, the last spares a server that is down. */
const DELAYS = [200, 500, 1000, 2000, 5000] as const;

/**
 * How long to wait before attempt number `attempt` (0 = the first after a failure), in milliseconds. It never gives up.
 * @throws TypeError when `attempt` is not a whole number from 0 on
 */
export const retryDelay = (attempt: number): number => {
  if (!Number.isInteger(attempt) || attempt < 0)
    throw new TypeError(`attempt must be 0, 1, 2 …, got ${attempt}`);
  return DELAYS[Math.min(attempt, DELAYS.length - 1)]!;
};

export type Timer = {
  /** Does this after so many milliseconds, instead of what was to be done. */
  after(milliseconds: number, act: () => void): void;
  /** Does this after the next delay, each longer than the one before. */
  retry(act: () => void): void;
  /** All is well: nothing is to be done, and the next delay is the first again. */
  steady(): void;
  cancel(): void;
};

/** At most one thing to do later. */
export const createTimer = (): Timer => {
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const after = (milliseconds: number, act: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
  return {
    after,
    retry: (act) => after(retryDelay(attempt++), act),
    steady: () => {
      clearTimeout(timer);
      attempt = 0;
    },
    cancel: () => clearTimeout(timer),
  };
};
