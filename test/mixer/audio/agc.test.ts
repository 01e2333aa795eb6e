import { readFileSync } from "node:fs";
import test from "ava";
import { Loudness } from "../../../mixer/audio/loudness.js";
import { createAudioMix } from "../../../mixer/audio/mix.js";
import { createResampler } from "../../../mixer/audio/resample.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import {
  amplitudeOf,
  goertzel,
  join,
  noise,
  parseWav,
  peak,
  rms,
  sine,
} from "../../helpers/tone.js";
import { inRoot } from "../../helpers/root.js";

const SECOND = 48_000;

const speech = ((): Int16Array => {
  const file = inRoot("test/media/speech-0880.wav");
  const { samples, rate, channels } = parseWav(readFileSync(file));
  return createResampler().resample(samples, rate, channels).slice();
})();

const louder = (samples: Int16Array, decibels: number): Int16Array =>
  samples.map((sample) => Math.round(sample * amplitudeOf(decibels)));

const repeated = (samples: Int16Array, seconds: number): Int16Array => {
  const times = Math.ceil((seconds * SECOND) / samples.length);
  return join(Array.from({ length: times }, () => samples)).subarray(
    0,
    seconds * SECOND,
  );
};

const loudnessOf = (samples: Int16Array): number => {
  const loudness = new Loudness();
  for (let at = 0; at + TICK_SAMPLES <= samples.length; at += TICK_SAMPLES)
    loudness.add(samples.subarray(at, at + TICK_SAMPLES));
  return loudness.value ?? -Infinity;
};

/** What the room hears of one voice, levelled unless said otherwise; `own` is what it hears of itself. */
const hear = (
  samples: Int16Array,
  { levelled = () => true }: { levelled?: (tick: number) => boolean } = {},
) => {
  const mix = createAudioMix();
  mix.add("ann");
  const heard: Int16Array[] = [];
  let own = 0;
  for (let tick = 0; (tick + 1) * TICK_SAMPLES <= samples.length; tick++) {
    const from = tick * TICK_SAMPLES;
    const block = samples.subarray(from, from + TICK_SAMPLES);
    mix.setLevelled("ann", levelled(tick));
    mix.write("ann", block, 48_000, 1, tick * TICK);
    mix.tick(tick * TICK);
    heard.push(mix.listen().samples.slice());
    own = Math.max(own, peak(mix.listen("ann").samples));
  }
  return { heard: join(heard), own, clipped: mix.counters.clipped };
};

for (const [hz, level, expected] of [
  [997, 0, -3.01],
  [997, -20, -23.01],
  [100, -20, -24.7],
  [4000, -20, -20.0],
] as const)
  test(`a tone of ${hz} Hz at ${level} dBFS has ${expected} LUFS`, (t) => {
    const found = loudnessOf(sine(hz, { count: 2 * SECOND, level }));
    t.true(Math.abs(found - expected) < 0.6, `${found}`);
  });

test("speech is as loud as FFmpeg's ebur128 says, and pauses do not count", (t) => {
  const found = loudnessOf(speech);
  t.true(Math.abs(found + 27) < 1, `${found}`);
  const pauses = join([speech, new Int16Array(3 * SECOND), speech]);
  t.true(Math.abs(loudnessOf(pauses) - found) < 1);
});

test("quiet and loud speech are within 3 dB of each other and of -18 LUFS after 10 s, without a clipped sample", (t) => {
  const found = [-3, 0, 12].map((decibels) => {
    const voice = repeated(louder(speech, decibels), 14);
    const { heard, clipped } = hear(voice);
    t.is(clipped, 0);
    return loudnessOf(heard.subarray(10 * SECOND));
  });
  t.true(Math.max(...found) - Math.min(...found) < 3, found.join());
  for (const loudness of found)
    t.true(Math.abs(loudness + 18) < 3, `${loudness}`);
});

test("a gain moves by no more than 2 dB a second and 12 dB in all", (t) => {
  const voice = repeated(louder(speech, -20), 20);
  const { heard } = hear(voice);
  let former = 0;
  for (let second = 1; second < 20; second++) {
    const part = [second * SECOND, (second + 1) * SECOND] as const;
    const inside = voice.subarray(part[0] - 240, part[1] - 240);
    const gain = rms(heard.subarray(...part)) - rms(inside);
    t.true(gain - former < 2.2, `${gain - former} dB in second ${second}`);
    t.true(gain < 12.3, `${gain}`);
    former = gain;
  }
  t.true(former > 11, `${former}`);
});

for (const level of [-60, -50, -40])
  test(`noise of ${level} dBFS is not raised, not even after speech that was`, (t) => {
    const hiss = noise(10 * SECOND, level);
    const { heard } = hear(hiss);
    t.true(rms(heard) <= level + 0.1, `${rms(heard)}`);
    const voice = repeated(louder(speech, -3), 10);
    const { heard: after } = hear(join([voice, hiss, hiss]));
    const gain = (second: number): number =>
      rms(after.subarray(second * SECOND, (second + 1) * SECOND)) - level;
    t.true(gain(29) - gain(13) < 0.5, `${gain(13)} then ${gain(29)}`);
  });

test("a steady tone stays as it is", (t) => {
  for (const level of [-40, -30, -20, -6]) {
    const { heard } = hear(sine(440, { count: 10 * SECOND, level }));
    for (const second of [1, 4, 9]) {
      const part = heard.subarray(second * SECOND, (second + 1) * SECOND);
      const found = goertzel(part, 48_000, 440);
      t.true(Math.abs(found - level) < 0.1, `${level}: ${found}`);
    }
  }
});

test("of one's own voice not one bit is left, whatever its gain does", (t) => {
  const voice = join([
    repeated(louder(speech, -3), 6),
    repeated(louder(speech, 12), 6),
  ]);
  const { own } = hear(voice, { levelled: (tick) => tick % 100 < 70 });
  t.is(own, 0);
});

test("switched off, a voice is as if nothing had ever been done to it, to the bit", (t) => {
  const voice = repeated(speech, 12);
  const part = [10.1 * SECOND, 12 * SECOND] as const;
  const { heard } = hear(voice, { levelled: (tick) => tick < 500 });
  const { heard: plain } = hear(voice, { levelled: () => false });
  const same = heard
    .subarray(...part)
    .every((sample, i) => sample === plain[part[0] + i]);
  t.true(same);
  t.true(rms(heard.subarray(9 * SECOND, part[0])) > rms(plain) + 3);
});
