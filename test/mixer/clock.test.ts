import test from "ava";
import {
  dueAt,
  now,
  startTicker,
  ticksDue,
  wallTime,
} from "../../mixer/clock.js";

test("two hours of 20 ms ticks are 360000, without drift", (t) => {
  const twoHours = 7_200_000_000;
  t.is(ticksDue(twoHours, 50), 360_000);
  t.is(dueAt(360_000, 50), twoHours);
});

test("at 30 a second every third tick falls on a tenth of a second", (t) => {
  t.is(dueAt(3, 30), 100_000);
  t.is(ticksDue(99_999, 30), 2);
});

test("wall time and the monotonic clock agree", (t) => {
  t.true(Math.abs(wallTime(now()) - Date.now()) < 100);
});

test("tickers of one zero tick at the same moments, whenever they were started", async (t) => {
  const zero = now() - 1_234_567;
  const dues = await Promise.all(
    [0, 17].map(
      (later) =>
        new Promise<number>((resolve) => {
          const begin = () => {
            const ticker = startTicker({
              ...{ ticksPerSecond: 30, maxCatchUp: 1, zero },
              onTick: (due) => {
                ticker.stop();
                resolve(due);
              },
              onSkip: () => t.fail("nothing before its start is skipped"),
            });
          };
          setTimeout(begin, later);
        }),
    ),
  );
  for (const due of dues) {
    const tick = Math.round(((due - zero) * 30) / 1_000_000);
    t.is(due, zero + dueAt(tick, 30));
  }
});

test("after a stall a ticker makes up for some ticks, skips the rest, and is in step again", async (t) => {
  const dues: number[] = [];
  let skipped = 0;
  await new Promise<void>((resolve) => {
    const ticker = startTicker({
      ticksPerSecond: 50,
      maxCatchUp: 5,
      onTick: (due) => {
        dues.push(due);
        if (dues.length === 2) for (const at = now(); now() < at + 300_000;);
        if (dues.length < 6) return;
        ticker.stop();
        resolve();
      },
      onSkip: (ticks) => (skipped += ticks),
    });
  });
  t.true(skipped >= 10, `${skipped} skipped`);
  for (const due of dues) t.true(Math.abs((due - dues[0]!) % 20_000) <= 1);
});
