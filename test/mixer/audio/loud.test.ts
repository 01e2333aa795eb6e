/** Ten people who all shout: what a room makes of it. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import test from "ava";
import { createAudioCounters } from "../../../mixer/audio/counters.js";
import { Limiter, LIMITER_DELAY } from "../../../mixer/audio/limiter.js";
import { createResampler } from "../../../mixer/audio/resample.js";
import { TICK_SAMPLES } from "../../../mixer/media.js";
import { join, noise, parseWav, peak, sine } from "../../helpers/tone.js";
import { inRoot } from "../../helpers/root.js";

const SECONDS = 4;
const LENGTH = SECONDS * 48_000;
const TALKERS = 10;
/** 10 ms. */
const BLOCK = 480;
/** Whatever comes first: the gain falls over 5 ms. */
const ATTACK = 5;

const speech = (name: string): Int16Array => {
  const file = readFileSync(inRoot("test/media", name));
  const { samples, rate } = parseWav(file);
  return createResampler(1).resample(samples, rate, 1).slice();
};

/** So loud that its highest sample is full scale, and from elsewhere on for each. */
const voiceOf = (said: Int16Array, index: number): Int16Array => {
  const loudest = peak(said);
  return Int16Array.from({ length: LENGTH }, (_, i) =>
    Math.round((32_767 * said[(i + 7919 * index) % said.length]!) / loudest),
  );
};

const [one, other] = [speech("speech-0880.wav"), speech("speech-0930.wav")];

const rooms: readonly { title: string; voice: (n: number) => Int16Array }[] = [
  {
    title: "who read aloud",
    voice: (n) => voiceOf(n % 2 === 0 ? one : other, n),
  },
  {
    title: "who are tones",
    voice: (n) => sine(180 + 211 * n, { count: LENGTH, level: 0 }),
  },
  {
    title: "who say the same, close to half the sampling rate",
    voice: () => sine(11_025, { count: LENGTH, level: 0 }),
  },
  {
    // Up to 8 kHz, where speech ends.
    title: "who hiss",
    voice: (n) =>
      createResampler(1)
        .resample(noise(LENGTH / 3, -5, n + 1), 16_000, 1)
        .slice(),
  },
  {
    title: "who hiss up to half the sampling rate",
    voice: (n) => noise(LENGTH, -5, 77 * n + 1),
  },
  {
    title: "who are edges",
    voice: () =>
      sine(7000, { count: LENGTH, level: 0 }).map((it) =>
        it < 0 ? -32_767 : 32_767,
      ),
  },
];

const sumOf = (voice: (n: number) => Int16Array): Float64Array => {
  const sum = new Float64Array(LENGTH);
  for (let n = 0; n < TALKERS; n++)
    voice(n).forEach((sample, i) => (sum[i]! += sample));
  return sum;
};

const limited = (sum: Float64Array) => {
  const counters = createAudioCounters();
  const limiter = new Limiter(counters);
  const ticks: Int16Array[] = [];
  for (let at = 0; at < sum.length; at += TICK_SAMPLES)
    ticks.push(limiter.process([sum.subarray(at, at + TICK_SAMPLES)]).slice());
  return { out: join(ticks).subarray(LIMITER_DELAY), counters };
};

/** The highest of eight points a sample, by a sinc of 96 samples: another and a finer one than the limiter's. dBFS. */
const truePeak = (samples: Int16Array): number => {
  const [points, side] = [8, 48];
  const weights = Array.from({ length: points }, (_, point) =>
    Array.from({ length: 2 * side }, (_, tap) => {
      const x = tap - side + 1 - point / points;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      return sinc * Math.cos((Math.PI * x) / (2 * side + 2)) ** 2;
    }),
  );
  let highest = 0;
  for (let i = side; i < samples.length - side; i++)
    for (const taps of weights) {
      let sum = 0;
      for (let tap = 0; tap < 2 * side; tap++)
        sum += taps[tap]! * samples[i - side + 1 + tap]!;
      highest = Math.max(highest, Math.abs(sum));
    }
  return 20 * Math.log10(highest / 32_768);
};

/** What FFmpeg's meter says of it, which has another filter; faded in and out, for a cut rings. dBFS, in tenths. */
const meteredPeak = (samples: Int16Array): number => {
  const faded = samples.map((sample, i) =>
    Math.round(sample * Math.min(1, i / 2400, (samples.length - i) / 2400)),
  );
  const input = "-f s16le -ar 48000 -ac 1 -i pipe:0";
  const { stderr } = spawnSync(
    "ffmpeg",
    `-hide_banner ${input} -af ebur128=peak=true -f null -`.split(" "),
    { input: new Uint8Array(faded.buffer), encoding: "utf8" },
  );
  return Number([...stderr.matchAll(/Peak: +(\S+) dBFS/g)].at(-1)![1]);
};

/** The gain of each 10 ms, dB; undefined where there is nothing to tell it by. */
const gains = (sum: Float64Array, out: Int16Array): (number | undefined)[] =>
  Array.from({ length: Math.floor(out.length / BLOCK) }, (_, block) => {
    let [both, own] = [0, 0];
    for (let i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
      both += sum[i]! * out[i]!;
      own += sum[i]! * sum[i]!;
    }
    return own < 1e6 ? undefined : 20 * Math.log10(both / own);
  });

for (const { title, voice } of rooms)
  test(`ten at full scale ${title}: no sample wraps, the true peak is below -1 dBFS, and nothing pumps`, (t) => {
    const sum = sumOf(voice);
    const { out, counters } = limited(sum);
    t.is(counters.clipped, 0);
    for (let i = 0; i < out.length; i++)
      if (out[i]! * sum[i]! < 0) return t.fail(`sample ${i} wrapped`);
    const between = truePeak(out.subarray(0, 2 * 48_000));
    const metered = meteredPeak(out);
    const course = gains(sum, out).slice(ATTACK);
    let [up, down] = [0, 0];
    for (let n = 1; n < course.length; n++) {
      const change = (course[n] ?? 0) - (course[n - 1] ?? course[n] ?? 0);
      if (course[n] === undefined) continue;
      up = Math.max(up, change);
      down = Math.min(down, change);
    }
    t.log(
      `true peak ${between.toFixed(2)} dBFS, by FFmpeg ${metered}, gain up ${up.toFixed(2)} and down ${(-down).toFixed(2)} dB in 10 ms at most`,
    );
    t.true(between < -1);
    // It tells tenths.
    t.true(metered <= -1);
    t.true(up < 1);
  });
