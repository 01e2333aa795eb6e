import test from "ava";
import { createTimer, retryDelay } from "../../../public/sdk/backoff.js";

test("attempts come later and later, and never stop coming", (t) => {
  const delays = [0, 1, 2, 3, 4, 5, 1000].map(retryDelay);
  t.deepEqual(delays, [200, 500, 1000, 2000, 5000, 5000, 5000]);
});

for (const attempt of [-1, 0.5, NaN, Infinity])
  test(`attempt ${attempt} is refused by name`, (t) => {
    t.throws(() => retryDelay(attempt), {
      instanceOf: TypeError,
      message: new RegExp(String(attempt)),
    });
  });

test("only the newest thing to do is done", async (t) => {
  const timer = createTimer();
  const done = await new Promise((resolve) => {
    timer.after(0, () => resolve("old"));
    timer.after(0, () => resolve("new"));
  });
  t.is(done, "new");
});
