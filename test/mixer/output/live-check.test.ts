import test from "ava";
import { createLiveCheck } from "../../../mixer/output/live-check.js";

const MS = 1_000;
/** Feeds seconds of units: each picture `late` after it was due, each sound 20 ms. Returns what was told. */
const feed = (
  check: ReturnType<typeof createLiveCheck>,
  [from, to]: [number, number],
  late: (ms: number) => number,
) => {
  const told: string[] = [];
  for (let ms = from * 1_000; ms < to * 1_000; ms += 20) {
    const sound = check.sound(ms * MS, (ms + 20) * MS);
    if (sound) told.push(sound);
    if (ms % 40 !== 0) continue;
    const picture = check.picture(ms * MS, (ms + late(ms)) * MS);
    if (picture) told.push(picture);
  }
  return told;
};

test("steady delays and single late pictures are nothing", (t) => {
  const check = createLiveCheck();
  t.deepEqual(
    feed(check, [0, 60], (ms) => (ms % 1_000 === 0 ? 400 : 15)),
    [],
  );
});

test("a picture that goes astray is told once, and again after it was right", (t) => {
  const check = createLiveCheck();
  t.deepEqual(
    feed(check, [0, 30], () => 15),
    [],
  );
  const told = feed(check, [30, 60], () => 115);
  t.is(told.length, 1);
  t.regex(told[0]!, /100 ms apart/);
  t.deepEqual(
    feed(check, [60, 80], () => 15),
    [],
  );
  t.is(feed(check, [80, 100], () => 215).length, 1);
});

test("a hole of more than a second is told, a shorter one is not", (t) => {
  const check = createLiveCheck();
  feed(check, [0, 2], () => 15);
  t.deepEqual(
    feed(check, [2.9, 4], () => 15),
    [],
  );
  const told = feed(check, [6, 7], () => 15);
  t.is(told.length, 2);
  t.regex(told.join(), /no sound for 2.0 s.*no picture for/);
});
