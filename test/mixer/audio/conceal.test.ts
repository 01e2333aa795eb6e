import test from "ava";
import { Concealer } from "../../../mixer/audio/conceal.js";
import {
  bendOfSine,
  goertzel,
  join,
  largestBend,
  rms,
  sine,
} from "../../helpers/tone.js";

const RATE = 48_000;
const block = (n: number, hz = 200): Int16Array =>
  sine(hz, { from: n * 960, count: 960, level: -12 });

for (const hz of [100, 200, 333])
  test(`a lost packet of ${hz} Hz is made up without a click`, (t) => {
    const concealer = new Concealer(RATE, 1);
    const heard: Int16Array[] = [];
    for (let n = 0; n < 10; n++) {
      const real = block(n, hz);
      if (n === 6) heard.push(concealer.make(960).slice());
      else {
        concealer.heard(real);
        heard.push(real);
      }
    }
    const all = join(heard);
    const level = goertzel(heard[6]!.subarray(0, 480), RATE, hz);
    t.true(level > -16, `${level} dB`);
    const bend = largestBend(all.subarray(960 * 5));
    t.true(bend < 12 * bendOfSine(hz, -12), `${bend}`);
  });

test("what is made up dies away within 60 ms, and is silence then", (t) => {
  const concealer = new Concealer(RATE, 1);
  for (let n = 0; n < 5; n++) concealer.heard(block(n));
  const levels = [1, 2, 3, 4].map(() => rms(concealer.make(960)));
  t.true(levels[0]! > levels[1]! && levels[1]! > levels[2]!);
  t.is(levels[3], -140);
  t.true(concealer.exhausted);
});

test("the channels of stereo stay apart", (t) => {
  const concealer = new Concealer(RATE, 2);
  for (let n = 0; n < 5; n++) {
    const mono = block(n);
    const wide = new Int16Array(1920);
    for (let i = 0; i < 960; i++) wide[2 * i] = mono[i]!;
    concealer.heard(wide);
  }
  const made = concealer.make(480);
  t.true(rms(made.filter((_, i) => i % 2 === 0)) > -20);
  t.is(rms(made.filter((_, i) => i % 2 === 1)), -140);
});

test("before anything was heard nothing is made up", (t) => {
  t.is(rms(new Concealer(8000, 1).make(160)), -140);
});
