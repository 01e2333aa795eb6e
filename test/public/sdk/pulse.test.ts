import test from "ava";
import {
  heard,
  nextStep,
  pinged,
  startPulse,
  type Pulse,
} from "../../../public/sdk/pulse.js";

/** Looks once a second as the channel does; says at which seconds it pinged, and when it found the line dead. */
const run = (
  seconds: number[],
  answers: (second: number) => boolean,
): { pings: number[]; deadAt: number | undefined } => {
  let pulse: Pulse = startPulse(0);
  const pings: number[] = [];
  for (const second of seconds) {
    const step = nextStep(pulse, second * 1000);
    if (step === "dead") return { pings, deadAt: second };
    if (step !== "ping") continue;
    pings.push(second);
    pulse = pinged(pulse, second * 1000);
    if (answers(second)) pulse = heard(pulse);
  }
  return { pings, deadAt: undefined };
};

const everySecond = Array.from({ length: 30 }, (_, index) => index + 1);

test("a living line is asked every 5 s and never given up", (t) => {
  const { pings, deadAt } = run(everySecond, () => true);
  t.deepEqual(pings, [5, 10, 15, 20, 25, 30]);
  t.is(deadAt, undefined);
});

test("a line that falls silent is dead within 12 s of the last word", (t) => {
  const { deadAt } = run(everySecond, (second) => second <= 10);
  t.is(deadAt, 22);
});

test("a page whose timers run once a minute keeps its socket", (t) => {
  t.is(run([60, 120, 180], () => true).deadAt, undefined);
});

test("after a long sleep the line is asked before it is judged", (t) => {
  const { pings, deadAt } = run([3, 4, 3600, 3601, 3602], () => true);
  t.deepEqual(pings, [3600]);
  t.is(deadAt, undefined);
});
