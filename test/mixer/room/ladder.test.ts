import test from "ava";
import type { RenditionName, RungName } from "../../../mixer/contract.js";
import type { Line } from "../../../mixer/egress/line.js";
import { createLadder, rungsFor } from "../../../mixer/room/ladder.js";
import { simulateLine, type LineReport } from "../../helpers/line.js";
import { concealed } from "../../helpers/player.js";
import { stalls } from "../../helpers/stalls.js";

const SECOND = 1_000_000;
const rungs = rungsFor({ width: 1280, height: 720, fps: 30 });
const GOOD: Line = {
  estimate: 1_600_000,
  carried: 1_600_000,
  full: false,
  queue: 0,
  lost: 0,
  roundTrip: 20,
};

const rungAt = ({ moves }: LineReport, seconds: number): RungName =>
  moves.findLast(({ at }) => at <= seconds)!.rung;

/** The longest time without a new picture between these seconds. */
const longestStop = (
  { pictures }: LineReport,
  from: number,
  to: number,
): number => {
  const times = pictures.map(({ at }) => at);
  const inside = [from, ...times.filter((at) => at > from && at < to), to];
  return Math.max(...inside.slice(1).map((at, n) => at - inside[n]!));
};

/** Milliseconds that sound took between these seconds: the median, and what is lost as a share. */
const soundOf = ({ sound }: LineReport, from: number, to: number) => {
  const some = sound.filter(({ at }) => at >= from && at < to);
  const ways = some.flatMap(({ way }) => way ?? []).sort((a, b) => a - b);
  return {
    lost: 1 - ways.length / some.length,
    late: ways[Math.floor(ways.length * 0.95)]!,
  };
};

const cutTo =
  (narrow: number, from = 10, until = 40) =>
  (seconds: number): number =>
    seconds < from || seconds >= until ? 3_000_000 : narrow;

for (const queueMs of [50, 100, 300, 1000])
  test(`a line cut from 3 Mbit/s to 150 kbit/s behind ${queueMs} ms of queue: smaller within a second, moving again within 3 s, back at 720p within 20 s`, (t) => {
    const report = simulateLine({
      carries: cutTo(150_000),
      queueMs,
      seconds: 62,
    });
    t.log(report.moves.map(({ at, rung }) => `${at} s ${rung}`).join(", "));
    t.is(rungAt(report, 9.9), "720p");
    t.is(rungAt(report, 11), "180p");
    t.is(rungAt(report, 60), "720p");
    t.true(longestStop(report, 10, 13) < 2);
    t.true(longestStop(report, 13, 40) < 1);
    t.true(report.moves.length <= 4, "no flapping");
    t.true(soundOf(report, 13, 40).lost < 0.02);
    const { late } = soundOf(report, 13, 40);
    t.true(late < 150, `${late} ms late`);
  });

test("64 kbit/s carry slides and a clear voice", (t) => {
  const report = simulateLine({ carries: cutTo(64_000, 5), seconds: 61 });
  t.log(report.moves.map(({ at, rung }) => `${at} s ${rung}`).join(", "));
  t.is(rungAt(report, 6), "slides");
  t.is(rungAt(report, 39.9), "slides");
  t.true(longestStop(report, 10, 40) < 5);
  const { lost, late } = soundOf(report, 8, 40);
  t.true(lost < 0.02, `${lost} lost`);
  t.true(late < 250, `${late} ms late`);
  t.is(rungAt(report, 60), "720p");
});

for (const [what, carries, rung] of [
  ["1 Mbit/s", () => 1_000_000, "540p"],
  ["700 kbit/s", () => 700_000, "360p"],
  ["300 kbit/s", () => 300_000, "180p"],
  [
    "2 Mbit/s that swings by a quarter",
    (at: number) => 2e6 + 5e5 * Math.sin(5 * at),
    "720p",
  ],
] as [string, (seconds: number) => number, RungName][])
  test(`a line of ${what} settles at ${rung} and stays there`, (t) => {
    const report = simulateLine({ carries, seconds: 90, jitterMs: 30 });
    t.log(report.moves.map(({ at, rung }) => `${at} s ${rung}`).join(", "));
    t.is(rungAt(report, 3), rung);
    t.true(report.moves.every(({ at }) => at < 3));
    t.true(longestStop(report, 3, 90) < 0.5);
  });

/** The queue itself, and what is lost and under way until the first report tells of it. */
for (const [kbits, queueMs, most] of [
  [150, 50, 400],
  [150, 100, 400],
  [150, 300, 400],
  [150, 1000, 700],
  [64, 300, 900],
] as const)
  test(`a line cut to ${kbits} kbit/s behind ${queueMs} ms of queue interrupts the sound once, for the queue's length`, (t) => {
    const carries = cutTo(1000 * kbits);
    // As Chromium does while much comes.
    const feedbackMs = 50;
    const report = simulateLine({ carries, queueMs, feedbackMs, seconds: 42 });
    const first = concealed(report, 10, 13);
    t.log(`${Math.round(first)} ms made up`);
    t.true(first < most);
    t.is(concealed(report, 0, 10), 0);
    // Stills come in small packets, each of which holds the sound up a little.
    const rest = concealed(report, 13, 40) / 27_000;
    t.true(rest < 0.06, `${rest} of the rest`);
  });

const STALLING: [who: string, sender: boolean, receiver: boolean][] = [
  ["the sender", true, false],
  ["the receiver", false, true],
  ["both", true, true],
];
for (const [who, sender, receiver] of STALLING)
  for (const every of [300, 1000]) {
    const stalling = {
      sender: sender ? stalls(every, 1) : undefined,
      receiver: receiver ? stalls(every, 2) : undefined,
    };
    test(`${who} stalling for 100 to 400 ms each ${every} ms is no narrow line`, (t) => {
      const carries = () => 3_000_000;
      const report = simulateLine({ carries, stalls: stalling, seconds: 60 });
      t.deepEqual(report.moves, [{ at: 0, rung: "720p" }]);
    });
    test(`a line that was cut comes back although ${who} stalls each ${every} ms`, (t) => {
      const carries = cutTo(150_000, 10, 25);
      const report = simulateLine({ carries, stalls: stalling, seconds: 55 });
      t.log(report.moves.map(({ at, rung }) => `${at} s ${rung}`).join(", "));
      t.is(rungAt(report, 13), "180p");
      t.is(rungAt(report, 50), "720p");
    });
  }

test("a line that goes dead is left to the smallest picture that moves, and comes back", (t) => {
  const carries = (at: number) => (at < 10 || at >= 15 ? 3_000_000 : 1);
  const report = simulateLine({ carries, seconds: 40 });
  t.log(report.moves.map(({ at, rung }) => `${at} s ${rung}`).join(", "));
  t.is(rungAt(report, 12), "180p");
  t.is(rungAt(report, 35), "720p");
});

test("random loss and jitter move nobody: 3 % are repaired", (t) => {
  const report = simulateLine({
    carries: () => 3_000_000,
    loss: 0.03,
    jitterMs: 30,
    seconds: 60,
  });
  t.deepEqual(report.moves, [{ at: 0, rung: "720p" }]);
});

for (const jitterMs of [60, 100])
  test(`${jitterMs} ms of jitter are no queue: pictures wait for nothing`, (t) => {
    const carries = () => 3_000_000;
    const report = simulateLine({ carries, jitterMs, seconds: 60 });
    t.deepEqual(report.moves, [{ at: 0, rung: "720p" }]);
    t.true(longestStop(report, 1, 60) < 0.2);
  });

test("much random loss is answered with smaller pictures, but not with small ones", (t) => {
  const report = simulateLine({
    carries: () => 3_000_000,
    loss: 0.15,
    seconds: 60,
  });
  t.is(rungAt(report, 59), "360p");
  t.true(report.moves.length <= 3);
});

test("a step up that fails is not tried again and again", (t) => {
  // Wide for a while, then narrow: what looked like 720p never lasts.
  const carries = (at: number): number => (at % 30 < 18 ? 2_500_000 : 900_000);
  const report = simulateLine({ carries, seconds: 180 });
  t.log(report.moves.map(({ at, rung }) => `${at} s ${rung}`).join(", "));
  const ups = report.moves.filter(
    ({ at, rung }) => at > 0 && rung === "720p",
  ).length;
  t.true(ups <= 4, `${ups} steps up in 6 periods`);
});

const choose = (
  wanted: RenditionName,
  line: Partial<Line> = {},
  cap?: RungName,
): RungName => {
  const ladder = createLadder({ rungs, now: 0 });
  return ladder.choose({ ...GOOD, ...line, now: SECOND, wanted, cap });
};

test("a fixed wish is obeyed whatever the line, and a cap caps it", (t) => {
  const full = { full: true, estimate: 50_000 };
  for (const [wanted, rung] of [
    ["high", "720p"],
    ["medium", "360p"],
    ["low", "180p"],
    ["540p", "540p"],
    ["slides", "slides"],
    ["audio", "audio"],
  ] as const)
    t.is(choose(wanted, full), rung);
  t.is(choose("high", {}, "360p"), "360p");
  t.is(choose("auto", {}, "180p"), "180p");
  t.is(choose("auto", {}, "audio"), "audio");
  t.is(choose("slides", {}, "540p"), "slides");
});

test("it starts at 720p, on a larger canvas too, and goes down at once where the line is full", (t) => {
  const large = createLadder({
    rungs: rungsFor({ width: 1920, height: 1080, fps: 30 }),
    now: 0,
  });
  t.is(large.choose({ ...GOOD, now: 0, wanted: "auto" }), "720p");
  t.is(choose("auto", { full: true, estimate: 850_000 }), "540p");
  t.is(choose("auto", { full: true, estimate: 80_000 }), "180p");
  t.is(choose("auto", { full: true, estimate: 20_000 }), "slides");
  t.is(choose("auto", { full: true, estimate: 2000 }), "slides");
});

test("sound alone is left when not even stills go through", (t) => {
  const ladder = createLadder({ rungs, now: 0 });
  const at = (now: number): RungName =>
    ladder.choose({ ...GOOD, full: true, estimate: 2000, now, wanted: "auto" });
  t.is(at(0), "slides");
  t.is(at(1.5 * SECOND), "slides");
  t.is(at(2.5 * SECOND), "audio");
});

test("after eight good seconds it tries the line, and not before; at the top it never does", (t) => {
  const ladder = createLadder({ rungs, now: 0 });
  const at = (now: number, line: Partial<Line> = {}): RungName =>
    ladder.choose({ ...GOOD, carried: 0, ...line, now, wanted: "auto" });
  for (let now = 0; now < 20 * SECOND; now += SECOND) at(now);
  t.is(ladder.probe, 0);
  t.is(at(20 * SECOND, { full: true, estimate: 500_000 }), "360p");
  for (let now = 20.5 * SECOND; now < 28 * SECOND; now += SECOND / 2) {
    t.is(at(now), "360p");
    t.is(ladder.probe, 0, `${now}`);
  }
  at(28.5 * SECOND);
  t.true(ladder.probe > 1_500_000);
  t.is(at(30 * SECOND, { carried: 900_000 }), "360p");
  t.is(at(32 * SECOND, { carried: 1_700_000 }), "720p");
  t.is(ladder.probe, 0);
});

test("a try that finds the line's end goes up as far as it got", (t) => {
  const ladder = createLadder({ rungs, now: 0 });
  const at = (now: number, line: Partial<Line>): RungName =>
    ladder.choose({ ...GOOD, carried: 0, ...line, now, wanted: "auto" });
  at(0, { full: true, estimate: 100_000 });
  for (let now = SECOND; now < 10 * SECOND; now += SECOND / 2) at(now, {});
  t.true(ladder.probe > 0);
  t.is(at(10 * SECOND, { queue: 80, carried: 950_000 }), "540p");
  t.is(ladder.probe, 0);
});

test("a ladder without rungs is refused", (t) => {
  t.throws(() => createLadder({ rungs: [], now: 0 }), {
    instanceOf: TypeError,
    message: /needs rungs/,
  });
});
