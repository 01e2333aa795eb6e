import test from "ava";
import { createCached } from "../../../mixer/video/cached.js";
import { createTurns } from "../../../mixer/video/turns.js";

const counting = () => {
  const made: string[] = [];
  const cached = createCached<string>(createTurns());
  const get = (key: string) =>
    cached.get(key, async () => {
      made.push(key);
      return key;
    });
  return { made, cached, get };
};

test("the last three are made once, whatever the order in which they are asked for", async (t) => {
  const { made, get } = counting();
  for (const key of ["a", "a", "b", "a", "c", "b", "a"])
    t.is(await get(key), key);
  t.deepEqual(made, ["a", "b", "c"]);
  for (const key of ["d", "c", "a", "b"]) await get(key);
  t.deepEqual(made, ["a", "b", "c", "d", "c", "b"]);
});

test("while one is made, the one before is at hand", async (t) => {
  const { cached, get } = counting();
  t.is(cached.last, undefined);
  await get("a");
  const making = get("b");
  t.is(cached.last, "a");
  await making;
  t.is(cached.last, "b");
  await get("a");
  t.is(cached.last, "a");
});

test("one that was overtaken while it was made does not become the last", async (t) => {
  const { cached, get } = counting();
  await Promise.all([get("a"), get("b")]);
  t.is(cached.last, "b");
});

test("one that fails is told and tried again", async (t) => {
  const cached = createCached<string>(createTurns());
  await t.throwsAsync(
    cached.get("a", () => Promise.reject(new Error("no font"))),
    { message: "no font" },
  );
  t.is(await cached.get("a", () => Promise.resolve("a")), "a");
});
