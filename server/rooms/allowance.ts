/** How often somebody may do something that everybody notices: a few times at once, and then at a steady pace. Pure. */

export type Allowance = {
  /** How often at `since`. */
  readonly left: number;
  /** Milliseconds. */
  readonly since: number;
};

/** Quick people write three short lines in one breath; nobody writes more than one a second for long. */
const AT_ONCE = 5;
const PER_MS = 1 / 1000;

export const FULL_ALLOWANCE: Allowance = { left: AT_ONCE, since: 0 };

/** What is left after one more at `now` (milliseconds); undefined when it is one too many. */
export const spend = (
  { left, since }: Allowance,
  now: number,
): Allowance | undefined => {
  const grown = Math.min(AT_ONCE, left + Math.max(0, now - since) * PER_MS);
  return grown < 1 ? undefined : { left: grown - 1, since: now };
};
