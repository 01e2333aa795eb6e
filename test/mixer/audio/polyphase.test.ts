import test from "ava";
import { Polyphase } from "../../../mixer/audio/polyphase.js";
import { goertzel, join, largestBend, rms, sine } from "../../helpers/tone.js";

type Rates = readonly [from: number, to: number];

/** A second of a sine of -6 dB in ticks of 20 ms, without the first 200 ms. */
const convert = ([from, to]: Rates, hz: number): Int16Array => {
  const resampler = new Polyphase(from, to);
  const count = from / 50;
  const blocks = Array.from({ length: 50 }, (_, i) =>
    resampler
      .process(sine(hz, { from: i * count, count, rate: from, level: -6 }))
      .slice(),
  );
  return join(blocks).subarray(to / 5);
};

/** What is not the tone, dB below it. */
const signalToNoise = (samples: Int16Array, rate: number, hz: number) => {
  const level = goertzel(samples, rate, hz);
  const omega = (2 * Math.PI * hz) / rate;
  let [real, imaginary] = [0, 0];
  for (const [i, sample] of samples.entries()) {
    real += sample * Math.cos(omega * i);
    imaginary += sample * Math.sin(omega * i);
  }
  const [a, b] = [real, imaginary].map((it) => (2 * it) / samples.length);
  const rest = samples.map(
    (sample, i) => sample - a! * Math.cos(omega * i) - b! * Math.sin(omega * i),
  );
  return level - 3 - rms(rest);
};

const BOTH_WAYS: Rates[] = [
  [48_000, 8000],
  [8000, 48_000],
  [48_000, 44_100],
  [44_100, 48_000],
  [48_000, 16_000],
];

for (const rates of BOTH_WAYS) {
  const [from, to] = rates;
  test(`${from} to ${to} Hz: 1 kHz keeps its level and 70 dB over all else`, (t) => {
    const samples = convert(rates, 1000);
    t.is(samples.length, (to / 5) * 4);
    t.true(Math.abs(goertzel(samples, to, 1000) + 6) < 0.1);
    const ratio = signalToNoise(samples, to, 1000);
    t.true(ratio > 70, `${ratio} dB`);
  });
}

test("3.2 kHz passes down to 8 kHz and up again", (t) => {
  for (const rates of BOTH_WAYS.slice(0, 2))
    t.true(Math.abs(goertzel(convert(rates, 3200), rates[1], 3200) + 6) < 0.5);
});

for (const hz of [4800, 6000, 7000, 11_000])
  test(`${hz} Hz does not fold into 8 kHz`, (t) => {
    const samples = convert([48_000, 8000], hz);
    t.true(rms(samples) < -75, `${rms(samples)} dB`);
  });

test("what goes on where another is has no seam", (t) => {
  const first = new Polyphase(48_000, 8000);
  const blocks: Int16Array[] = [];
  const tick = (resampler: Polyphase, n: number): void => {
    const samples = sine(440, { from: n * 960, count: 960, level: -6 });
    blocks.push(resampler.process(samples).slice());
  };
  for (let n = 0; n < 20; n++) tick(first, n);
  const second = new Polyphase(48_000, 8000);
  second.follow(first);
  for (let n = 20; n < 40; n++) tick(second, n);
  const around = join(blocks).subarray(160 * 19, 160 * 21);
  const before = join(blocks).subarray(160 * 15, 160 * 17);
  t.true(largestBend(around) <= largestBend(before) + 2);
});
