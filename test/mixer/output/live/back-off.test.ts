import test from "ava";
import { createBackOff } from "../../../../mixer/output/live/back-off.js";

test("each break waits twice as long, up to half a minute", (t) => {
  const backOff = createBackOff();
  t.deepEqual(
    Array.from({ length: 7 }, (_, i) => backOff.broke(i)),
    [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
  );
});

test("what was live for a while begins anew, what was live for a moment does not", (t) => {
  const backOff = createBackOff();
  backOff.broke(0);
  backOff.broke(0);
  backOff.live(1_000);
  t.is(backOff.broke(2_000), 4_000);
  backOff.live(10_000);
  backOff.live(29_000);
  t.is(backOff.broke(31_000), 1_000);
});
