/** The real network on real speech, in noise of -30 dBFS. */
import { readFileSync } from "node:fs";
import test from "ava";
import { createAudioMix, type AudioMix } from "../../../mixer/audio/mix.js";
import { createDenoiser } from "../../../mixer/audio/rnnoise.js";
import type { Denoiser } from "../../../mixer/audio/suppressor.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import { join, largestStep, noise, parseWav, rms } from "../../helpers/tone.js";

/** At 48 kHz from 16. */
const stretch = (samples: Int16Array): Int16Array =>
  Int16Array.from({ length: 3 * samples.length }, (_, i) => {
    const at = Math.floor(i / 3);
    const next = samples[at + 1] ?? 0;
    return Math.round(samples[at]! + ((next - samples[at]!) * (i % 3)) / 3);
  });

const SECOND = 48_000;
const speech = stretch(
  parseWav(readFileSync("test/media/speech-0880.wav")).samples,
);
/** A pause of 2 s, speech, and a pause again. */
const clean = join([
  new Int16Array(2 * SECOND),
  speech,
  new Int16Array(2 * SECOND),
]);
const hiss = noise(clean.length, -30);
const noisy = clean.map((sample, i) =>
  Math.max(-32_768, Math.min(32_767, sample + hiss[i]!)),
);

/** What the network holds back, samples. */
const DELAY = 960;

const ticksOf = (samples: Int16Array): Int16Array[] =>
  Array.from({ length: Math.floor(samples.length / TICK_SAMPLES) }, (_, tick) =>
    samples.slice(tick * TICK_SAMPLES, (tick + 1) * TICK_SAMPLES),
  );

const denoise = (denoiser: Denoiser, samples: Int16Array): Int16Array => {
  const ticks = ticksOf(samples);
  for (const tick of ticks) denoiser.process(tick);
  return join(ticks);
};

/** The loud part of a text's syllables: mean level of ticks within 12 dB of the loudest. */
const speechLevel = (samples: Int16Array): number => {
  const from = 2 * SECOND;
  const spoken = ticksOf(samples.subarray(from, from + speech.length));
  const reference = ticksOf(speech).map(rms);
  const loudest = Math.max(...reference);
  const loud = spoken.filter((_, i) => (reference[i] ?? -140) > loudest - 12);
  return loud.reduce((sum, it) => sum + rms(it), 0) / loud.length;
};

test("takes more than 10 dB of noise out of the pauses and keeps speech within 3 dB", async (t) => {
  const denoiser = await createDenoiser();
  const cleaned = denoise(denoiser, noisy).subarray(DELAY);
  const end = clean.length - 1.5 * SECOND;
  const pauses = {
    before: rms(cleaned.subarray(SECOND, 2 * SECOND)),
    after: rms(cleaned.subarray(end, end + SECOND)),
  };
  const kept = speechLevel(cleaned) - speechLevel(clean);
  t.log({ pauses, kept });
  t.true(pauses.before < -40 && pauses.after < -40);
  t.true(Math.abs(kept) < 3);
  denoiser.close();
});

test("what comes out lags 20 ms, and clean speech is left as loud as it was", async (t) => {
  const denoiser = await createDenoiser();
  const cleaned = denoise(denoiser, clean);
  const likeness = (lag: number): number => {
    let sum = 0;
    for (let i = 2 * SECOND; i < clean.length - SECOND; i++)
      sum += clean[i]! * cleaned[i + lag]!;
    return sum;
  };
  const lags = Array.from({ length: 40 }, (_, i) => 48 * i);
  const best = lags.sort((a, b) => likeness(b) - likeness(a))[0];
  t.is(best, DELAY);
  const kept = speechLevel(cleaned.subarray(DELAY)) - speechLevel(clean);
  t.true(Math.abs(kept) < 1, `${kept} dB`);
  denoiser.close();
});

/** What a mix of one voice gives out. */
const listenTo = (
  samples: Int16Array,
  each: (mix: AudioMix, tick: number) => void,
): Int16Array => {
  const mix = createAudioMix();
  mix.add("ann");
  const heard = ticksOf(samples).map((block, tick) => {
    each(mix, tick);
    mix.write("ann", block, SECOND, 1, tick * TICK);
    mix.tick(tick * TICK);
    return mix.listen().samples.slice();
  });
  return join(heard);
};

test("is switched on and off in the middle of a word, without a click or a hole", async (t) => {
  const denoiser = await createDenoiser();
  let closed = 0;
  const watched: Denoiser = {
    process: denoiser.process.bind(denoiser),
    close: () => {
      closed++;
      denoiser.close();
    },
  };
  const on = 120;
  const off = 170;
  const heard = listenTo(noisy, (mix, tick) => {
    if (tick === on) mix.setDenoiser("ann", watched);
    if (tick === off) mix.setDenoiser("ann", undefined);
  });
  t.is(closed, 1);
  const step = largestStep(noisy);
  t.true(largestStep(heard) < 1.1 * step);
  const levels = ticksOf(heard.subarray(on * TICK_SAMPLES)).map(rms);
  t.true(Math.min(...levels.slice(0, 10)) > -34, "noise, until it has warmed");
});

test("two voices do not disturb each other, and what is closed is given back", async (t) => {
  const [one, two] = [await createDenoiser(), await createDenoiser()];
  const alone = await createDenoiser();
  const some = noisy.subarray(SECOND, 4 * SECOND);
  const other = noise(some.length, -20, 7);
  const mixed = ticksOf(some).map((tick, i) => {
    one.process(tick);
    two.process(other.slice(i * TICK_SAMPLES, (i + 1) * TICK_SAMPLES));
    return tick;
  });
  t.deepEqual(join(mixed), denoise(alone, some));
  for (const denoiser of [one, two, alone]) {
    denoiser.close();
    denoiser.close();
  }
  for (let i = 0; i < 200; i++) (await createDenoiser()).close();
});

test("a voice costs a few per cent of a core while it is heard", async (t) => {
  const denoiser = await createDenoiser();
  denoise(denoiser, noisy.subarray(0, SECOND));
  const before = process.cpuUsage();
  denoise(denoiser, noisy);
  const { user, system } = process.cpuUsage(before);
  const cost = (user + system) / (noisy.length / TICK_SAMPLES);
  t.log(`${cost.toFixed(0)} µs a tick: ${(cost / 200).toFixed(1)} % of a core`);
  t.true(cost < 5000);
  denoiser.close();
});
