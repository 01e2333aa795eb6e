/** A mix that gets a second channel while people talk, and loses it again: nobody hears a click, a hole or themselves. */
import test from "ava";
import { PrivateSounds } from "../../../mixer/audio/private-sounds.js";
import { PLAYED } from "../../../mixer/audio/rows.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import {
  bendOfSine,
  goertzel,
  largestBend,
  peak,
  rms,
  sine,
} from "../../helpers/tone.js";
import { createTalk, ear, full, of, type Way } from "../../helpers/talk.js";
import { ann, bob, cat, dan, type Voice } from "../../helpers/voices.js";

const RATE = 48_000;
const HALF = RATE / 2;
/** Long enough for both channels to come apart and together again. */
const LONG = 50;

const level = (samples: Int16Array, { hz }: Voice): number =>
  goertzel(samples, RATE, hz);

const bends = (...voices: Voice[]): number =>
  voices.reduce((sum, { hz, level }) => sum + bendOfSine(hz, level), 0);

test("a tone goes on through both switches without a click or a hole, and from its place in between", (t) => {
  const { mix, hear } = createTalk([ann, bob]);
  mix.setPlace("ann", -1);
  mix.setPlace("bob", 1);
  const [before] = hear(LONG, full);
  mix.setChannels(2);
  const [there] = hear(LONG, full);
  t.is(mix.channels, 2);
  mix.setChannels(1);
  const [back] = hear(LONG, full);
  t.is(mix.channels, 1);
  const blocks = [...before!, ...there!, ...back!];
  t.deepEqual([...new Set(blocks.map(({ length }) => length))], [960, 1920]);
  for (const channel of [0, 1]) {
    const one = ear(blocks, channel).subarray(4800);
    t.true(largestBend(one) <= 1.2 * bends(ann, bob));
    const quiet = blocks.slice(5).filter((it) => rms(ear([it], channel)) < -26);
    t.is(quiet.length, 0);
  }
  const [left, right] = [0, 1].map((it) => ear(there!, it).subarray(-HALF / 2));
  t.true(Math.abs(level(left!, ann) + 20) < 0.1 && level(left!, bob) < -80);
  t.true(Math.abs(level(right!, bob) + 20) < 0.1 && level(right!, ann) < -80);
  const again = ear(back!, 0).subarray(-HALF);
  for (const voice of [ann, bob])
    t.true(Math.abs(level(again, voice) + 20) < 0.1);
});

test("the second channel begins as the first one: the tick of the switch is what it would have been", (t) => {
  const [switched, same] = [createTalk([ann, bob]), createTalk([ann, bob])];
  switched.mix.setPlace("ann", -1);
  for (const { hear } of [switched, same]) hear(LONG, full);
  switched.mix.setChannels(2);
  const [heard] = switched.hear(5, full);
  const [expected] = same.hear(5, full);
  for (const channel of [0, 1])
    t.deepEqual(ear(heard!, channel), ear(expected!, 0));
});

test("levels change by less than 0.4 dB a tick", (t) => {
  const { mix, hear } = createTalk([ann]);
  hear(LONG, full);
  mix.setChannels(2);
  const [there] = hear(LONG, full);
  mix.setChannels(1);
  const [back] = hear(LONG, full);
  const levels = [...there!, ...back!].map((it) => level(ear([it], 0), ann));
  const steps = levels
    .slice(1)
    .map((it, i) => Math.abs(it - levels[i]!))
    .toSorted((a, b) => b - a);
  t.true(steps[0]! < 0.4, `${steps[0]} dB`);
  t.true(Math.abs(Math.min(...levels) + 23) < 0.1);
});

test("nobody hears anything of their own voice, at any gain, place, row or balance", (t) => {
  const { mix, hear } = createTalk([ann, bob, cat]);
  mix.setPlace("ann", -0.7);
  mix.setGain("ann", 3);
  mix.setLevelled("ann", true);
  mix.setBalances("bob", { ann: 0.3, cat: 2 });
  mix.setRow("cat", { otherwise: 0.5, gains: { ann: 1 } });
  const ids = [ann, bob, cat];
  const ways = ids.map(({ id }) => of(id));
  hear(LONG, ...ways);
  const heard = ways.map((): Int16Array[] => []);
  for (const channels of [2, 1, 2, 1] as const) {
    mix.setChannels(channels);
    // The third and fourth come in the midst of it.
    const some = hear(channels === 1 ? LONG : 12, ...ways);
    some.forEach((it, i) => heard[i]!.push(...it));
  }
  ids.forEach((voice, i) => {
    for (const channel of [0, 1])
      for (let at = 0; at + 10 <= heard[i]!.length; at += 10) {
        const piece = ear(heard[i]!.slice(at, at + 10), channel);
        t.true(level(piece, voice) < -80);
        t.true(rms(piece) > -40);
      }
  });
});

test("what is known of a voice stays: loudness, gain, mutes, talking and who is among the loudest", (t) => {
  const quiet = { ...ann, level: -35 };
  const quieter = { ...dan, level: -44 };
  const { mix, hear } = createTalk([quiet, bob, cat, quieter]);
  mix.setLevelled("ann", true);
  mix.setMuted("bob", true);
  mix.setLoudest(2);
  hear(500, full);
  const own = (): number => {
    const [blocks] = hear(10, full);
    return level(ear(blocks!, 0), quiet);
  };
  const before = own();
  const lost = mix.counters.trimmed + mix.counters.missing;
  const held = mix.held("ann");
  mix.setChannels(2);
  t.true(Math.abs(own() - before) < 0.5, `${own()} ${before}`);
  t.true(Math.abs(mix.held("ann") - held) < 480);
  hear(LONG, full);
  t.true(Math.abs(own() - before + 3) < 0.5);
  mix.setChannels(1);
  hear(LONG, full);
  const [after] = hear(10, full, of("ann"));
  t.true(Math.abs(level(ear(after!, 0), quiet) - before) < 0.5);
  for (const unheard of [bob, quieter])
    t.true(level(ear(after!, 0), unheard) < -70);
  t.is(mix.counters.trimmed + mix.counters.missing, lost);
});

test("music comes apart after the switch, both of its channels, and together again, without a click", (t) => {
  const { mix, hear } = createTalk([ann], 1, { ann: bob });
  mix.setMusic("ann", true);
  const [before] = hear(LONG, full);
  mix.setChannels(2);
  const [there] = hear(LONG, full);
  mix.setChannels(1);
  const [back] = hear(LONG, full);
  const blocks = [...before!, ...there!, ...back!];
  for (const channel of [0, 1]) {
    const one = ear(blocks, channel).subarray(4800);
    t.true(largestBend(one) <= 1.2 * bends(ann, bob));
  }
  const [left, right] = [0, 1].map((it) => ear(there!, it).subarray(-HALF / 2));
  t.true(Math.abs(level(left!, ann) + 20) < 0.1 && level(left!, bob) < -80);
  t.true(Math.abs(level(right!, bob) + 20) < 0.1 && level(right!, ann) < -80);
  const again = ear(back!, 0).subarray(-HALF / 2);
  for (const voice of [ann, bob])
    t.true(Math.abs(level(again, voice) + 26) < 0.1);
});

test("what is played, to all and to one alone, and its ducking go on", (t) => {
  const { mix, hear } = createTalk([ann, bob]);
  const privates = new PrivateSounds(mix);
  mix.add("film", PLAYED);
  mix.setPlayed("film");
  mix.setDuck(0.5);
  privates.add("tune", "ann");
  privates.setDuck("ann", 0.5);
  let ticks = 0;
  const way: Way = () => {
    const [from, now] = [ticks * TICK_SAMPLES, ticks++ * TICK];
    const film = sine(cat.hz, { from, count: TICK_SAMPLES, level: -26 });
    mix.write("film", film, RATE, 1, now);
    const tune = sine(1320, { from, count: TICK_SAMPLES, level: -26 });
    privates.write("tune", tune, RATE, 1, now);
    privates.tick(now);
    return privates.over(mix.listen("ann").samples, "ann");
  };
  const heard: Int16Array[] = [];
  for (const channels of [1, 2, 1] as const) {
    mix.setChannels(channels);
    heard.push(...hear(LONG, way)[0]!);
  }
  for (const channel of [0, 1]) {
    const one = ear(heard, channel).subarray(HALF);
    const film = { ...cat, level: -26 };
    const tune = { ...cat, hz: 1320, level: -26 };
    t.true(largestBend(one) <= 1.3 * bends(bob, film, tune));
    t.true(level(one, ann) < -80);
    const end = one.subarray(-HALF / 2);
    t.true(Math.abs(level(end, { ...bob }) + 32) < 0.2);
    t.true(Math.abs(level(end, film) + 32) < 0.2);
    t.true(Math.abs(level(end, tune) + 26) < 0.2);
  }
});

test("who comes and goes meanwhile does so without a click, and a listener who comes hears both channels", (t) => {
  const { mix, hear } = createTalk([ann, bob]);
  hear(LONG, full);
  mix.setChannels(2);
  const [first] = hear(3, full);
  mix.add("zoe");
  mix.remove("bob");
  const [then, zoe] = hear(LONG, full, of("zoe"));
  mix.setChannels(1);
  const [back] = hear(LONG, full);
  for (const channel of [0, 1]) {
    const one = ear([...first!, ...then!, ...back!], channel);
    t.true(largestBend(one) <= 12 * bends(ann, bob) + 100);
    t.true(peak(ear(zoe!, channel)) > 1000);
  }
});

test("a sender whose decoder goes over to other channels, and begins from nothing, does not click", (t) => {
  const { mix, hear } = createTalk([]);
  mix.add("film");
  mix.setMusic("film", true);
  let ticks = 0;
  const play: Way = () => {
    const [from, now] = [ticks * TICK_SAMPLES, ticks * TICK];
    const channels = ticks >= 55 && ticks < 105 ? 2 : 1;
    // As NetEq does, the new decoder rises from silence.
    const since = (ticks - (ticks < 55 ? 0 : ticks < 105 ? 55 : 105)) * 960;
    // Not at zero where the channels change.
    const one = sine(437, { from, count: TICK_SAMPLES, level: ann.level });
    const block = Int16Array.from({ length: channels * TICK_SAMPLES }, (_, i) =>
      Math.round(
        one[Math.floor(i / channels)]! *
          Math.min(1, (since + i / channels) / 3000),
      ),
    );
    mix.write("film", block, RATE, channels, now);
    ticks++;
    return mix.listen().samples;
  };
  const heard: Int16Array[] = [];
  for (const channels of [1, 2, 1] as const) {
    mix.setChannels(channels);
    heard.push(...hear(LONG, play)[0]!);
  }
  for (const channel of [0, 1]) {
    const one = ear(heard, channel).subarray(HALF);
    t.true(largestBend(one) <= 12 * bends(ann) + 100, `${largestBend(one)}`);
  }
});
