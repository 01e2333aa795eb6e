import test from "ava";
import { createLevel, measure } from "../../../mixer/audio/level.js";
import { TICK_SAMPLES } from "../../../mixer/media.js";
import {
  cough,
  fan,
  silence,
  speech,
  steps,
  typing,
} from "../../helpers/sounds.js";
import { join, noise, rms, sine } from "../../helpers/tone.js";

type Seen = { open: boolean[]; talking: boolean[] };

/** What is seen of a signal, tick by tick. */
const watch = (samples: Int16Array): Seen => {
  const level = createLevel();
  const seen: Seen = { open: [], talking: [] };
  for (let at = 0; at + TICK_SAMPLES <= samples.length; at += TICK_SAMPLES) {
    measure(level, samples.subarray(at, at + TICK_SAMPLES));
    seen.open.push(level.open);
    seen.talking.push(level.talking);
  }
  return seen;
};

const tone = (millis: number, level: number): Int16Array =>
  sine(440, { count: millis * 48, level });

const reader = speech("0880");

/** The first 20 ms above -40 dBFS: where a listener hears it begin. */
const onsetOf = (samples: Int16Array): number => {
  for (let at = 0; at < samples.length; at += 240)
    if (rms(samples.subarray(at, at + TICK_SAMPLES)) >= -40) return at;
  throw new Error("nothing to be heard");
};

const withNoise = (samples: Int16Array, level: number): Int16Array => {
  const background = noise(samples.length, level);
  return samples.map((sample, i) => sample + background[i]!);
};

const backgrounds = [undefined, -70, -60, -50];
for (const background of backgrounds)
  test(`a reader is found within 300 ms over ${background ?? "no"} dBFS of noise, and stays`, (t) => {
    const before = 5000;
    const clean = join([silence(before), reader]);
    const signal =
      background === undefined ? clean : withNoise(clean, background);
    const { talking, open } = watch(signal);
    const found = talking.indexOf(true) * 20;
    const onset = onsetOf(clean) / 48;
    t.true(found > before, `not before the speech: ${found} ms`);
    t.true(found - onset <= 300, `${found - onset} ms after the onset`);
    const during = talking.slice(found / 20, -25);
    const share = during.filter(Boolean).length / during.length;
    t.true(share > 0.9, `talking ${share} of the time`);
    t.true(open.slice(found / 20, -25).every(Boolean));
  });

const notTalking: readonly { title: string; signal: Int16Array }[] = [
  {
    title: "a click",
    signal: join([
      silence(500),
      new Int16Array(48).fill(30_000),
      silence(1000),
    ]),
  },
  {
    title: "a cough of 90 ms",
    signal: join([silence(507), noise(90 * 48, -15), silence(1000)]),
  },
  {
    title: "three clicks in a second",
    signal: join(
      Array.from({ length: 3 }, () => join([tone(10, -3), silence(300)])),
    ),
  },
  { title: "white noise at -50 dBFS", signal: noise(48_000 * 5, -50) },
  ...[150, 250, 350, 500].map((millis) => ({
    title: `a cough of ${millis} ms`,
    signal: join([silence(507), cough(millis), silence(1000)]),
  })),
  {
    title: "a fit of coughs",
    signal: join([300, 200, 400].map((millis) => cough(millis))),
  },
  ...[
    [4, 10],
    [8, 10],
    [15, 2],
    [15, 5],
    [3, 40],
  ].map(([keys, ringing]) => ({
    title: `${keys} keys a second on a table that rings for ${ringing} ms`,
    signal: typing(10, keys!, ringing!),
  })),
  ...[10, 30, 40].map((ringing) => ({
    title: `steps on a floor that rings for ${ringing} ms`,
    signal: steps(10, ringing),
  })),
  { title: "a loud fan", signal: fan(10, -25) },
  { title: "white noise at -20 dBFS", signal: noise(48_000 * 5, -20) },
  {
    title: "hum of 50 Hz",
    signal: sine(50, { count: 48_000 * 5, level: -25 }),
  },
  { title: "silence", signal: silence(1000) },
];
for (const { title, signal } of notTalking)
  test(`not taken for a talker: ${title}`, (t) => {
    t.false(watch(signal).talking.includes(true));
  });

/** Where somebody begins after 150 ms of quiet and goes on: samples. */
const beginningsIn = (samples: Int16Array): number[] => {
  const found: number[] = [];
  const loud: boolean[] = [];
  for (let at = 0; at + TICK_SAMPLES <= samples.length; at += 240)
    loud.push(rms(samples.subarray(at, at + TICK_SAMPLES)) >= -40);
  for (const [index, isLoud] of loud.entries()) {
    if (!isLoud || loud.slice(Math.max(0, index - 30), index).includes(true))
      continue;
    const next = loud.slice(index, index + 80).filter(Boolean).length;
    if (next >= 40) found.push(index * 240);
  }
  return found;
};

/** How long after each beginning of a reader somebody is talking, in ms. */
const delaysOf = (samples: Int16Array): number[] =>
  beginningsIn(samples).flatMap((start) =>
    [1_000, 1_006, 1_014].map((before) => {
      const said = samples.subarray(start, start + 96_000);
      const { talking } = watch(join([silence(before), said]));
      return (talking.indexOf(true) + 1) * 20 - before;
    }),
  );

test("whoever begins, low or high, is talking within 200 ms, nine times of ten", (t) => {
  const delays = (["0880", "0930"] as const)
    .flatMap((file) => [0.8, 1, 1.3, 1.7].map((pitch) => speech(file, pitch)))
    .flatMap(delaysOf)
    .sort((a, b) => a - b);
  const at = (share: number) => delays[Math.floor(share * delays.length)]!;
  t.log(`${delays.length} beginnings: ${at(0)}, ${at(0.5)}, ${at(0.9)} ms`);
  t.true(delays.length >= 30);
  t.true(at(0) > 0 && at(0.5) <= 110 && at(0.9) <= 180);
});

test("what sounds like speech is told before it counts as talking, and no longer than it sounds", (t) => {
  const level = createLevel();
  const said = join([silence(1000), reader.subarray(96_000), silence(1000)]);
  const [speaking, talking]: [boolean[], boolean[]] = [[], []];
  for (let at = 0; at + TICK_SAMPLES <= said.length; at += TICK_SAMPLES) {
    measure(level, said.subarray(at, at + TICK_SAMPLES));
    speaking.push(level.speaking);
    talking.push(level.talking);
  }
  t.true(speaking.indexOf(true) <= talking.indexOf(true));
  const longer = talking.lastIndexOf(true) - speaking.lastIndexOf(true);
  t.true(longer >= 20 && longer <= 26, `${longer} ticks`);
});

test("a fan of -40 dBFS is no talker, and stays in the mix", (t) => {
  const { talking, open } = watch(noise(48_000 * 20, -40));
  t.false(talking.includes(true));
  t.true(open.at(-1));
});

test("a steady tone talks within 300 ms and never stops", (t) => {
  const { talking, open } = watch(tone(60_000, -20));
  t.true(talking.indexOf(true) * 20 <= 300);
  t.true(talking.slice(15).every(Boolean));
  t.true(open.every(Boolean));
});

test("talking ends 500 ms after the voice, and a click does not prolong it", (t) => {
  const { talking } = watch(
    join([tone(1000, -20), silence(300), tone(10, -3), silence(1000)]),
  );
  const end = talking.lastIndexOf(true) * 20;
  t.true(end >= 1400 && end <= 1540, `${end} ms`);
});

test("the gate opens in the tick of the onset, even in its last 5 ms", (t) => {
  for (const late of [0, 5, 10, 15]) {
    const { open } = watch(join([silence(1000 + late), tone(200, -30)]));
    t.is(open.indexOf(true), 50, `onset ${late} ms into the tick`);
  }
});

test("the gate holds for a second and closes", (t) => {
  const { open } = watch(join([tone(1000, -30), silence(2000)]));
  const last = open.lastIndexOf(true) * 20;
  t.true(last >= 1900 && last <= 2020, `${last} ms`);
});

test("steady noise of -50 dBFS leaves the mix within 10 s, speech over it is let in", (t) => {
  const background = noise(48_000 * 12, -50);
  t.false(watch(background).open.at(-1));
  const { open } = watch(join([background, withNoise(tone(500, -38), -50)]));
  t.true(open[12 * 50]);
});

test("a steady tone above -45 dBFS is never gated out", (t) => {
  t.true(watch(tone(120_000, -41)).open.every(Boolean));
});

test("faint noise below -55 dBFS is never in the mix", (t) => {
  t.false(watch(noise(48_000 * 3, -60)).open.includes(true));
});
