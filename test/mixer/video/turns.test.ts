import test from "ava";
import { createTurns } from "../../../mixer/video/turns.js";

test("jobs run one after another, in order, and the event loop comes in between", async (t) => {
  const inTurn = createTurns();
  const seen: string[] = [];
  const jobs = ["a", "b", "c"].map((name) =>
    inTurn(async () => {
      seen.push(name);
      setImmediate(() => seen.push("loop"));
      return name;
    }),
  );
  t.deepEqual(await Promise.all(jobs), ["a", "b", "c"]);
  t.deepEqual(seen.slice(0, 5), ["a", "loop", "b", "loop", "c"]);
});

test("a job that fails tells its caller and lets the next one run", async (t) => {
  const inTurn = createTurns();
  const failing = inTurn(() => Promise.reject(new Error("no font")));
  const next = inTurn(() => Promise.resolve(1));
  await t.throwsAsync(failing, { message: "no font" });
  t.is(await next, 1);
});
