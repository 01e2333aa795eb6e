/** How soon quiet and disturbed speech is told, and how seldom what rings is: as `npm run bench -- talkers`, in small. */
import test from "ava";
import { createLevel, measure } from "../../../mixer/audio/level.js";
import { Strikes } from "../../../mixer/audio/strikes.js";
import { TICK_SAMPLES } from "../../../mixer/media.js";
import { beginningsOf, onsetOf } from "../../helpers/beginnings.js";
import { pink, toLevel } from "../../helpers/noises.js";
import { fan, silence, speech, typing } from "../../helpers/sounds.js";
import { join, rms } from "../../helpers/tone.js";

const talkingIn = (samples: Int16Array): boolean[] => {
  const level = createLevel();
  const talking: boolean[] = [];
  for (let at = 0; at + TICK_SAMPLES <= samples.length; at += TICK_SAMPLES) {
    measure(level, samples.subarray(at, at + TICK_SAMPLES));
    talking.push(level.talking);
  }
  return talking;
};

const over = (samples: Int16Array, background: Int16Array): Int16Array =>
  samples.map((sample, i) => sample + background[i]!);

const BEFORE = 3_000;
const SECONDS = 5;
const ways: { title: string; level: number; background: Int16Array }[] = [
  { title: "quiet, -40 dBFS", level: -40, background: pink(SECONDS, -65) },
  {
    title: "quiet over a fan 15 dB below",
    level: -40,
    background: toLevel(fan(SECONDS, -55), -55),
  },
  {
    title: "over a fan 15 dB below",
    level: -26,
    background: toLevel(fan(SECONDS, -41), -41),
  },
];

const beginnings = (["0880", "0930"] as const).flatMap((file) =>
  [1, 1.7].flatMap((pitch) =>
    beginningsOf({ speaker: file, samples: speech(file, pitch) }),
  ),
);

for (const { title, level, background } of ways)
  test(`nine of ten who begin are talking within 200 ms, half within 120: ${title}`, (t) => {
    const heard = rms(background);
    const delays = beginnings.flatMap(({ samples, active }) => {
      const said = samples.map((it) => it * 10 ** ((level - active) / 20));
      const onset = onsetOf(said, level, heard) / 48;
      return [0, 5, 10, 15].map((late) => {
        const signal = join([silence(BEFORE + late), said]);
        const found = talkingIn(over(signal, background)).indexOf(true);
        const delay = (found + 1) * 20 - BEFORE - late - onset;
        return delay > 0 ? delay : Infinity;
      });
    });
    delays.sort((a, b) => a - b);
    const at = (share: number) => delays[Math.floor(share * delays.length)]!;
    t.log(`${delays.length}: ${at(0.5)}, ${at(0.9)}, ${delays.at(-1)} ms`);
    t.true(delays.length >= 15);
    t.true(at(0.5) <= 120 && at(0.9) <= 200);
  });

for (const keys of [2, 4, 6])
  for (const ringing of [20, 40])
    test(`${keys} keys a second that ring for ${ringing} ms talk less than a tenth of the time`, (t) => {
      const talking = [1, 2, 3].flatMap((seed) =>
        talkingIn(typing(20, keys, ringing, seed)),
      );
      const share = talking.filter(Boolean).length / talking.length;
      t.true(share < 0.1, `${(100 * share).toFixed(1)} %`);
    });

/** Of so many windows after a blow, those that outlast it, where it fades by so much in each tick. */
const outlasting = (fall: number): number => {
  const strikes = new Strikes();
  let count = 0;
  for (let window = 0; window < 80; window++) {
    strikes.begin();
    strikes.take(window < 8 ? 1 : 1e6 * 10 ** (-(window * fall) / 80));
    if (window >= 8 && strikes.outlasted) count++;
  }
  return count;
};

test("what fades by 2 dB a tick after a blow does not outlast it, what stays does", (t) => {
  t.is(outlasting(2), 0);
  t.true(outlasting(0) >= 60, `${outlasting(0)} windows`);
});

test("a blow is told once, and a level that grows slowly is none", (t) => {
  const strikes = new Strikes();
  const told: boolean[] = [];
  for (const energy of [1, 1, 1, 100, 90, 80, 70, 80, 100, 150, 200]) {
    strikes.begin();
    strikes.take(energy);
    told.push(strikes.struck);
  }
  t.deepEqual(
    told.map((it, i) => (it ? i : -1)).filter((i) => i > 0),
    [3],
  );
});
