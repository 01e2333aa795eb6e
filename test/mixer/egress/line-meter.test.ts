import test from "ava";
import { ToldMeter } from "../../../mixer/egress/line-meter.js";
import { parseTransportFeedback } from "../../../mixer/egress/transport-feedback.js";
import {
  createFeedback,
  type Arrival,
} from "../../helpers/transport-feedback.js";

const read = (part: Buffer): [number, number | undefined][] => {
  const seen: [number, number | undefined][] = [];
  parseTransportFeedback(part, (number, at) => seen.push([number, at]));
  return seen;
};

test("feedback tells of each packet whether and when it came, over the wrap of the numbers", (t) => {
  const write = createFeedback();
  write([{ number: 65_533, at: 0 }]);
  const arrivals: Arrival[] = [
    { number: 65_534, at: 10_000 },
    { number: 65_536, at: 10_250 },
    { number: 65_537, at: 900_000 },
    { number: 65_545, at: 890_000 },
  ];
  const seen = read(write(arrivals)!);
  const came = seen.filter(([, at]) => at !== undefined);
  t.is(seen.length, 12);
  t.deepEqual(
    came.map(([number]) => number),
    [65_534, 0, 1, 9],
  );
  t.deepEqual(
    came.map(([, at]) => at! - came[0]![1]!),
    [0, 250, 890_000, 880_000],
  );
});

test("runs and one-bit vectors are read as the draft writes them", (t) => {
  // Base 5, 11 packets, reference 1: a run of 3 that came, then one bit for each of 8, of which two came.
  const part = Buffer.from(
    "8fcd0007000000010000000200 05000b00000100 2003 9040 0404040408 00000000000000".replaceAll(
      " ",
      "",
    ),
    "hex",
  );
  const seen = read(part);
  t.deepEqual(
    seen.map(([number]) => number),
    [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  );
  t.deepEqual(
    seen.flatMap(([number, at]) => (at === undefined ? [] : [[number, at]])),
    [
      [5, 65_000],
      [6, 66_000],
      [7, 67_000],
      [9, 68_000],
      [15, 70_000],
    ],
  );
});

for (const [what, hex] of [
  ["cut off before its head ends", "8fcd0003 00000001 00000002 0005000b"],
  ["cut off in its chunks", "8fcd0004 00000001 00000002 00050fff 00000100"],
  [
    "about more packets than there can be",
    "8fcd0005 00000001 00000002 0005ffff 00000100 3fff0000",
  ],
] as const)
  test(`feedback ${what} is left out without harm`, (t) => {
    t.deepEqual(read(Buffer.from(hex.replaceAll(" ", ""), "hex")), []);
  });

/** Sends packets of 1000 bytes every `every` ms over a line, and reports every 100 ms. */
const run = (
  meter: ToldMeter,
  {
    every,
    arrival,
  }: { every: number; arrival: (n: number, at: number) => number | undefined },
  until: number,
): void => {
  const write = createFeedback();
  let arrivals: Arrival[] = [];
  let n = 0;
  for (let at = 0; at < until; at += 1000) {
    if ((at / 1000) % every === 0) {
      meter.sent(1000, "video", at);
      const came = arrival(n, at);
      if (came !== undefined) arrivals.push({ number: n, at: came });
      n++;
    }
    if (at % 100_000 !== 0) continue;
    const part = write(arrivals.filter((it) => it.at <= at));
    arrivals = arrivals.filter((it) => it.at > at);
    if (part !== undefined) meter.feedback(part, at);
  }
};

test("what goes through without trouble is carried, and no limit", (t) => {
  const meter = new ToldMeter();
  run(meter, { every: 8, arrival: (_n, at) => at + 20_000 }, 2e6);
  const line = meter.line(2e6);
  t.true(Math.abs(line.carried / 1e6 - 1) < 0.05, `${line.carried}`);
  t.false(line.full);
  t.is(line.lost, 0);
  t.is(meter.total, Infinity);
});

test("a queue that grows makes a line full within half a second, and its rate is what comes out", (t) => {
  const meter = new ToldMeter();
  // 1 Mbit/s is sent, 500 kbit/s come: a packet each 16 ms.
  run(meter, { every: 8, arrival: (n) => 20_000 + n * 16_000 }, 600_000);
  const line = meter.line(600_000);
  t.true(line.full);
  t.true(line.queue > 120);
  t.true(Math.abs(meter.total / 500_000 - 1) < 0.1, `${meter.total}`);
});

test("much loss without a queue makes a line full too; a little does not", (t) => {
  for (const [lost, full] of [
    [0.5, true],
    [0.15, false],
  ] as const) {
    const meter = new ToldMeter();
    const arrival = (n: number, at: number): number | undefined =>
      (n * 7) % 20 < 20 * lost ? undefined : at + 20_000;
    run(meter, { every: 8, arrival }, 2e6);
    const line = meter.line(2e6);
    t.is(line.full, full);
    t.true(Math.abs(line.lost - lost) < 0.05, `${line.lost}`);
  }
});

test("of sound alone a fifth that is lost by chance makes no line full, whatever comes together; half does", (t) => {
  let state = 3;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (const [lost, full] of [
    [0.2, false],
    [0.5, true],
  ] as const) {
    const arrival = (_n: number, at: number): number | undefined =>
      random() < lost ? undefined : at + 20_000;
    let fulls = 0;
    for (let time = 0; time < 30; time++) {
      const meter = new ToldMeter();
      run(meter, { every: 20, arrival }, 4e6);
      if (meter.line(4e6).full) fulls++;
    }
    t.is(fulls, full ? 30 : 0);
  }
});

test("without news a line is not said to be full", (t) => {
  const meter = new ToldMeter();
  run(meter, { every: 8, arrival: (n) => 20_000 + n * 16_000 }, 600_000);
  t.true(meter.line(600_000).full);
  t.false(meter.line(1_500_000).full);
});

test("what does not come makes pictures wait within 200 ms, long before the line can be measured, and not for long", (t) => {
  const meter = new ToldMeter();
  // From 1 s on 100 kbit/s of 1 Mbit/s come through.
  const arrival = (n: number, at: number): number =>
    at < 1e6 ? at + 20_000 : 1_020_000 + (n - 125) * 80_000;
  run(meter, { every: 8, arrival }, 1e6);
  t.is(meter.cautiousUntil, 0);
  const cut = new ToldMeter();
  run(cut, { every: 8, arrival }, 1.21e6);
  t.false(cut.line(1.21e6).full);
  t.true(cut.cautiousUntil > 1.21e6 && cut.cautiousUntil < 1.7e6);
});

test("a receiver that stalls is no full line, and pictures go on with its next report", (t) => {
  const meter = new ToldMeter();
  const stalls = (at: number): boolean => at >= 1e6 && at < 1.39e6;
  const arrival = (_n: number, at: number): number =>
    stalls(at + 20_000) ? 1.39e6 : at + 20_000;
  run(meter, { every: 8, arrival }, 1.41e6);
  t.false(meter.line(1.41e6).full);
  t.is(meter.cautiousUntil, 0);
  t.is(meter.total, Infinity);
});

test("a line that says nothing for a second, though enough is sent, is full; a sender's own pause is none", (t) => {
  for (const [sends, full] of [
    [true, true],
    [false, false],
  ] as const) {
    const meter = new ToldMeter();
    run(meter, { every: 8, arrival: (_n, at) => at + 20_000 }, 1e6);
    const until = 1e6 + 1.2e6;
    for (let at = 1e6; at < until; at += 20_000)
      if (sends || at > until - 100_000) meter.sent(500, "audio", at);
    t.is(meter.line(until).full, full);
    t.is(meter.total < 200_000, full);
  }
});

test("pictures have what sound leaves, which is lean on a narrow line", (t) => {
  const meter = new ToldMeter();
  for (let at = 0; at < 2e6; at += 20_000) meter.sent(180, "audio", at);
  t.is(meter.limit(2e6), Infinity);
  const narrow = new ToldMeter();
  // 10 ms of 1000 bytes sent, 80 ms to carry them: 100 kbit/s.
  run(narrow, { every: 10, arrival: (n) => 20_000 + n * 80_000 }, 1e6);
  t.true(Math.abs(narrow.total / 100_000 - 1) < 0.1, `${narrow.total}`);
  const before = narrow.limit(1e6);
  for (let at = 0; at < 1e6; at += 20_000) narrow.sent(180, "audio", 1e6 + at);
  t.true(Math.abs(before - narrow.limit(2e6) - 33_000) < 2000);
});
