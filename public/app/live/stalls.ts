/** When a player that stalled may trust its line again. Pure. */

/** For so long nothing must stall, in milliseconds; twice as long each time on a line that stalls again and again. */
const CALM = 10_000;
const LONGEST = 160_000;

export type Stalls = {
  stalled(at: number): void;
  /** True once for all stalls so far, when they were long enough ago. */
  areOver(at: number): boolean;
};

export const createStalls = (): Stalls => {
  let last: number | undefined;
  let forgotten = -Infinity;
  let calm = CALM;
  return {
    stalled: (at) => {
      // The first one since all were forgotten says whether that was too soon.
      if (last === undefined) {
        const again = at - forgotten < 4 * calm;
        calm = again ? Math.min(2 * calm, LONGEST) : CALM;
      }
      last = at;
    },
    areOver: (at) => {
      if (last === undefined || at - last < calm) return false;
      last = undefined;
      forgotten = at;
      return true;
    },
  };
};
