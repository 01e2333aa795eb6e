import test from "ava";
import { createAudioCounters } from "../../../mixer/audio/counters.js";
import { AudioQueue } from "../../../mixer/audio/queue.js";
import { createResampler } from "../../../mixer/audio/resample.js";
import { TICK_SAMPLES } from "../../../mixer/media.js";
import {
  gaps,
  goertzel,
  join,
  largestBend,
  largestStep,
  sine,
} from "../../helpers/tone.js";

const HZ = 440;
const LEVEL = -6;
const BLOCK_TIME = 10_000;

const rates: readonly { rate: number; channels: number }[] = [
  { rate: 8000, channels: 1 },
  { rate: 16_000, channels: 1 },
  { rate: 44_100, channels: 1 },
  { rate: 48_000, channels: 2 },
  { rate: 96_000, channels: 2 },
];

for (const { rate, channels } of rates)
  test(`${rate} Hz with ${channels} channels becomes 48 kHz mono without seams`, (t) => {
    const queue = new AudioQueue(createAudioCounters());
    const ticks: Int16Array[] = [];
    const size = rate / 100;
    for (let block = 0; block < 200; block++) {
      const mono = sine(HZ, {
        from: block * size,
        count: size,
        rate,
        level: LEVEL,
      });
      const samples = new Int16Array(size * channels);
      for (let i = 0; i < samples.length; i++)
        samples[i] = mono[Math.floor(i / channels)]!;
      queue.write(samples, rate, channels, block * BLOCK_TIME);
      if (block % 2 === 0) continue;
      const into = new Int16Array(TICK_SAMPLES);
      queue.read(into, block * BLOCK_TIME);
      ticks.push(into);
    }
    const heard = join(ticks).subarray(4800);
    t.true(Math.abs(goertzel(heard, 48_000, HZ) - LEVEL) < 0.3);
    t.true(largestStep(heard) < 1.1 * 16_423 * ((2 * Math.PI * HZ) / 48_000));
    t.deepEqual(gaps(heard), []);
  });

test("a block of a second at 16 kHz is converted whole", (t) => {
  const second = sine(HZ, { count: 16_000, rate: 16_000, level: LEVEL });
  const converted = createResampler().resample(second, 16_000, 1);
  t.is(converted.length, 48_000);
  t.true(Math.abs(goertzel(converted, 48_000, HZ) - LEVEL) < 0.3);
});

test("the change from 16 kHz to 48 kHz inside a tone does not click", (t) => {
  const queue = new AudioQueue(createAudioCounters());
  const ticks: Int16Array[] = [];
  for (let block = 0; block < 40; block++) {
    const rate = block < 20 ? 16_000 : 48_000;
    const size = rate / 100;
    queue.write(
      sine(HZ, { from: block * size, count: size, rate, level: LEVEL }),
      rate,
      1,
      block * BLOCK_TIME,
    );
    if (block % 2 === 0) continue;
    const into = new Int16Array(TICK_SAMPLES);
    queue.read(into, block * BLOCK_TIME);
    ticks.push(into);
  }
  t.true(largestBend(join(ticks)) < 4 * 16_423 * ((2 * Math.PI * HZ) / 48_000));
});
