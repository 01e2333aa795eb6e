import test from "ava";
import { createAudioCounters } from "../../../mixer/audio/counters.js";
import {
  Limiter,
  LIMITER_CEILING,
  LIMITER_DELAY,
} from "../../../mixer/audio/limiter.js";
import { TICK_SAMPLES } from "../../../mixer/media.js";
import {
  bendOfSine,
  goertzel,
  join,
  largestBend,
  noise,
  peak,
  rms,
  sine,
} from "../../helpers/tone.js";

/** Runs a whole sum through a limiter; what comes out is moved back by the delay. */
const limit = (
  sum: Float64Array,
): { out: Int16Array; counters: ReturnType<typeof createAudioCounters> } => {
  const counters = createAudioCounters();
  const limiter = new Limiter(counters);
  const padded = new Float64Array(
    Math.ceil(sum.length / TICK_SAMPLES + 1) * TICK_SAMPLES,
  );
  padded.set(sum);
  const ticks: Int16Array[] = [];
  for (let at = 0; at < padded.length; at += TICK_SAMPLES)
    ticks.push(
      limiter.process([padded.subarray(at, at + TICK_SAMPLES)]).slice(),
    );
  const out = join(ticks).subarray(LIMITER_DELAY, LIMITER_DELAY + sum.length);
  return { out, counters };
};

const scaled = (samples: Int16Array, by: number): Float64Array =>
  Float64Array.from(samples, (sample) => Math.round(sample * by));

test("what stays below the ceiling passes to the bit, 5 ms later", (t) => {
  const signal = sine(440, { count: 48_000, level: -1.3 });
  const { out, counters } = limit(Float64Array.from(signal));
  t.deepEqual(out, signal);
  t.is(counters.lowestGain, 1);
  t.is(counters.peak, peak(signal));
});

const loud: readonly { title: string; sum: () => Float64Array }[] = [
  {
    title: "a tone 20 dB over",
    sum: () => scaled(sine(440, { count: 48_000, level: 0 }), 10),
  },
  {
    title: "a low tone 6 dB over",
    sum: () => scaled(sine(60, { count: 48_000, level: 0 }), 2),
  },
  { title: "noise 12 dB over", sum: () => scaled(noise(48_000, -5), 4) },
  {
    title: "a square wave 20 dB over",
    sum: () =>
      Float64Array.from({ length: 48_000 }, (_, i) =>
        i % 200 < 100 ? 327_670 : -327_680,
      ),
  },
  {
    title: "single samples at 40 dB over",
    sum: () =>
      Float64Array.from({ length: 48_000 }, (_, i) =>
        i % 4801 === 0 ? 3_276_700 : 500,
      ),
  },
  {
    title: "200 people at gain 4",
    sum: () => scaled(sine(997, { count: 48_000, level: 0 }), 800),
  },
];

for (const { title, sum } of loud)
  test(`never above -1 dBFS and never saturated: ${title}`, (t) => {
    const { out, counters } = limit(sum());
    t.true(peak(out) <= LIMITER_CEILING);
    t.is(counters.clipped, 0);
    t.is(counters.peak, peak(out));
    t.true(counters.lowestGain < 0.56);
  });

test("a loud tone is turned down, not bent: its harmonics stay 40 dB under it", (t) => {
  for (const hz of [110, 440, 1000]) {
    const { out } = limit(scaled(sine(hz, { count: 96_000, level: 0 }), 3));
    const steady = out.subarray(48_000);
    const level = goertzel(steady, 48_000, hz);
    t.true(level > -2 && level < -0.9, `${hz} Hz at ${level} dBFS`);
    for (const harmonic of [2, 3, 5])
      t.true(goertzel(steady, 48_000, harmonic * hz) < level - 40);
  }
});

test("the gain moves without a click, into a shout and out of it", (t) => {
  const level = -6;
  const quiet = sine(440, { count: 96_000, level });
  const sum = Float64Array.from(quiet, (sample, i) =>
    i > 30_000 && i < 40_000 ? sample * 6 : sample,
  );
  const { out } = limit(sum);
  const before = out.subarray(0, 29_760);
  t.true(largestBend(before) <= bendOfSine(440, level));
  const after = out.subarray(40_500);
  t.true(largestBend(after) <= bendOfSine(440, level) + 20);
});

test("the gain comes back in 100 to 600 ms and is then exactly 1", (t) => {
  const quiet = sine(440, { count: 192_000, level: -12 });
  const sum = Float64Array.from(quiet, (sample, i) =>
    i < 9600 ? sample * 12 : sample,
  );
  const { out, counters } = limit(sum);
  const at = (millis: number): number =>
    rms(out.subarray(9600 + millis * 48, 9600 + (millis + 20) * 48)) -
    rms(quiet);
  t.true(at(30) < -3, `${at(30)} dB after 30 ms`);
  t.true(at(600) > -0.3, `${at(600)} dB after 600 ms`);
  t.deepEqual(out.subarray(144_000), quiet.subarray(144_000));
  // A gain that only comes near 1 is held down for ever, and costs a product a sample.
  t.true(counters.limited < 3000, `${counters.limited} ms`);
});

test("nothing pumps: a steady loud sum keeps one level", (t) => {
  const { out } = limit(scaled(sine(440, { count: 96_000, level: 0 }), 4));
  const levels = Array.from({ length: 40 }, (_, i) =>
    rms(out.subarray(48_000 + i * 960, 48_000 + (i + 1) * 960)),
  );
  t.true(Math.max(...levels) - Math.min(...levels) < 0.3);
});

test("reset forgets what was delayed", (t) => {
  const limiter = new Limiter(createAudioCounters());
  limiter.process([new Float64Array(TICK_SAMPLES).fill(100_000)]);
  limiter.reset();
  t.is(peak(limiter.process([new Float64Array(TICK_SAMPLES)])), 0);
});
