import test from "ava";
import {
  bendOfSine,
  gaps,
  goertzel,
  join,
  largestBend,
  noise,
  parseWav,
  rms,
  sine,
} from "../../helpers/tone.js";

test("the measure of a tone is its level, and little is seen beside it", (t) => {
  for (const level of [-3, -20, -40]) {
    const samples = sine(440, { count: 48_000, level });
    t.true(Math.abs(goertzel(samples, 48_000, 440) - level) < 0.1);
    t.true(goertzel(samples, 48_000, 660) < level - 60);
  }
  t.is(goertzel(new Int16Array(4800), 48_000, 440), -140);
  t.true(Math.abs(rms(sine(440, { count: 48_000, level: -20 })) + 23) < 0.1);
  t.true(Math.abs(rms(noise(48_000, -50)) + 50) < 0.2);
});

test("a click and a hole are found, a tone in pieces has neither", (t) => {
  const pieces = [0, 1, 2].map((i) =>
    sine(440, { from: i * 960, count: 960, level: -10 }),
  );
  const whole = join(pieces);
  t.true(largestBend(whole) <= bendOfSine(440, -10));
  t.deepEqual(gaps(whole), []);
  const clicked = whole.map((sample, i) =>
    i === 1000 ? sample + 500 : sample,
  );
  t.true(largestBend(clicked) > 5 * bendOfSine(440, -10));
  whole.fill(0, 1000, 1200);
  t.is(gaps(whole).length, 1);
});

test("what is no 16-bit WAV is refused", (t) => {
  t.throws(() => parseWav(Buffer.from("hello")), { message: /not a WAV/ });
});
