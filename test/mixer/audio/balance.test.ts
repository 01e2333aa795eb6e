import test from "ava";
import { goertzel, largestBend, peak } from "../../helpers/tone.js";
import {
  ann,
  bob,
  cat,
  createRoom,
  full,
  minus,
  softBend,
  type Voice,
} from "../../helpers/voices.js";

const film: Voice = { id: "bob:share", hz: 1320, level: -20, owner: "bob" };
const levelOf = (samples: Int16Array, { hz }: Voice): number =>
  goertzel(samples.subarray(24_000), 48_000, hz);

for (const [gain, expected] of [
  [0.5, -26.02],
  [2, -13.98],
] as const)
  test(`at a balance of ${gain} one hears that voice at ${expected} dBFS, and nobody else does`, (t) => {
    const { mix, hear } = createRoom([ann, bob, cat]);
    mix.setBalances("ann", { bob: gain });
    const ways = { ann: minus("ann"), cat: minus("cat"), full };
    const heard = hear(100, ways);
    t.true(Math.abs(levelOf(heard.ann, bob) - expected) < 0.1);
    t.true(Math.abs(levelOf(heard.ann, cat) + 20) < 0.1);
    t.true(levelOf(heard.ann, ann) < -80);
    for (const samples of [heard.cat, heard.full])
      t.true(Math.abs(levelOf(samples, bob) + 20) < 0.1);
  });

test("of somebody at a balance of 0 not one bit is left, nor of the sound of its screen", (t) => {
  const { mix, hear } = createRoom([ann, bob, cat, film]);
  mix.setBalances("ann", { bob: 0 });
  // Set while nobody had spoken: there is nothing to fade from.
  const { ann: heard } = hear(100, { ann: minus("ann") });
  const { ann: without } = createRoom([ann, cat]).hear(100, {
    ann: minus("ann"),
  });
  t.deepEqual(heard.subarray(4800), without.subarray(4800));
});

test("a balance changes and goes without a click, and leaves the mix of everybody", (t) => {
  const { mix, hear } = createRoom([bob]);
  mix.add("ann");
  const { ann: heard, all } = hear(
    100,
    { ann: minus("ann"), all: full },
    (index) => {
      if (index === 30) mix.setBalances("ann", { bob: 0.25 });
      if (index === 50) t.not(mix.listen("ann"), mix.listen());
      if (index === 50) mix.setBalances("ann", { bob: 0 });
      if (index === 70) mix.setBalances("ann", {});
    },
  );
  t.true(largestBend(heard.subarray(4800)) <= softBend(bob));
  t.is(peak(heard.subarray(55 * 960, 68 * 960)), 0);
  t.is(mix.listen("ann"), mix.listen());
  t.deepEqual(heard.subarray(75 * 960), all.subarray(75 * 960));
});

test("a bad gain is refused, and changes nothing; a listener that goes is forgotten", (t) => {
  const { mix, tick } = createRoom([bob]);
  mix.add("ann");
  for (const gain of [-1, 4.1, NaN])
    t.throws(() => mix.setBalances("ann", { cat: 0.5, bob: gain }), {
      instanceOf: TypeError,
    });
  const isShared = (): boolean => {
    tick();
    return mix.listen("ann") === mix.listen();
  };
  t.true(isShared());
  mix.setBalances("ann", { bob: 0.5 });
  t.false(isShared());
  mix.remove("ann");
  mix.add("ann");
  t.true(isShared());
});
