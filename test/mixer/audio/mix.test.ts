import test from "ava";
import { createAudioMix } from "../../../mixer/audio/mix.js";
import { LIMITER_CEILING } from "../../../mixer/audio/limiter.js";
import type { AudioMix } from "../../../mixer/audio/mix.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import {
  bendOfSine,
  gaps,
  goertzel,
  join,
  largestBend,
  noise,
  peak,
  sine,
} from "../../helpers/tone.js";
import {
  ann,
  bob,
  cat,
  createRoom,
  full,
  minus,
} from "../../helpers/voices.js";

test("each hears the others at their level, and of oneself less than -60 dB", (t) => {
  const voices = [ann, bob, cat];
  const { hear } = createRoom(voices);
  const heard = hear(100, {
    ann: minus("ann"),
    bob: minus("bob"),
    cat: minus("cat"),
    full,
  });
  for (const listener of voices)
    for (const voice of voices) {
      const samples = heard[listener.id as "ann"].subarray(48_000);
      const level = goertzel(samples, 48_000, voice.hz);
      if (voice === listener) t.true(level < voice.level - 60, `${level}`);
      else t.true(Math.abs(level - voice.level) < 0.1, `${level}`);
    }
  for (const { hz, level } of voices)
    t.true(
      Math.abs(goertzel(heard.full.subarray(48_000), 48_000, hz) - level) < 0.1,
    );
});

test("of oneself not one bit is left: the mix is what it would be without", (t) => {
  const odd = (mix: AudioMix, index: number): void => {
    if (index === 10) mix.setGain("ann", 3.7);
    if (index === 40) mix.setMuted("ann", true);
    if (index === 60) mix.setMuted("ann", false);
  };
  const with3 = createRoom([ann, bob, cat]);
  const { ann: heard } = with3.hear(120, { ann: minus("ann") }, (index) => {
    odd(with3.mix, index);
    if (index === 80) with3.silent.add("ann");
  });
  const without = createRoom([bob, cat]).hear(120, { full });
  t.deepEqual(heard, without.full);
});

test("ten at full scale neither wrap nor crackle, for whoever listens", (t) => {
  // No two differ by as much as another two: what the limiter's moving gain mixes up falls beside all of them.
  const tones = [211, 347, 449, 601, 811, 1103, 1451, 1877, 2411, 3001];
  const voices = tones.map((hz, i) => ({ id: `p${i}`, hz, level: 0 }));
  const { mix, hear } = createRoom(voices);
  const heard = hear(100, { full, p0: minus("p0"), p9: minus("p9") });
  for (const samples of Object.values(heard))
    t.true(peak(samples) <= LIMITER_CEILING);
  t.is(mix.counters.clipped, 0);
  t.true(mix.counters.peak <= LIMITER_CEILING);
  t.true(mix.counters.lowestGain < 0.3);
  const steady = heard.full.subarray(48_000);
  const levels = voices.map(({ hz }) => goertzel(steady, 48_000, hz));
  t.true(Math.max(...levels) - Math.min(...levels) < 1, "all as loud");
  t.true(goertzel(steady, 48_000, 5003) < levels[0]! - 25, "no crackle");
  const own = goertzel(heard.p9.subarray(48_000), 48_000, voices[9]!.hz);
  t.true(own < -60, `own voice at ${own} dBFS`);
});

test("one whose network stalls makes no gap and no click in the others", (t) => {
  const { silent, hear, mix } = createRoom([ann, bob]);
  const { cat: heard } = hear(200, { cat: minus("cat") }, (index) => {
    if (index % 40 === 20) silent.add("bob");
    if (index % 40 === 35) silent.delete("bob");
  });
  t.deepEqual(gaps(heard.subarray(4800)), []);
  const bend = (2 * (2 * Math.PI * bob.hz * 3277)) / 48_000 + 200;
  t.true(largestBend(heard.subarray(2000)) < bend);
  t.true(Math.abs(goertzel(heard.subarray(9600), 48_000, ann.hz) + 20) < 0.2);
  t.true(mix.counters.missing > 0);
});

test("quiet microphones cost nobody a mix: their noise is not in the sum", (t) => {
  const { mix, hear } = createRoom([ann]);
  mix.add("fan");
  const hiss = noise(TICK_SAMPLES, -62);
  const { full: heard } = hear(100, { full }, (index) =>
    mix.write("fan", hiss, 48_000, 1, index * TICK),
  );
  t.false(mix.contributors.has("fan"));
  t.true(mix.level("fan") > -63 && mix.level("fan") < -61);
  t.true(largestBend(heard.subarray(4800)) <= bendOfSine(440, -20));
});

test("an onset is whole: a word that starts within a tick loses at most 1 ms", (t) => {
  const mix = createAudioMix();
  mix.add("ann");
  const blocks: Int16Array[] = [];
  for (let tick = 0; tick < 100; tick++) {
    const samples = new Int16Array(TICK_SAMPLES);
    if (tick === 60) samples.set(sine(440, { count: 300, level: -20 }), 660);
    if (tick > 60)
      samples.set(
        sine(440, { from: 300 + (tick - 61) * 960, count: 960, level: -20 }),
      );
    mix.write("ann", samples, 48_000, 1, tick * TICK);
    mix.tick(tick * TICK);
    blocks.push(mix.listen().samples.slice());
  }
  const heard = join(blocks);
  const first = heard.findIndex((sample) => sample !== 0);
  const word = heard.subarray(first, first + 300);
  const whole = sine(440, { from: 1, count: 300, level: -20 });
  t.deepEqual(word, whole);
});

test("nobody there, nothing audible, no contributors", (t) => {
  const mix = createAudioMix();
  mix.tick(0);
  t.false(mix.audible);
  t.is(peak(mix.listen().samples), 0);
  t.is(peak(mix.listen("nobody").samples), 0);
  t.is(mix.level("nobody"), -127);
});

test("asked twice in a tick, an output answers the same", (t) => {
  const { mix, tick } = createRoom([ann]);
  for (let i = 0; i < 10; i++) tick();
  t.deepEqual(mix.listen().samples.slice(), mix.listen().samples);
});

test("blocks for one who is gone are nothing, the other wrong calls throw", (t) => {
  const mix = createAudioMix();
  mix.add("ann");
  mix.write("gone", new Int16Array(480), 48_000, 1, 0);
  mix.remove("gone");
  t.throws(() => mix.add("ann"), { instanceOf: TypeError });
  t.throws(() => mix.setGain("gone", 1), { instanceOf: TypeError });
  t.throws(() => mix.setMuted("gone", true), { instanceOf: TypeError });
  for (const gain of [-1, 4.1, Number.NaN, Number.POSITIVE_INFINITY])
    t.throws(() => mix.setGain("ann", gain), { instanceOf: TypeError });
  t.true(mix.has("ann"));
  t.false(mix.has("gone"));
});

test("after two hours nothing has drifted, been left out or put in", (t) => {
  const mix = createAudioMix();
  mix.add("ann");
  const count = 2 * 3600 * 50;
  // 400 Hz: eight whole waves a tick, so that each tick is the same array.
  const block = sine(400, { count: TICK_SAMPLES, level: -20 });
  mix.write("ann", block.subarray(0, 240), 48_000, 1, 0);
  let first: Int16Array | undefined;
  for (let tick = 0; tick < count; tick++) {
    mix.write("ann", block, 48_000, 1, tick * TICK);
    mix.tick(tick * TICK);
    const heard = mix.listen().samples;
    if (tick === 100) first = heard.slice();
  }
  t.deepEqual(mix.listen().samples, first);
  t.is(mix.counters.trimmed, 0);
  t.is(mix.counters.missing, 0);
});
