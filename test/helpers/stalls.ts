/** Processes that get no time of their processor now and then, in simulated time. Pure. */

const LEAST = 0.1;
const MOST = 0.4;
const UNTIL = 120;

/** Tells at which times (in seconds) a process stalls: for 100 to 400 ms, about so many ms after the last time. */
export const stalls = (
  everyMs: number,
  seed: number,
): ((seconds: number) => boolean) => {
  const some: { from: number; to: number }[] = [];
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  for (let at = 0.5; at < UNTIL;) {
    const to = at + LEAST + (MOST - LEAST) * random();
    some.push({ from: at, to });
    at = to + (everyMs / 1000) * (0.5 + random());
  }
  return (seconds) =>
    some.some(({ from, to }) => seconds >= from && seconds < to);
};
