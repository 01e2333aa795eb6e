import test from "ava";
import { createAudioMix } from "../../../mixer/audio/mix.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import { goertzel, largestBend, peak } from "../../helpers/tone.js";
import {
  ann,
  bob,
  createRoom,
  full,
  minus,
  softBend,
  type Voice,
} from "../../helpers/voices.js";

const film: Voice = { id: "ann:share", hz: 1320, level: -20, owner: "ann" };

test("who shares a sound hears neither it nor its own voice; everybody else hears both", (t) => {
  const voices = [ann, bob, film];
  const { hear } = createRoom(voices);
  const heard = hear(100, { ann: minus("ann"), bob: minus("bob"), full });
  const audible: Record<keyof typeof heard, Voice[]> = {
    ann: [bob],
    bob: [ann, film],
    full: voices,
  };
  for (const [listener, samples] of Object.entries(heard))
    for (const voice of voices) {
      const level = goertzel(samples.subarray(48_000), 48_000, voice.hz);
      if (audible[listener as keyof typeof heard].includes(voice))
        t.true(Math.abs(level - voice.level) < 0.1, `${listener}: ${level}`);
      else t.true(level < -80, `${listener}: ${level}`);
    }
});

test("of both sources not one bit is left, whichever is silent or goes", (t) => {
  const both = createRoom([ann, film, bob]);
  const { ann: heard } = both.hear(100, { ann: minus("ann") }, (index) => {
    if (index === 20) both.silent.add("ann");
    if (index === 40) both.silent.add("ann:share");
    if (index === 50) both.silent.delete("ann:share");
    if (index === 70) both.mix.remove("ann:share");
    if (index === 80) both.silent.delete("ann");
  });
  const { full: without } = createRoom([bob]).hear(100, { full });
  t.deepEqual(heard, without);
});

test("a shared sound makes its owner a contributor, but no talker", (t) => {
  const { mix, tick } = createRoom([film]);
  mix.add("ann");
  for (let i = 0; i < 50; i++) tick();
  t.deepEqual([...mix.contributors], ["ann"]);
  t.deepEqual([...mix.talkers], []);
});

test("a share that ends clicks for nobody, and leaves its owner's own mix as it was", (t) => {
  const { mix, hear, tick } = createRoom([film]);
  mix.add("ann");
  for (let i = 0; i < 50; i++) tick();
  const heard = hear(30, { full, ann: minus("ann") }, (index) => {
    if (index === 10) mix.remove("ann:share");
  });
  t.true(largestBend(heard.full) <= softBend(film));
  t.is(peak(heard.full.subarray(13 * TICK_SAMPLES)), 0);
  t.is(peak(heard.ann), 0);
  t.true(mix.contributors.has("ann"), "for 10 s, as after each word");
});

test("an owner is forgotten with its last source, in whatever order they go", (t) => {
  for (const order of [
    ["ann", "ann:share"],
    ["ann:share", "ann"],
  ]) {
    const { mix, tick } = createRoom([ann, film]);
    for (let i = 0; i < 50; i++) tick();
    mix.remove(order[0]!);
    tick();
    t.true(mix.contributors.has("ann"));
    mix.remove(order[1]!);
    t.deepEqual([...mix.contributors], []);
  }
});

test("who comes back in the tick in which it went is heard again, and by itself not at all", (t) => {
  const mix = createAudioMix();
  mix.add("ann");
  const block = new Int16Array(TICK_SAMPLES).map((_, i) =>
    Math.round(3000 * Math.sin(i / 10)),
  );
  for (let i = 0; i < 50; i++) {
    if (i === 30) {
      mix.remove("ann");
      mix.add("ann");
    }
    mix.write("ann", block, 48_000, 1, i * TICK);
    mix.tick(i * TICK);
    if (i > 35) t.is(peak(mix.listen("ann").samples), 0);
  }
  t.true(peak(mix.listen().samples) > 2000);
});
