import { setImmediate } from "node:timers/promises";

/** Runs a job when those before it are done and the event loop has had its turn. */
export type InTurn = <Result>(job: () => Promise<Result>) => Promise<Result>;

/**
 * Rasterizing takes 1 to 2 ms a tile and runs on the event loop. When somebody joins, all tiles change their size:
 * done in one go, the whole room's labels would make audio late. One that fails does not stop the next.
 */
export const createTurns = (): InTurn => {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const mine = last.then(() => setImmediate()).then(job);
    last = mine.catch(() => undefined);
    return mine;
  };
};
