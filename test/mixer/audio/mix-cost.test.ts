/** What a tick costs: of fifty people, and of those who are silent, muted or heard by nobody. */
import test from "ava";
import { TICK } from "../../../mixer/media.js";
import {
  costOfFifty,
  createFifty,
  FIFTY,
  FIFTY_WAYS,
  fiftyTones,
} from "../../helpers/fifty.js";

const ids = fiftyTones.map((_, i) => `p${i}`);

/** A quarter of a tick's 20 ms: encoders need the rest. */
const BUDGET = 5000;
/** Where all fifty talk at a time, and each has a gain of its own for each, there are 2 450 gains: seen here 2.5 and 4.7 ms. */
const WORST = 20_000;

for (const channels of [1, 2] as const)
  for (const way of FIFTY_WAYS)
    test.serial(
      `fifty people ${way}, three of whom talk, take less than a quarter of a tick: ${channels} channels`,
      (t) => {
        const costs = [3, FIFTY].map((talkers) => {
          const mix = createFifty(channels, way);
          return costOfFifty(mix, talkers, { runs: 5, ticks: 20 });
        });
        const [few, all] = costs.map(Math.round) as [number, number];
        t.log(`3 talk: ${few} µs, 50 talk: ${all} µs`);
        t.true(few < BUDGET);
        t.true(all < WORST);
      },
    );

test("who is muted is not read, and holds nothing", (t) => {
  const mix = createFifty(1);
  for (const id of ids) mix.setMuted(id, true);
  const { reads } = mix.counters;
  for (let tick = 0; tick < 20; tick++) {
    for (const id of ids) mix.write(id, fiftyTones[0]!, 48_000, 1, tick * TICK);
    mix.tick(tick * TICK);
  }
  t.is(mix.counters.reads, reads);
  for (const id of ids) t.is(mix.held(id), 0);
  t.false(mix.audible);
});

test("what nobody listens to is not made", (t) => {
  const mix = createFifty(2);
  for (const id of ids) mix.setBalances(id, { p0: 0.5 });
  for (let tick = 0; tick < 5; tick++) mix.tick(tick * TICK);
  t.is(mix.outputs, 0);
  mix.listen("p1");
  mix.tick(5 * TICK);
  t.is(mix.outputs, 1);
  mix.tick(6 * TICK);
  t.is(mix.outputs, 0, "not asked for in the tick before");
});
