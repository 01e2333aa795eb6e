import test from "ava";
import { createAudioMix } from "../../../mixer/audio/mix.js";
import { PrivateSounds } from "../../../mixer/audio/private-sounds.js";
import { createAudioCounters } from "../../../mixer/audio/counters.js";
import {
  bendOfSine,
  goertzel,
  join,
  largestBend,
  peak,
  sine,
} from "../../helpers/tone.js";

const TICK = 960;

test("voices go down and up within 200 ms without a click; what is played is not lowered", (t) => {
  const mix = createAudioMix();
  mix.add("ann");
  mix.add("sound", "nobody");
  mix.setPlayed("sound");
  const heard: Int16Array[] = [];
  for (let tick = 0; tick < 120; tick++) {
    const now = tick * 20_000;
    const voice = sine(440, { from: tick * TICK, count: TICK, level: -10 });
    mix.write("ann", voice, 48_000, 1, now);
    if (tick === 30) mix.setDuck(0.1);
    if (tick === 80) mix.setDuck(1);
    mix.tick(now);
    heard.push(Int16Array.from(mix.full()));
  }
  const level = (from: number, to: number): number =>
    goertzel(join(heard.slice(from, to)), 48_000, 440);
  t.true(Math.abs(level(15, 30) + 10) < 0.2);
  t.true(Math.abs(level(42, 80) + 30) < 0.2);
  t.true(Math.abs(level(92, 120) + 10) < 0.2);
  t.true(largestBend(join(heard.slice(10))) < 1.5 * bendOfSine(440, -10));
  t.false(mix.talkers.has("sound"));
});

test("a quiet sound is not gated, and its owner is nobody", (t) => {
  const mix = createAudioMix();
  mix.add("sound", "nobody");
  mix.setPlayed("sound");
  const heard: Int16Array[] = [];
  for (let tick = 0; tick < 60; tick++) {
    const samples = sine(440, { from: tick * TICK, count: TICK, level: -58 });
    mix.write("sound", samples, 48_000, 1, tick * 20_000);
    mix.tick(tick * 20_000);
    heard.push(Int16Array.from(mix.full()));
  }
  const level = goertzel(join(heard.slice(10)), 48_000, 440);
  t.true(Math.abs(level + 58) < 1, `${level}`);
  t.deepEqual([...mix.talkers], []);
});

test("a private sound is over what its listener hears, bent where that is too loud, and gone without a trace", (t) => {
  const sounds = new PrivateSounds({
    counters: createAudioCounters(),
    channels: 1,
    width: 1,
  });
  sounds.add("s", "ann");
  t.true(sounds.has("ann"));
  t.false(sounds.has("bob"));
  const rest = new Int16Array(TICK);
  const heard: Int16Array[] = [];
  for (let tick = 0; tick < 60; tick++) {
    const at = { from: tick * TICK, count: TICK };
    rest.set(sine(440, { ...at, level: -2 }));
    const block = sine(660, { ...at, level: -2 });
    sounds.write("s", block, 48_000, 1, tick * 20_000);
    if (tick === 40) sounds.remove("s");
    sounds.tick(tick * 20_000);
    t.is(sounds.over(rest, "bob"), rest);
    heard.push(Int16Array.from(sounds.over(rest, "ann")));
  }
  const level = (hz: number, from: number, to: number): number =>
    goertzel(join(heard.slice(from, to)), 48_000, hz);
  t.true(level(660, 10, 40) > -8);
  t.true(level(440, 10, 40) > -8);
  // -1.05 dBFS, as all that comes out.
  t.true(peak(join(heard)) <= 29_037);
  t.true(level(660, 45, 60) < -60);
  t.false(sounds.has("ann"));
});
