import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { createPictureHold } from "../../../mixer/room/picture-hold.js";

test("pictures wait as long as their voice, in order, and what is cleared is not shown", async (t) => {
  let lag = 0;
  const shown: { picture: number; at: number }[] = [];
  const hold = createPictureHold(
    () => lag,
    (picture: number) => shown.push({ picture, at: performance.now() }),
  );
  const order = () => shown.map(({ picture }) => picture);
  hold.take(1);
  lag = 5_000;
  hold.take(2);
  t.deepEqual(
    order(),
    [1, 2],
    "what is less than a third of a picture is nothing",
  );
  lag = 30_000;
  const taken = performance.now();
  hold.take(3);
  t.deepEqual(order(), [1, 2]);
  await delay(60);
  t.deepEqual(order(), [1, 2, 3]);
  t.true(shown[2]!.at - taken >= 29);
  hold.take(4);
  lag = 0;
  hold.take(5);
  await delay(60);
  t.deepEqual(order(), [1, 2, 3, 5], "never an older one after a newer");
  lag = 30_000;
  hold.take(6);
  hold.clear();
  await delay(60);
  t.deepEqual(order(), [1, 2, 3, 5]);
});
