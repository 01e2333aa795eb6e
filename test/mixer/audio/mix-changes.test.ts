import test from "ava";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import {
  bendOfSine,
  gaps,
  goertzel,
  largestBend,
  peak,
} from "../../helpers/tone.js";
import {
  ann,
  bob,
  createRoom,
  full,
  minus,
  softBend,
} from "../../helpers/voices.js";

test("mute is silence within 10 ms of the tick, without a click, and back without one", (t) => {
  const { mix, hear, tick } = createRoom([ann]);
  for (let i = 0; i < 50; i++) tick();
  const { full: heard } = hear(100, { full }, (index) => {
    if (index === 10) mix.setMuted("ann", true);
    if (index === 60) mix.setMuted("ann", false);
  });
  const muted = 10 * TICK_SAMPLES;
  t.is(peak(heard.subarray(muted + 480, 60 * TICK_SAMPLES)), 0);
  t.true(peak(heard.subarray(63 * TICK_SAMPLES)) > 3000);
  t.true(largestBend(heard.subarray(960)) <= softBend(ann));
});

test("who is muted is at once no talker, has no level, and holds no sound back", (t) => {
  const { mix, tick } = createRoom([ann]);
  for (let i = 0; i < 50; i++) tick();
  t.true(mix.talkers.has("ann"));
  t.true(mix.level("ann") > -24);
  mix.setMuted("ann", true);
  tick();
  t.deepEqual([...mix.talkers], []);
  t.true(mix.talkersChanged);
  t.is(mix.level("ann"), -127);
  tick();
  t.false(mix.talkersChanged);
  tick();
  t.false(mix.audible);
});

test("a change of gain is reached without a click", (t) => {
  const { mix, hear } = createRoom([ann]);
  const { full: heard } = hear(100, { full }, (index) => {
    if (index === 50) mix.setGain("ann", 0.25);
    if (index === 75) mix.setGain("ann", 0);
  });
  const at = (tick: number): number =>
    goertzel(
      heard.subarray(tick * TICK_SAMPLES, (tick + 10) * TICK_SAMPLES),
      48_000,
      440,
    );
  t.true(Math.abs(at(35) + 20) < 0.1);
  t.true(Math.abs(at(55) + 32) < 0.1);
  t.is(at(78), -140);
  t.true(largestBend(heard.subarray(4800)) <= softBend(ann));
});

test("who leaves in the middle of a word does not click", (t) => {
  const { mix, hear } = createRoom([ann, bob]);
  const { full: heard } = hear(60, { full }, (index) => {
    if (index === 40) mix.remove("ann");
  });
  t.true(largestBend(heard.subarray(4800)) <= softBend(ann) + softBend(bob));
  t.true(goertzel(heard.subarray(45 * TICK_SAMPLES), 48_000, 440) < -80);
  t.false(mix.talkers.has("ann"));
  t.false(mix.contributors.has("ann"));
});

test("the removal of a talker is told at the next tick", (t) => {
  const { mix, tick } = createRoom([ann]);
  for (let i = 0; i < 50; i++) tick();
  mix.remove("ann");
  mix.tick(51 * TICK);
  t.true(mix.talkersChanged);
  t.deepEqual([...mix.talkers], []);
});

test("who begins to talk goes from the full mix to its own without a hole or click", (t) => {
  const { mix, silent, hear } = createRoom([ann, bob]);
  silent.add("ann");
  let switched = -1;
  const { heard } = hear(
    100,
    {
      heard: (mix) => {
        const all = mix.listen().samples;
        return mix.contributors.has("ann") ? mix.listen("ann").samples : all;
      },
    },
    (index) => {
      if (index === 50) silent.delete("ann");
      if (switched < 0 && mix.contributors.has("ann")) switched = index;
    },
  );
  t.true(switched >= 51 && switched <= 53);
  t.deepEqual(gaps(heard.subarray(4800)), []);
  t.true(largestBend(heard.subarray(4800)) <= bendOfSine(660, -20));
  t.true(goertzel(heard, 48_000, 440) < -80);
});

test("one's own mix begins without one's own voice, whenever it is first asked for", (t) => {
  const { hear, tick } = createRoom([ann]);
  for (let i = 0; i < 50; i++) tick();
  const { ann: heard } = hear(20, { ann: minus("ann") });
  t.is(peak(heard), 0);
});

test("a contributor stays one for 10 s, and is found in the tick of the onset", (t) => {
  const { mix, silent, tick } = createRoom([ann, bob]);
  silent.add("ann");
  for (let i = 0; i < 50; i++) tick();
  t.deepEqual([...mix.contributors], ["bob"]);
  silent.delete("ann");
  for (let i = 0; i < 50; i++) tick();
  t.true(mix.contributors.has("ann"));
  silent.add("ann");
  for (let i = 0; i < 9 * 50; i++) tick();
  t.true(mix.contributors.has("ann"));
  for (let i = 0; i < 2 * 50; i++) tick();
  t.false(mix.contributors.has("ann"));
});
