import test from "ava";
import {
  createLateness,
  type Lateness,
  type SoundStats,
} from "../../mixer/lateness.js";

const RATE = 48_000;

/** A receiver's line and buffer over some time. */
type Phase = {
  ms: number;
  /** What its buffer holds, ms. */
  delay?: number;
  /** And one that was new after the last trouble. */
  least?: number;
  /** Share of packets. */
  loss?: number;
  jitterMs?: number;
  /** Of what is played. */
  madeUp?: number;
  /** Nothing comes at all. */
  hole?: boolean;
  /** Root mean square of what is played, 1 = full scale. */
  level?: number;
};

const NOTHING: SoundStats = {
  packetsReceived: 0,
  packetsLost: 0,
  jitter: 0,
  jitterBufferDelay: 0,
  jitterBufferEmittedCount: 0,
  concealedSamples: 0,
  silentConcealedSamples: 0,
  totalAudioEnergy: 0,
  totalSamplesDuration: 0,
};

const STEP_MS = 20;

/** A receiver in simulated time that does what it is told. Resolves with when it renewed, in ms, and how often it was looked at. */
const simulate = (
  phases: readonly Phase[],
  lateness: Lateness = createLateness(),
) => {
  const renewed: number[] = [];
  let looks = 0;
  let stats = { ...NOTHING };
  let [now, next, owed] = [0, 0, 0];
  let isNew = false;
  const step = (phase: Phase): void => {
    const { loss = 0, jitterMs = 2, hole = false, least = 40 } = phase;
    const { madeUp = hole ? 1 : 0, level = 0.1 } = phase;
    isNew &&= loss === 0;
    const delay = isNew ? least : (phase.delay ?? least);
    if (now >= next) {
      looks += 1;
      const { renew, wait } = lateness.look({ ...stats }, now);
      if (renew) {
        renewed.push(now);
        stats = { ...NOTHING };
        isNew = true;
      }
      next = now + wait;
    }
    owed += hole ? 0 : loss;
    if (!hole) stats.packetsReceived += 1;
    if (owed >= 1) {
      owed -= 1;
      stats.packetsReceived -= 1;
      stats.packetsLost += 1;
    }
    if (!hole) stats.jitter += (jitterMs / 1000 - stats.jitter) / 16;
    const played = (RATE * STEP_MS) / 1000;
    stats.concealedSamples += played * madeUp;
    stats.jitterBufferEmittedCount += played * (1 - madeUp);
    stats.jitterBufferDelay += (played * (1 - madeUp) * delay) / 1000;
    stats.totalSamplesDuration += STEP_MS / 1000;
    stats.totalAudioEnergy += (level ** 2 * STEP_MS) / 1000;
    now += STEP_MS;
  };
  for (const phase of phases)
    for (let left = phase.ms; left > 0; left -= STEP_MS) step(phase);
  return { renewed, looks };
};

const GOOD = { ms: 20_000 };
const BAD = { ms: 30_000, delay: 250, loss: 0.2, jitterMs: 40 };
const AFTER = 50_000;
/** Good again, but late. */
const LATE = { ms: 30_000, delay: 250 };

for (const [bad, phase] of Object.entries<Phase>({
  "loss and jitter": BAD,
  loss: { ...BAD, jitterMs: 2 },
  jitter: { ...BAD, loss: 0 },
  "sound that is made up": { ...BAD, loss: 0, jitterMs: 2, madeUp: 0.4 },
  "half a second without anything": { ...BAD, ms: 500, loss: 0, hole: true },
}))
  test(`after ${bad} a late buffer is replaced once, within 3 s`, (t) => {
    const { renewed } = simulate([GOOD, phase, LATE, { ms: 200_000 }]);
    const end = GOOD.ms + phase.ms;
    // Short trouble is only found out at the next look.
    const found = phase.ms < 8000 ? 8000 : 0;
    t.is(renewed.length, 1);
    t.true(renewed[0]! >= end + 1500);
    t.true(renewed[0]! <= end + 3000 + found);
  });

for (const [what, phases] of Object.entries<Phase[]>({
  "a buffer that is not late": [GOOD, BAD, { ...LATE, delay: 70 }],
  "a line that stays bad": [GOOD, { ...BAD, ms: 100_000 }],
  "a buffer that is large without any trouble": [GOOD, { ...LATE, ms: 90_000 }],
  "a sender that sends nothing": [GOOD, { ms: 60_000, hole: true }],
}))
  test(`${what} is left alone`, (t) => {
    t.deepEqual(simulate(phases).renewed, []);
  });

test("a quiet moment is waited for, but not for long", (t) => {
  const [cut] = simulate([GOOD, BAD, LATE]).renewed;
  const speech = { ...LATE, ms: cut! - AFTER - 300 };
  const pause = { ...LATE, ms: 200, level: 0.0005 };
  const [paused] = simulate([GOOD, BAD, speech, pause, LATE]).renewed;
  t.true(paused! > cut! - 300 && paused! <= cut! - 100);
  t.true(cut! <= AFTER + 2400);
});

test("a line that becomes bad again and again is cut less and less often", (t) => {
  const wave = [
    { ...BAD, ms: 3000 },
    { ...LATE, ms: 5000 },
  ];
  const { renewed } = simulate([
    GOOD,
    ...Array.from({ length: 100 }, () => wave).flat(),
  ]);
  const pauses = renewed.slice(1).map((at, n) => at - renewed[n]!);
  t.true(renewed.length < 12);
  t.true(Math.min(...pauses) >= 10_000);
  t.true(pauses.at(-1)! > 100_000);
});

test("what a new buffer holds is what the line takes: it is not replaced for that", (t) => {
  const tight = { ms: 20_000, least: 20 };
  const wide = { ms: 60_000, least: 95, delay: 95 };
  const { renewed } = simulate([
    tight,
    BAD,
    { ...LATE, least: 95 },
    wide,
    BAD,
    wide,
  ]);
  t.is(renewed.length, 1);
});

test("a good line is looked at once in 8 s", (t) => {
  t.true(simulate([{ ms: 100_000 }]).looks <= 15);
});

test("so is one on which nothing comes", (t) => {
  t.true(simulate([GOOD, { ms: 100_000, hole: true }]).looks <= 22);
});

test("counters that are missing or begin anew are nothing to judge by", (t) => {
  const lateness = createLateness();
  const partial = { packetsReceived: 5 } as SoundStats;
  for (let at = 0; at < 10_000; at += 500)
    t.false(lateness.look({ ...partial }, at).renew);
  t.false(lateness.look({ ...NOTHING }, 10_000).renew);
});
