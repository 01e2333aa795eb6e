import { readFileSync } from "node:fs";
import test from "ava";
import { intelligibility } from "../../helpers/intelligible.js";
import { noise, parseWav, rms } from "../../helpers/tone.js";
import { createResampler } from "../../../mixer/audio/resample.js";
import { inRoot } from "../../helpers/root.js";

const file = readFileSync(inRoot("test/media/speech-0930.wav"));
const { samples, rate } = parseWav(file);
const said = createResampler(1).resample(samples, rate, 1).slice();

/** What somebody hears who comes in the midst of it. */
const heard = (change: (sample: number, at: number) => number): Int16Array =>
  Int16Array.from({ length: 6 * 48_000 }, (_, i) =>
    change(said[(i + 70_000) % said.length]!, i),
  );

test("speech as it was said, at any loudness, is understood whole", (t) => {
  t.true(
    intelligibility(
      said,
      heard((it) => it),
    ) > 0.98,
  );
  t.true(
    intelligibility(
      said,
      heard((it) => it / 8),
    ) > 0.98,
  );
});

test("it is understood the less the louder the noise beside it is", (t) => {
  const scores = [-20, -5, 5].map((over) => {
    const beside = noise(6 * 48_000, rms(said) + over);
    return intelligibility(
      said,
      heard((it, i) => (it + beside[i]!) / 4),
    );
  });
  t.log(scores.map((score) => score.toFixed(2)).join(", "));
  t.true(scores[0]! > 0.9);
  t.true(scores[1]! < scores[0]! - 0.08);
  t.true(scores[2]! < scores[1]! - 0.1);
});

test("holes of 40 ms, one after each word and a half, are worse than none and better than half of it", (t) => {
  const holes = (every: number) =>
    intelligibility(
      said,
      heard((it, i) => (i % every < 1920 ? 0 : it)),
    );
  const [few, many] = [holes(9600 * 3), holes(3840)];
  t.log(`${few.toFixed(2)}, ${many.toFixed(2)}`);
  t.true(few < 0.97 && few > 0.75);
  t.true(many < few - 0.15);
});

test("something else is not it", (t) => {
  t.true(intelligibility(said, noise(6 * 48_000, -20)) < 0.45);
});
