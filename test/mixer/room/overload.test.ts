import test from "ava";
import type { Micros } from "../../../mixer/media.js";
import { createLoad } from "../../../mixer/room/load.js";
import {
  createOverload,
  pressureOf,
  type LoadSample,
} from "../../../mixer/room/overload.js";

const SECOND: Micros = 1_000_000;

const calm: LoadSample = {
  audioTicks: 50,
  audioTicksLate: 0,
  frames: 30,
  framesDropped: 0,
  frameTime: 0.3,
  utilization: 0.3,
  cores: 0.9,
};
const tense: LoadSample = { ...calm, frameTime: 0.75 };
const busy: LoadSample = { ...calm, framesDropped: 15 };

const PRESSURES: [what: string, sample: LoadSample, tooMuch: boolean][] = [
  ["an easy second", calm, false],
  ["a tense second", tense, false],
  ["one late tick", { ...calm, audioTicksLate: 1 }, false],
  ["two late ticks", { ...calm, audioTicksLate: 2 }, false],
  ["five late ticks", { ...calm, audioTicksLate: 5 }, true],
  ["one dropped frame", { ...calm, framesDropped: 1 }, false],
  ["one dropped frame of two", { ...calm, frames: 2, framesDropped: 1 }, true],
  ["a tenth of the frames dropped", { ...calm, framesDropped: 3 }, true],
  ["frames that take all their time", { ...calm, frameTime: 0.95 }, true],
  ["an event loop without a pause", { ...calm, utilization: 0.95 }, true],
  [
    "what others' use of the machine delays a little",
    { ...calm, framesDropped: 5, cores: 0.3 },
    false,
  ],
  [
    "what others' use of the machine delays much",
    { ...calm, framesDropped: 15, cores: 0.3 },
    true,
  ],
  ["no ticks and no frames", { ...calm, audioTicks: 0, frames: 0 }, false],
];

for (const [what, sample, tooMuch] of PRESSURES)
  test(`${what} is ${tooMuch ? "" : "not "}too much`, (t) => {
    t.is(pressureOf(sample) >= 1, tooMuch);
  });

/** Feeds one sample a second, e.g. [[5, busy], [30, calm]], and gives the level after each. */
const levels = (
  plan: [seconds: number, sample: LoadSample][],
  overload = createOverload(),
): number[] => {
  const seen: number[] = [];
  for (const [seconds, sample] of plan)
    for (let i = 0; i < seconds; i++) {
      overload.observe(sample, seen.length * SECOND);
      seen.push(overload.level);
    }
  return seen;
};

const firstAt = (seen: number[], level: number): number => seen.indexOf(level);

test("three bad seconds cost one level, each three further ones another, up to the last", (t) => {
  const seen = levels([[20, busy]]);
  t.deepEqual(
    [1, 2, 3, 4].map((level) => firstAt(seen, level)),
    [3, 6, 9, 12],
  );
  t.is(seen.at(-1), 4);
});

test("smaller pictures and refused cameras need more than a little too much", (t) => {
  for (const [framesDropped, most] of [
    [4, 2],
    [5, 3],
    [7, 4],
  ] as const)
    t.is(levels([[60, { ...calm, framesDropped }]]).at(-1), most);
});

test("others who use the machine cost no more than tiles and frames", (t) => {
  const sample = { ...calm, framesDropped: 30, audioTicksLate: 50, cores: 0.3 };
  t.is(levels([[60, sample]]).at(-1), 2);
  const seen = levels([
    [60, sample],
    [60, calm],
  ]);
  t.is(seen.at(-1), 0);
});

test("a bad second now and then costs nothing", (t) => {
  const plan: [number, LoadSample][] = [];
  for (let i = 0; i < 20; i++) plan.push([2, busy], [1, calm]);
  t.true(levels(plan).every((level) => level === 0));
});

test("what was given up comes back one level after the other, 10 easy seconds each", (t) => {
  const seen = levels([
    [10, busy],
    [60, calm],
  ]);
  t.is(Math.max(...seen), 3);
  t.deepEqual(
    [2, 1, 0].map((level) => seen.lastIndexOf(level + 1) + 1),
    [20, 30, 40],
  );
});

test("tense seconds keep the level: neither more nor less is given up", (t) => {
  const seen = levels([
    [4, busy],
    [100, tense],
  ]);
  t.true(seen.slice(4).every((level) => level === 1));
});

test("who takes back too much too soon waits twice as long before the next time", (t) => {
  // Only at level 1 or more there is enough time: a load that does not go away.
  const overload = createOverload();
  const changes: number[] = [];
  let before = 0;
  for (let second = 0; second < 600; second++) {
    overload.observe(overload.level === 0 ? busy : calm, second * SECOND);
    if (overload.level !== before) changes.push(second);
    before = overload.level;
  }
  const held = changes
    .filter((_, i) => i % 2 === 1)
    .map((down, i) => down - changes[2 * i]!);
  t.deepEqual(held.slice(0, 5), [11, 21, 41, 81, 161]);
  t.true(changes.length < 14, `${changes.length} changes in 10 minutes`);
});

test("the load looks once a second, however many rooms ask, and forgets what is old", (t) => {
  let asked = 0;
  const load = createLoad(
    () => {
      asked++;
      return 0.95;
    },
    () => 1,
  );
  for (let at = 0; at <= 2.5 * SECOND; at += 0.02 * SECOND) load.look(at);
  t.is(asked, 2);
  t.is(load.level, 0);
  for (let at = 3 * SECOND; at < 5 * SECOND; at += 0.02 * SECOND) load.look(at);
  t.is(load.level, 1);
  load.look(60 * SECOND);
  load.look(61 * SECOND);
  t.is(load.level, 0, "nobody was there meanwhile");
});

test("frames that take too long, or are not made, are too much", (t) => {
  for (const each of [
    (load: ReturnType<typeof createLoad>) => load.frame(1.2),
    (load: ReturnType<typeof createLoad>) => load.framesDropped(1),
    (load: ReturnType<typeof createLoad>) => load.audioTick(true),
  ]) {
    const load = createLoad(
      () => 0,
      () => 1,
    );
    for (let frame = 0; frame < 30 * 6; frame++) {
      each(load);
      load.look((frame * SECOND) / 30);
    }
    t.true(load.level >= 1);
  }
});
