import test from "ava";
import { TICK_SAMPLES } from "../../../../mixer/media.js";
import { createGrid } from "../../../../mixer/output/tracks/grid.js";

const MS = 1000;

/** What came out, as one array, and for each frame whether it was silence. */
const record = (from = 0, channels: 1 | 2 = 1) => {
  const samples: number[] = [];
  const silent: boolean[] = [];
  const grid = createGrid({ channels, from }, (frame) => {
    silent.push(frame === undefined);
    samples.push(...(frame ?? new Int16Array(TICK_SAMPLES * channels)));
  });
  return { grid, samples, silent };
};

const ramp = (first: number, channels = 1): Int16Array =>
  Int16Array.from(
    { length: TICK_SAMPLES * channels },
    (_, index) => first + Math.floor(index / channels),
  );

test("a tick lies at its sample, wherever the frames begin", (t) => {
  const { grid, samples, silent } = record();
  grid.write(ramp(1000), 30 * MS);
  grid.write(ramp(1960), 50 * MS);
  grid.fill(100 * MS);
  t.is(samples.length, 5 * TICK_SAMPLES);
  t.deepEqual(silent, [true, false, false, false, true]);
  t.is(samples[1439], 0);
  t.deepEqual(samples.slice(1440, 1440 + 1920), [...ramp(1000), ...ramp(1960)]);
  t.is(samples[3360], 0);
});

test("two channels stay together", (t) => {
  const { grid, samples } = record(0, 2);
  grid.write(ramp(1, 2), 10 * MS);
  grid.fill(40 * MS);
  t.deepEqual(samples.slice(958, 964), [0, 0, 1, 1, 2, 2]);
});

test("jitter of the clock moves nothing, and what overlaps is cut", (t) => {
  const { grid, samples } = record();
  grid.write(ramp(1), 0);
  grid.write(ramp(961), 20 * MS + 300);
  grid.write(ramp(1921), 40 * MS - 300);
  t.deepEqual(samples, [...ramp(1), ...ramp(961), ...ramp(1921)]);
  grid.write(ramp(5000), 50 * MS);
  grid.fill(80 * MS);
  t.is(samples[2880], 5480);
  t.is(samples.length, 4 * TICK_SAMPLES);
});

test("what comes before the beginning is not in the file", (t) => {
  const { grid, samples } = record();
  grid.write(ramp(1), -50 * MS);
  grid.write(ramp(1), -5 * MS);
  grid.fill(20 * MS);
  t.is(samples[0], 241);
  t.is(samples.length, TICK_SAMPLES);
});

test("it goes on where a file has ended", (t) => {
  const { grid, silent } = record(10 * TICK_SAMPLES);
  grid.write(ramp(1), 240 * MS);
  t.deepEqual(silent, [true, true, false]);
});

test("where sound begins it lies at its sample, however near the frame's edge", (t) => {
  const { grid, samples } = record();
  grid.write(ramp(1), -20 * MS - 400);
  grid.write(ramp(1), -400);
  grid.write(ramp(961), 20 * MS - 400);
  t.is(samples[0], 1 + 19);
  grid.fill(60 * MS);
  grid.write(ramp(5000), 60 * MS + 400);
  grid.fill(100 * MS);
  t.deepEqual(samples.slice(2880 + 18, 2880 + 21), [0, 5000, 5001]);
});
