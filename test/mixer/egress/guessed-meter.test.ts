import test from "ava";
import { GuessedMeter } from "../../../mixer/egress/guessed-meter.js";

const SECOND = 1_000_000;

/** A receiver that is sent 1.5 Mbit/s and reports once a second what it says it lost. */
const after = (...losses: number[]) => {
  const meter = new GuessedMeter();
  let now = 0;
  for (const lost of losses) {
    for (let at = 0; at < SECOND; at += 10_000)
      meter.sent(1875, "video", now + at);
    now += SECOND;
    meter.report(lost, 20, now);
  }
  return meter.line(now);
};

test("one report of an absurd loss is not believed", (t) => {
  const line = after(0, 0, 0.93, 0);
  t.false(line.full);
  t.is(line.lost, 0);
});

test("loss that goes on is believed with the second report", (t) => {
  const line = after(0, 0, 0.4, 0.5);
  t.true(line.full);
  t.is(line.lost, 0.4);
  t.true(line.estimate! < 1_000_000, `${line.estimate} bit/s`);
});

test("a round trip that grows by a queue makes the line full", (t) => {
  const meter = new GuessedMeter();
  for (let at = 0; at < SECOND; at += 10_000) meter.sent(1875, "video", at);
  meter.report(0, 20, SECOND / 2);
  meter.report(0, 400, SECOND);
  t.true(meter.line(SECOND).full);
});
