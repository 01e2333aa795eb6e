import test from "ava";
import { createAudioCounters } from "../../../mixer/audio/counters.js";
import { AudioQueue } from "../../../mixer/audio/queue.js";
import { TICK, TICK_SAMPLES, type Micros } from "../../../mixer/media.js";
import {
  bendOfSine,
  gaps,
  goertzel,
  join,
  largestBend,
  sine,
} from "../../helpers/tone.js";

const HZ = 440;
const LEVEL = -6;
const BLOCK = 480;
const BLOCK_TIME: Micros = 10_000;

/** When block `index`, made at `index * 10 ms`, arrives. */
type Arrival = (index: number) => Micros;

const onTime: Arrival = (index) => index * BLOCK_TIME;

/** Blocks made between the two times all come at the later one. */
const stalled =
  (from: Micros, to: Micros): Arrival =>
  (index) => {
    const made = onTime(index);
    return made >= from && made < to ? to : made;
  };

type Heard = {
  samples: Int16Array;
  held: number[];
  missing: number[];
  counters: ReturnType<typeof createAudioCounters>;
};

/** Feeds a tone through a queue with a fake clock; ticks are 3 ms off the blocks' beat. */
const play = (seconds: number, arrival: Arrival): Heard => {
  const counters = createAudioCounters();
  const queue = new AudioQueue(counters);
  const ticks: Int16Array[] = [];
  const held: number[] = [];
  const missing: number[] = [];
  let next = 0;
  for (let tick = 0; tick < seconds * 50; tick++) {
    const now = tick * TICK + 3000;
    for (; arrival(next) <= now; next++)
      queue.write(
        sine(HZ, { from: next * BLOCK, count: BLOCK, level: LEVEL }),
        48_000,
        1,
        arrival(next),
      );
    const into = new Int16Array(TICK_SAMPLES);
    queue.read(into, now);
    ticks.push(into);
    held.push(queue.held / 48);
    missing.push(counters.missing);
  }
  return { samples: join(ticks), held, missing, counters };
};

const heldBetween = (
  { held }: Heard,
  from: number,
  to: number,
): { most: number; least: number } => {
  const some = held.slice(from * 50, to * 50);
  return { most: Math.max(...some), least: Math.min(...some) };
};

/**
 * Fades of 5 ms and joins of two phases of the tone bend it up to twice its slope (2Aω); a click bends it by its
 * amplitude, which is eight times as much.
 */
const SOFT_BEND = 2 * 16_423 * ((2 * Math.PI * HZ) / 48_000) + 100;

test("a steady tone comes through to the sample, held at most 20 ms beyond the read", (t) => {
  const heard = play(5, onTime);
  t.is(heard.counters.missing, 0);
  // Of the third block, with which it begins, half is more than it keeps.
  t.is(heard.counters.trimmed, 240);
  t.true(heldBetween(heard, 0.2, 5).most <= 20);
  const steady = heard.samples.subarray(9600);
  t.true(largestBend(steady) <= bendOfSine(HZ, LEVEL));
  t.true(Math.abs(goertzel(steady, 48_000, HZ) - LEVEL) < 0.1);
});

test("the start is faded in and does not click", (t) => {
  const { samples } = play(0.2, onTime);
  t.true(largestBend(samples) <= SOFT_BEND);
});

const jitters: readonly { title: string; arrival: Arrival; most: number }[] = [
  {
    title: "every other block 10 ms late",
    arrival: (index) => onTime(index) + (index % 2) * 9000,
    most: 25,
  },
  {
    title: "blocks in threes",
    arrival: (index) => onTime(index - (index % 3) + 3),
    most: 45,
  },
  {
    title: "blocks in fives",
    arrival: (index) => onTime(index - (index % 5) + 5),
    most: 70,
  },
  {
    title: "a pattern of up to 25 ms",
    arrival: (index) =>
      onTime(index) + [0, 4, 25, 15, 5, 0, 0, 12][index % 8]! * 1000,
    most: 50,
  },
];

for (const { title, arrival, most } of jitters)
  test(`jitter is absorbed: ${title}`, (t) => {
    const heard = play(20, arrival);
    const settled = heard.missing[4 * 50]!;
    t.is(heard.counters.missing, settled, "nothing is missing after 4 s");
    t.deepEqual(gaps(heard.samples.subarray(4 * 48_000)), []);
    t.true(largestBend(heard.samples) <= SOFT_BEND);
    t.true(
      heldBetween(heard, 4, 20).most <= most,
      `held ${heldBetween(heard, 4, 20).most} ms`,
    );
  });

for (const millis of [50, 100, 200, 500, 1000])
  test(`after a stall of ${millis} ms the delay is normal at once`, (t) => {
    const heard = play(8, stalled(3_000_000, 3_000_000 + millis * 1000));
    const back = 3 + millis / 1000;
    t.true(heldBetween(heard, 0, 8).most <= 120);
    t.true(
      heldBetween(heard, back + 0.04, 8).most <= 40,
      `held ${heldBetween(heard, back + 0.04, 8).most} ms`,
    );
    t.true(heard.counters.missing >= (millis - 40) * 48);
    t.true(heard.counters.trimmed > 0);
    t.true(largestBend(heard.samples) <= SOFT_BEND, "no click");
    t.is(gaps(heard.samples.subarray(4800)).length, 1);
  });

for (const late of [0, 4, 9, 14, 19])
  test(`a stall of the reader of 200 ms that ends ${late} ms after a beat is no second gap, and no delay a second later`, (t) => {
    const counters = createAudioCounters();
    const queue = new AudioQueue(counters);
    const ticks: Int16Array[] = [];
    let next = 0;
    const read = (now: Micros): void => {
      for (; onTime(next) <= now; next++)
        queue.write(
          sine(HZ, { from: next * BLOCK, count: BLOCK, level: LEVEL }),
          48_000,
          1,
          now,
        );
      const into = new Int16Array(TICK_SAMPLES);
      queue.read(into, now);
      ticks.push(into);
    };
    for (let tick = 0; tick < 400; tick++) {
      const due = tick * TICK + 3000;
      if (tick === 110) read(due + late * 1000);
      else if (tick < 100 || tick > 110) read(due);
      if (tick === 99 || tick > 170) t.true(queue.held <= 960, `${queue.held}`);
    }
    t.is(counters.missing, 0);
    t.deepEqual(gaps(join(ticks).subarray(4800)), []);
    t.true(largestBend(join(ticks)) <= SOFT_BEND);
  });

test("a target raised by underruns comes back down", (t) => {
  const counters = createAudioCounters();
  const queue = new AudioQueue(counters);
  const into = new Int16Array(TICK_SAMPLES);
  const tick = (at: number, samples: number): void => {
    if (samples > 0)
      queue.write(new Int16Array(samples).fill(99), 48_000, 1, at * TICK);
    queue.read(into, at * TICK);
  };
  const before = queue.target;
  let now = 0;
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4; i++) tick(now++, 960);
    for (let i = 0; i < 4; i++) tick(now++, 0);
  }
  t.true(queue.target > before);
  t.is(queue.lag, Math.round((queue.target - before) / 0.048));
  for (let i = 0; i < 60 * 50; i++) tick(now++, 960);
  t.is(queue.target, before);
  t.is(queue.lag, 0);
});

test("a standing excess is trimmed within about a second, with a cross-fade", (t) => {
  const counters = createAudioCounters();
  const queue = new AudioQueue(counters);
  const ticks: Int16Array[] = [];
  let from = 0;
  for (let tick = 0; tick < 200; tick++) {
    const count = tick === 50 ? 960 + 2400 : 960 + (tick === 0 ? 240 : 0);
    queue.write(
      sine(HZ, { from, count, level: LEVEL }),
      48_000,
      1,
      tick * TICK,
    );
    from += count;
    const into = new Int16Array(TICK_SAMPLES);
    queue.read(into, tick * TICK);
    ticks.push(into);
    if (tick === 51) t.is(queue.held, 240 + 2400);
  }
  t.is(queue.held, 240);
  t.is(counters.trimmed, 2400);
  t.is(counters.missing, 0);
  t.true(largestBend(join(ticks)) <= SOFT_BEND);
  t.deepEqual(gaps(join(ticks).subarray(480)), []);
});

test("blocks that nobody reads are bounded to 120 ms and counted", (t) => {
  const counters = createAudioCounters();
  const queue = new AudioQueue(counters);
  for (let block = 0; block < 1000; block++)
    queue.write(new Int16Array(BLOCK), 48_000, 1, block * BLOCK_TIME);
  t.is(queue.held, 5760);
  t.is(counters.trimmed, 1000 * BLOCK - 5760);
});

test("a block longer than the ring leaves its newest 120 ms", (t) => {
  const queue = new AudioQueue(createAudioCounters());
  const long = Int16Array.from({ length: 40_000 }, (_, i) => i % 30_000);
  queue.write(long, 48_000, 1, 0);
  t.is(queue.held, 5760);
  const into = new Int16Array(TICK_SAMPLES);
  queue.read(into, 0);
  t.is(into[959], long[40_000 - 240 - 1]);
});

test("what a source left behind long ago is not played when it returns", (t) => {
  const queue = new AudioQueue(createAudioCounters());
  queue.write(new Int16Array(960).fill(1000), 48_000, 1, 0);
  queue.write(new Int16Array(960).fill(2000), 48_000, 1, 1_000_000);
  t.is(queue.held, 960);
});

test("a source that stopped for good is idle, and stops counting as missing", (t) => {
  const heard = play(2, onTime);
  t.is(heard.counters.missing, 0);
  const counters = createAudioCounters();
  const queue = new AudioQueue(counters);
  queue.write(new Int16Array(1440).fill(9), 48_000, 1, 0);
  const into = new Int16Array(TICK_SAMPLES);
  for (let tick = 0; tick < 500; tick++) queue.read(into, tick * TICK);
  t.true(counters.missing <= 51 * TICK_SAMPLES);
});
