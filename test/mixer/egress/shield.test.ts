import test from "ava";
import { Shield } from "../../../mixer/egress/shield.js";

const SECOND = 1_000_000;

/** Reports every 5 s: what was lost, and the level from then on. */
const course = (t: { is: (a: unknown, b: unknown, c: string) => void }) => {
  const shield = new Shield(63);
  let at = 0;
  return (lost: number, level: number, times = 1): void => {
    for (let n = 0; n < times; n++) {
      shield.report(lost, (at += 5 * SECOND));
      t.is(shield.level, level, `${lost} at ${at / SECOND} s`);
    }
  };
};

test("a first report of loss is answered at once, by as much as it asks for", (t) => {
  for (const [lost, level] of [
    [0, 0],
    [0.01, 0],
    [0.02, 1],
    [0.06, 2],
    [0.2, 3],
  ] as const) {
    const shield = new Shield();
    shield.report(lost, 0);
    t.is(shield.level, level, `${lost}`);
  }
});

test("protection ends after half a minute without loss, and goes back to what was needed meanwhile", (t) => {
  const report = course(t);
  report(0.2, 3);
  report(0, 3, 5);
  report(0, 0, 3);
  report(0.2, 3);
  report(0.03, 3, 5);
  report(0.03, 1, 5);
});

test("a loss that nobody can believe has to be reported twice", (t) => {
  const report = course(t);
  report(0.93, 0);
  report(0, 0);
  report(0.6, 0);
  report(0.6, 3);
});

test("earlier packets are carried for who takes them, by what is lost", (t) => {
  t.deepEqual(
    [new Shield(63), new Shield(), new Shield(0)].map(
      ({ takesRedundancy }) => takesRedundancy,
    ),
    [true, false, false],
  );
  const shield = new Shield(63);
  for (const [lost, earlier] of [
    [0, 0],
    [0.02, 1],
    [0.06, 1],
    [0.2, 2],
  ] as const) {
    shield.report(lost, 0);
    t.is(shield.earlier, earlier, `${lost}`);
  }
});

test("heavy loss is answered before a report tells of it, little is not, and protection lasts as long", (t) => {
  const shield = new Shield(63);
  shield.notice(0.03, 1 * SECOND);
  t.is(shield.level, 0);
  shield.notice(0.2, 2 * SECOND);
  t.is(shield.level, 3);
  shield.notice(0, 3 * SECOND);
  shield.report(0, 5 * SECOND);
  t.is(shield.level, 3);
  shield.notice(0.2, 30 * SECOND);
  shield.report(0, 40 * SECOND);
  t.is(shield.level, 3, "lost again meanwhile");
  for (let at = 45; at <= 70; at += 5) shield.report(0, at * SECOND);
  t.is(shield.level, 0);
});
