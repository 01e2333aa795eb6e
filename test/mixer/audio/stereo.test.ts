/** Where voices are in a stereo room, what music keeps, and that nothing of it clicks. */
import test from "ava";
import { createAudioMix } from "../../../mixer/audio/mix.js";
import { glide, panGain } from "../../../mixer/audio/pan.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import {
  bendOfSine,
  goertzel,
  join,
  largestBend,
  peak,
  rms,
  sine,
} from "../../helpers/tone.js";
import {
  ann,
  bob,
  channelOf,
  createRoom,
  full,
  minus,
} from "../../helpers/voices.js";

const RATE = 48_000;
const SQRT = Math.SQRT1_2;

for (const { place, mono, stereo } of [
  { place: -1, mono: [1, 0], stereo: [1, 0] },
  { place: 0, mono: [SQRT, SQRT], stereo: [1, 1] },
  { place: 1, mono: [0, 1], stereo: [0, 1] },
  { place: 0.5, mono: [0.3827, 0.9239], stereo: [0.5412, 1] },
  { place: -0.5, mono: [0.9239, 0.3827], stereo: [1, 0.5412] },
])
  test(`at ${place} a voice has gains ${mono.join(" and ")}, music ${stereo.join(" and ")}`, (t) => {
    for (const channel of [0, 1]) {
      t.true(Math.abs(panGain(place, channel, false) - mono[channel]!) < 1e-4);
      t.true(Math.abs(panGain(place, channel, true) - stereo[channel]!) < 1e-4);
    }
  });

test("a voice is as loud everywhere, and glides from side to side in 0.4 s", (t) => {
  for (let place = -1; place <= 1; place += 0.01) {
    const power = panGain(place, 0, false) ** 2 + panGain(place, 1, false) ** 2;
    t.true(Math.abs(power - 1) < 1e-9);
  }
  let place = -1;
  let ticks = 0;
  for (; place !== 1 && ticks < 100; ticks++) place = glide(place, 1);
  t.true(ticks >= 20 && ticks <= 21);
});

test("two at the sides are on one channel each, and one hears the other there", (t) => {
  const { mix, hear } = createRoom([ann, bob], 2);
  mix.setPlace("ann", -1);
  mix.setPlace("bob", 1);
  const heard = hear(50, { full, ann: minus("ann") });
  const level = (samples: Int16Array, channel: number, hz: number): number =>
    goertzel(channelOf(samples, channel).subarray(RATE / 2), RATE, hz);
  t.true(Math.abs(level(heard.full, 0, ann.hz) + 20) < 0.1);
  t.true(level(heard.full, 1, ann.hz) < -80);
  t.true(Math.abs(level(heard.full, 1, bob.hz) + 20) < 0.1);
  t.true(level(heard.full, 0, bob.hz) < -80);
  t.is(peak(channelOf(heard.ann, 0)), 0);
  t.true(Math.abs(level(heard.ann, 1, bob.hz) + 20) < 0.1);
});

test("a place changes while one talks without a click", (t) => {
  const { mix, hear } = createRoom([ann], 2);
  const { full: heard } = hear(150, { full }, (tick) => {
    if (tick === 50) mix.setPlace("ann", 1);
    if (tick === 80) mix.setPlace("ann", -1);
    if (tick === 85) mix.setPlace("ann", 0.4);
  });
  for (const channel of [0, 1]) {
    const one = channelOf(heard, channel).subarray(4800);
    t.true(largestBend(one) <= 2 * bendOfSine(ann.hz, ann.level));
  }
});

test("a bad place is refused, and in a mono room any place is as loud", (t) => {
  const { mix, hear } = createRoom([ann]);
  for (const place of [-1.1, 2, NaN])
    t.throws(() => mix.setPlace("ann", place), { instanceOf: TypeError });
  t.throws(() => mix.setPlace("nobody", 0), { instanceOf: TypeError });
  mix.setPlace("ann", 1);
  const { full: heard } = hear(50, { full });
  const level = goertzel(heard.subarray(RATE / 2), RATE, ann.hz);
  t.true(Math.abs(level - ann.level) < 0.1);
});

/** Two tones, one a channel. */
const record = (tick: number): Int16Array => {
  const from = tick * TICK_SAMPLES;
  const left = sine(440, { from, count: TICK_SAMPLES });
  const right = sine(660, { from, count: TICK_SAMPLES });
  return Int16Array.from({ length: 2 * TICK_SAMPLES }, (_, i) =>
    i % 2 === 0 ? left[i >> 1]! : right[i >> 1]!,
  );
};

test("music keeps both of its channels, a voice none of its own; switched without a click or a hole", (t) => {
  const mix = createAudioMix(2);
  mix.add("ann");
  const blocks: Int16Array[] = [];
  for (let tick = 0; tick < 160; tick++) {
    if (tick === 40) mix.setMusic("ann", true);
    if (tick === 100) mix.setMusic("ann", false);
    mix.write("ann", record(tick), RATE, 2, tick * TICK);
    mix.tick(tick * TICK);
    t.is(peak(mix.listen("ann").samples), 0, "by itself not at all");
    blocks.push(mix.listen().samples.slice());
  }
  const heard = join(blocks);
  const level = (from: number, channel: number, hz: number): number =>
    goertzel(
      channelOf(heard, channel).subarray(
        from * TICK_SAMPLES,
        (from + 25) * TICK_SAMPLES,
      ),
      RATE,
      hz,
    );
  t.true(level(15, 0, 660) > -30 && level(15, 1, 440) > -30);
  t.true(Math.abs(level(70, 0, 440) + 20) < 0.2);
  t.true(Math.abs(level(70, 1, 660) + 20) < 0.2);
  t.true(level(70, 0, 660) < -80 && level(70, 1, 440) < -80);
  t.true(level(130, 0, 660) > -30);
  const limit = bendOfSine(ann.hz, ann.level) + bendOfSine(bob.hz, bob.level);
  for (const channel of [0, 1])
    t.true(
      largestBend(channelOf(heard, channel).subarray(RATE / 2)) <= 2 * limit,
    );
  t.is(blocks.slice(10).filter((block) => rms(block) < -30).length, 0);
});

test("the mix tells that there is music, and for 10 s that there was", (t) => {
  const mix = createAudioMix(2);
  mix.add("ann");
  mix.setMusic("ann", true);
  for (let tick = 0; tick < 100; tick++) {
    mix.write("ann", record(tick), RATE, 2, tick * TICK);
    mix.tick(tick * TICK);
    mix.listen();
  }
  t.true(mix.musical);
  for (let tick = 100; tick < 100 + 11 * 50; tick++) mix.tick(tick * TICK);
  t.false(mix.musical);
});
