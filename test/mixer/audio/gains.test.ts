/** Gains that go by themselves, and the loudest that one can be. */
import test from "ava";
import { createPlanes, type Channels } from "../../../mixer/audio/planes.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import { speech } from "../../helpers/sounds.js";
import { peak } from "../../helpers/tone.js";
import { ann, createRoom, full, minus } from "../../helpers/voices.js";

const BOTH: readonly Channels[] = [1, 2];

test("the common loudness comes and goes as a straight line, not as a step", (t) => {
  const said = speech("0880").map((sample) => sample / 4);
  const levelled = createRoom([]);
  const plain = createRoom([]);
  for (const { mix } of [levelled, plain]) mix.add("ann");
  const gains: number[] = [];
  for (let tick = 0; tick < 600; tick++) {
    const from = (tick * TICK_SAMPLES) % (said.length - TICK_SAMPLES);
    const block = said.subarray(from, from + TICK_SAMPLES);
    levelled.mix.setLevelled("ann", tick < 300 || tick % 7 < 4);
    for (const { mix } of [levelled, plain])
      mix.write("ann", block, 48_000, 1, tick * TICK);
    for (const { mix } of [levelled, plain]) mix.tick(tick * TICK);
    const own = [levelled, plain].map(({ mix }) => {
      const planes = createPlanes(1);
      mix.own("ann", planes, "");
      return planes[0]!;
    });
    for (let i = 0; i < TICK_SAMPLES; i++)
      gains.push(Math.abs(own[1]![i]!) > 500 ? own[0]![i]! / own[1]![i]! : NaN);
  }
  const top = gains.reduce((most, it) => (it > most ? it : most), 1);
  t.true(top > 2, `it was made louder: ${top}`);
  let steepest = 0;
  for (let i = 1; i < gains.length; i++) {
    const change = Math.abs(gains[i]! - gains[i - 1]!);
    if (change > steepest) steepest = change;
  }
  // Both are rounded to whole numbers.
  t.true(steepest < top / TICK_SAMPLES + (1 + top) / 500, `${steepest}`);
});

/** Somebody who shouts alone, as heard by themselves and by all. */
const hearAlone = (channels: Channels, place: number) => {
  const { mix, hear } = createRoom([{ ...ann, level: 0 }], channels);
  mix.setGain("ann", 4);
  mix.setLevelled("ann", true);
  mix.setPlace("ann", place);
  mix.setLoudest(1);
  mix.setBalances("ann", { ann: 4 });
  return hear(100, { own: minus("ann"), all: full }, (tick) => {
    if (tick === 50) mix.setMusic("ann", true);
    if (tick === 70) mix.setDuck(0.3);
  });
};

test("one hears nothing of oneself at full scale, four times as loud, in a room where only the loudest is heard", (t) => {
  for (const channels of BOTH)
    for (const place of [-1, 0, 1]) {
      const { own, all } = hearAlone(channels, place);
      t.is(peak(own), 0);
      t.true(peak(all) > 20_000);
    }
});
