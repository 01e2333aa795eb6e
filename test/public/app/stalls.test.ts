import test from "ava";
import { createStalls } from "../../../public/app/live/stalls.js";

/** Seconds until the stalls so far are over, looked at each second; undefined = not within five minutes. */
const calmAfter = (
  stalls: ReturnType<typeof createStalls>,
  from: number,
): number | undefined => {
  for (let second = 0; second <= 300; second++)
    if (stalls.areOver(1_000 * (from + second))) return second;
  return undefined;
};

test("nothing is forgotten where nothing stalled", (t) => {
  t.is(calmAfter(createStalls(), 0), undefined);
});

test("stalls are over ten seconds after the last one, once", (t) => {
  const stalls = createStalls();
  stalls.stalled(1_000);
  stalls.stalled(5_000);
  t.is(calmAfter(stalls, 5), 10);
  t.is(calmAfter(stalls, 15), undefined);
});

test("a line that stalls again soon is waited for twice as long each time, three minutes at most", (t) => {
  const stalls = createStalls();
  let at = 0;
  const waits = Array.from({ length: 7 }, () => {
    stalls.stalled(1_000 * at);
    const calm = calmAfter(stalls, at)!;
    at += calm + 5;
    return calm;
  });
  t.deepEqual(waits, [10, 20, 40, 80, 160, 160, 160]);
  at += 3_600;
  stalls.stalled(1_000 * at);
  t.is(
    calmAfter(stalls, at),
    10,
    "after an hour without one it is as at first",
  );
});
