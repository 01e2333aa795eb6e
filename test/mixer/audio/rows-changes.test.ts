/** Who hears whom changes, in the middle of everybody's words. */
import test from "ava";
import type { MixRow } from "../../../mixer/contract-sound.js";
import type { AudioMix } from "../../../mixer/audio/mix.js";
import type { Channels } from "../../../mixer/audio/planes.js";
import { TICK_SAMPLES } from "../../../mixer/media.js";
import { bendOfSine, goertzel, largestBend } from "../../helpers/tone.js";
import {
  ann,
  bob,
  cat,
  channelOf,
  createRoom,
  dan,
  minus,
  softBend,
} from "../../helpers/voices.js";

const EVERY: readonly Channels[] = [1, 2];
const voices = [ann, bob, cat, dan];

const turns: { title: string; turn: (mix: AudioMix) => void }[] = [
  {
    title: "a group is made",
    turn: (mix) => mix.setRow("ann", { otherwise: 0, gains: { bob: 1 } }),
  },
  {
    title: "a whisper begins",
    turn: (mix) => mix.setRow("ann", { otherwise: 0.25, gains: { bob: 1 } }),
  },
  {
    title: "an interpreter who talks is chosen",
    turn: (mix) => mix.setRow("ann", { duck: { by: ["bob"], gain: 0.2 } }),
  },
  { title: "one is deafened", turn: (mix) => mix.setDeaf("ann", true) },
  {
    title: "a private balance is set",
    turn: (mix) => mix.setBalances("ann", { bob: 0, cat: 2 }),
  },
];

/** All at twice their level, and half as much again for ramps of 20 ms: a jump by 3 dB bends it by several times that. */
const isSoft = (heard: Int16Array, channels: Channels): boolean =>
  largestBend(channelOf(heard, 0, channels)) <=
  3 * voices.reduce((sum, { hz, level }) => sum + bendOfSine(hz, level), 0);

for (const channels of EVERY)
  for (const { title, turn } of turns)
    for (const others of [false, true])
      test(`${title} and ended without a click${others ? ", where others hear it so already" : ""}: ${channels} channels`, (t) => {
        const { mix, hear } = createRoom(voices, channels);
        const undo = (): void => {
          mix.setRow("ann", undefined);
          mix.setDeaf("ann", false);
          mix.setBalances("ann", {});
        };
        // Silent listeners share outputs: one that hears it so, and one that hears everybody.
        for (const id of ["yan", "zoe"]) mix.add(id);
        if (others) {
          turn({
            ...mix,
            setRow: (_: string, row: MixRow) => mix.setRow("zoe", row),
            setDeaf: (_: string, deaf: boolean) => mix.setDeaf("zoe", deaf),
            setBalances: (_: string, gains: Record<string, number>) =>
              mix.setBalances("zoe", gains),
          } as AudioMix);
        }
        mix.setMuted("ann", true);
        const ways = {
          ann: minus("ann"),
          yan: minus("yan"),
          zoe: minus("zoe"),
        };
        hear(50, ways);
        const heard = hear(120, ways, (index) => {
          if (index === 20) turn(mix);
          if (index === 70) undo();
        });
        t.true(isSoft(heard.ann, channels));
        t.is(mix.listen("ann"), mix.listen("yan"), "back with everybody");
        t.deepEqual(
          heard.ann.subarray(75 * TICK_SAMPLES * channels),
          heard.yan.subarray(75 * TICK_SAMPLES * channels),
        );
      });

test("a duck comes and goes with the interpreter's voice, without a click", (t) => {
  const { mix, silent, hear, tick } = createRoom(voices);
  mix.setRow("ann", { duck: { by: ["bob"], gain: 0.2 } });
  silent.add("bob");
  for (let i = 0; i < 50; i++) tick();
  const { ann: heard } = hear(200, { ann: minus("ann") }, (index) => {
    if (index === 20) silent.delete("bob");
    if (index === 100) silent.add("bob");
  });
  const at = (from: number): number =>
    goertzel(
      heard.subarray(from * TICK_SAMPLES, (from + 10) * TICK_SAMPLES),
      48_000,
      cat.hz,
    );
  t.true(Math.abs(at(5) + 20) < 0.1);
  t.true(Math.abs(at(60) + 33.98) < 0.1);
  t.true(at(110) < -33, "held over a pause");
  t.true(Math.abs(at(185) + 20) < 0.1);
  // Bob himself begins within 1 ms.
  const rest = [ann, cat, dan].reduce((sum, it) => sum + softBend(it), 0);
  t.true(largestBend(heard) <= softBend(bob) + rest);
});
