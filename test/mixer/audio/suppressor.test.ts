/** Suppression that is switched, with a denoiser whose effect is known: half as loud, 20 ms later. */
import test from "ava";
import { createAudioMix, type AudioMix } from "../../../mixer/audio/mix.js";
import { Suppressor, type Denoiser } from "../../../mixer/audio/suppressor.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import { join, largestBend, peak, sine } from "../../helpers/tone.js";
import { ann, softBend } from "../../helpers/voices.js";

const createHalver = () => {
  const state = { processed: 0, closed: 0 };
  let before = new Int16Array(TICK_SAMPLES);
  const denoiser: Denoiser = {
    process: (samples) => {
      state.processed++;
      const now = samples.slice();
      for (let i = 0; i < TICK_SAMPLES; i++)
        samples[i] = Math.round(before[i]! / 2);
      before = now;
    },
    close: () => void state.closed++,
  };
  return { state, denoiser };
};

/** A tone of whole periods a tick, so that 20 ms more or less do not show. */
const HZ = 400;
const tone = (level = -20): Int16Array =>
  sine(HZ, { count: TICK_SAMPLES, level });
const LOUD = peak(tone());
const silence = (): Int16Array => new Int16Array(TICK_SAMPLES);

const run = (
  suppressor: Suppressor,
  count: number,
  next: () => Int16Array = tone,
): Int16Array =>
  join(
    Array.from({ length: count }, () => {
      const samples = next();
      suppressor.process(samples);
      return samples;
    }),
  );

test("it warms up for 200 ms unheard, fades in over 20 ms, and out as fast", (t) => {
  const suppressor = new Suppressor();
  const { state, denoiser } = createHalver();
  run(suppressor, 5);
  suppressor.set(denoiser);
  const on = run(suppressor, 20);
  suppressor.set(undefined);
  const off = run(suppressor, 5);
  t.is(peak(on.subarray(9 * 960, 10 * 960)), LOUD);
  t.is(peak(on.subarray(11 * 960)), Math.round(LOUD / 2));
  t.is(peak(off.subarray(960)), LOUD);
  t.is(state.closed, 1);
  t.true(largestBend(join([on, off])) <= softBend({ ...ann, hz: HZ }));
});

test("what is silent is not given to it, but for what it still holds", (t) => {
  const suppressor = new Suppressor();
  const { state, denoiser } = createHalver();
  suppressor.set(denoiser);
  run(suppressor, 10, silence);
  t.is(state.processed, 0);
  run(suppressor, 15);
  t.true(suppressor.rings);
  const tail = run(suppressor, 20, silence);
  t.is(peak(tail.subarray(0, 960)), Math.round(LOUD / 2), "the last 20 ms");
  t.is(peak(tail.subarray(960)), 0);
  t.false(suppressor.rings);
  t.is(state.processed, 15 + 5);
});

test("in silence nothing needs to be warmed: the first word is clean", (t) => {
  const suppressor = new Suppressor();
  suppressor.set(createHalver().denoiser);
  run(suppressor, 1, silence);
  t.is(peak(run(suppressor, 5)), Math.round(LOUD / 2));
});

test("whoever switches back in the same moment keeps the one that knows the voice", (t) => {
  const suppressor = new Suppressor();
  const [first, second] = [createHalver(), createHalver()];
  suppressor.set(first.denoiser);
  run(suppressor, 20);
  suppressor.set(undefined);
  suppressor.set(second.denoiser);
  t.is(peak(run(suppressor, 5)), Math.round(LOUD / 2));
  t.deepEqual([first.state.closed, second.state.closed], [0, 1]);
  suppressor.close();
  suppressor.close();
  t.is(first.state.closed, 1);
});

test("switched off before it was heard, it goes unheard", (t) => {
  const suppressor = new Suppressor();
  const { state, denoiser } = createHalver();
  suppressor.set(denoiser);
  run(suppressor, 5);
  suppressor.set(undefined);
  t.is(peak(run(suppressor, 1)), LOUD);
  t.is(state.closed, 1);
});

const play = (
  mix: AudioMix,
  count: number,
  each: (tick: number) => Int16Array | undefined,
): Int16Array[] =>
  Array.from({ length: count }, (_, tick) => {
    const block = each(tick);
    if (block !== undefined) mix.write("ann", block, 48_000, 1, tick * TICK);
    mix.tick(tick * TICK);
    return mix.listen().samples.slice();
  });

test("the end of a word comes out though nothing follows it", (t) => {
  const mix = createAudioMix();
  mix.add("ann");
  mix.setDenoiser("ann", createHalver().denoiser);
  const heard = play(mix, 100, (tick) =>
    tick > 20 && tick < 50 ? tone() : undefined,
  );
  t.true(largestBend(join(heard)) <= softBend({ ...ann, hz: HZ }));
  t.is(peak(join(heard.slice(65))), 0);
});

test("after a mute nothing is heard of what was said before it", (t) => {
  const mix = createAudioMix();
  mix.add("ann");
  const { state, denoiser } = createHalver();
  mix.setDenoiser("ann", denoiser);
  const heard = play(mix, 120, (tick) => {
    if (tick === 40) mix.setMuted("ann", true);
    if (tick === 80) mix.setMuted("ann", false);
    return tick < 80 ? tone() : tone(-45);
  });
  t.is(peak(join(heard.slice(42, 80))), 0);
  t.true(peak(join(heard.slice(80))) < LOUD / 8);
  t.true(state.processed < 100, "muted, nothing is given to it");
});

for (const channels of [1, 2] as const)
  test(`music is not denoised, and a voice that becomes music does not click: ${channels} channels`, (t) => {
    const mix = createAudioMix(channels);
    mix.add("ann");
    const { state, denoiser } = createHalver();
    mix.setDenoiser("ann", denoiser);
    const heard = join(
      play(mix, 100, (tick) => {
        if (tick === 60) mix.setMusic("ann", true);
        return tone();
      }),
    ).filter((_, i) => i % channels === 0);
    t.is(state.closed, 1);
    t.true(largestBend(heard) <= softBend({ ...ann, hz: HZ }));
  });
