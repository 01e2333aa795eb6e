/** Sums that listeners share: nobody's own voice leaves a trace in what it hears, whatever the row. */
import test from "ava";
import type { Channels } from "../../../mixer/audio/planes.js";
import { PLAYED } from "../../../mixer/audio/rows.js";
import type { MixRow } from "../../../mixer/contract-sound.js";
import { peak } from "../../helpers/tone.js";
import {
  ann,
  bob,
  cat,
  createRoom,
  dan,
  eve,
  minus,
} from "../../helpers/voices.js";

const others = [bob, cat, dan, eve];
const rows: Record<string, MixRow | undefined> = {
  "no row": undefined,
  "one who is louder": { gains: { bob: 1.7 } },
  "all but one quieter": { otherwise: 0.3, gains: { cat: 1 } },
  "two alone": { otherwise: 0, gains: { bob: 0.77, cat: 1, ann: 1 } },
  "an interpreter": { duck: { by: ["bob"], gain: 0.2 } },
  "each at a gain of its own": {
    gains: { ann: 0.123, bob: 0.456, cat: 1.789, dan: 3.21, eve: 0.654 },
  },
};

/** What ann and one with the same row hear while the row comes, the interpreter pauses and the row goes. */
const hear = (row: MixRow | undefined, channels: Channels, talks: boolean) => {
  const voices = talks ? [ann, ...others] : others;
  const { mix, silent, hear: listen } = createRoom(voices, channels);
  if (!talks) mix.add("ann");
  mix.setPlace("bob", channels === 2 ? 0.4 : 0);
  mix.setPlace("ann", channels === 2 ? -0.7 : 0);
  mix.setGain("ann", 1.3);
  return listen(120, { ann: minus("ann"), bob: minus("bob") }, (tick): void => {
    if (tick === 40) for (const id of ["ann", "bob"]) mix.setRow(id, row);
    if (tick === 60) silent.add("bob");
    if (tick === 90) silent.delete("bob");
    if (tick === 110) mix.setRow("ann", undefined);
  });
};

for (const channels of [1, 2] as const)
  for (const [title, row] of Object.entries(rows))
    test(`who talks hears to the bit what it would hear if it were silent: ${title}, ${channels} channels`, (t) => {
      const loud = hear(row, channels, true);
      const quiet = hear(row, channels, false);
      t.true(peak(loud.ann) > 1000);
      t.deepEqual(loud.ann, quiet.ann);
      if (row?.otherwise !== 0) t.notDeepEqual(loud.bob, quiet.bob);
    });

test("who hears nobody hears what is played to all; who is deaf does not", (t) => {
  const { mix, hear: listen } = createRoom([{ ...ann, owner: PLAYED }]);
  mix.setPlayed("ann");
  for (const id of ["bob", "cat"]) mix.add(id);
  mix.setRow("bob", { otherwise: 0 });
  mix.setDeaf("cat", true);
  const heard = listen(10, { cat: minus("cat"), bob: minus("bob") });
  t.is(peak(heard.cat), 0);
  t.true(peak(heard.bob) > 3000);
});
