/** Only the loudest: who is in the sum where not everybody may be. */
import { readFileSync } from "node:fs";
import test from "ava";
import {
  createStanding,
  Loudest,
  type Contender,
} from "../../../mixer/audio/loudest.js";
import { Summing } from "../../../mixer/audio/summing.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import { goertzel, largestBend, parseWav } from "../../helpers/tone.js";
import {
  createRoom,
  full,
  softBend,
  type Voice,
} from "../../helpers/voices.js";

const RATE = 48_000;

const people = (count: number, level: (index: number) => number): Voice[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `p${i}`,
    hz: 300 + 110 * i,
    level: level(i),
  }));

const audible = (samples: Int16Array, voices: readonly Voice[]): string[] =>
  voices
    .filter(({ hz, level }) => goertzel(samples, RATE, hz) > level - 6)
    .map(({ id }) => id);

test("of ten who talk the three loudest are heard, and nobody else", (t) => {
  const voices = people(10, (i) => -20 - 3 * ((7 * i) % 10));
  const { mix, hear } = createRoom(voices);
  mix.setLoudest(3);
  const { full: heard } = hear(150, { full });
  const late = heard.subarray(100 * TICK_SAMPLES);
  const loudest = [...voices].sort((a, b) => b.level - a.level).slice(0, 3);
  t.deepEqual(audible(late, voices), loudest.map(({ id }) => id).sort());
});

test("never more than K are in the sum, and of equals nobody changes places", (t) => {
  const voices = people(8, () => -20);
  const { mix, tick } = createRoom(voices);
  mix.setLoudest(3);
  let before = "";
  let changes = 0;
  for (let i = 0; i < 500; i++) {
    tick();
    const sum = new Float64Array(TICK_SAMPLES);
    const inSum = voices.filter(({ id }) => {
      sum.fill(0);
      mix.alone(id, sum);
      return sum.some((sample) => sample !== 0);
    });
    t.true(inSum.length <= 3 + 1, "one more while it fades");
    const now = inSum.map(({ id }) => id).join();
    if (i > 50 && now !== before) changes++;
    before = now;
  }
  t.is(changes, 0);
});

test("while there is room a newcomer is heard with its first word, as where everybody is", (t) => {
  const [one, two] = people(2, () => -20) as [Voice, Voice];
  const onsetWith = (most: number): number => {
    const { mix, silent, hear } = createRoom([one, two]);
    mix.setLoudest(most);
    silent.add(two.id);
    const { full: heard } = hear(100, { full }, (tick) => {
      if (tick === 50) silent.delete(two.id);
    });
    for (let tick = 50; ; tick++) {
      const at = tick * TICK_SAMPLES;
      const span = heard.subarray(at, at + TICK_SAMPLES);
      if (goertzel(span, RATE, two.hz) > -26) return tick;
    }
  };
  t.is(onsetWith(2), onsetWith(0));
});

test("a clearly louder newcomer takes the weakest place within 100 ms, without a click", (t) => {
  const voices = people(3, (i) => [-30, -28, -12][i]!);
  const { mix, silent, hear } = createRoom(voices);
  mix.setLoudest(2);
  silent.add("p2");
  const { full: heard } = hear(150, { full }, (tick) => {
    if (tick === 60) silent.delete("p2");
  });
  const at = (tick: number) =>
    audible(
      heard.subarray(tick * TICK_SAMPLES, (tick + 20) * TICK_SAMPLES),
      voices,
    );
  t.deepEqual(at(40), ["p0", "p1"]);
  t.deepEqual(at(90), ["p1", "p2"]);
  t.true(
    largestBend(heard.subarray(4800)) <=
      voices.reduce((sum, it) => sum + softBend(it), 0),
  );
});

test("K is lowered and raised while they talk, and a bad K is refused", (t) => {
  const voices = people(5, (i) => -20 - i);
  const { mix, hear } = createRoom(voices);
  const counts: number[] = [];
  for (const most of [0, 2, 4, 0]) {
    mix.setLoudest(most);
    const { full: heard } = hear(60, { full });
    counts.push(audible(heard.subarray(40 * TICK_SAMPLES), voices).length);
  }
  t.deepEqual(counts, [5, 2, 4, 5]);
  for (const most of [-1, 1.5, NaN])
    t.throws(() => mix.setLoudest(most), { instanceOf: TypeError });
});

test("who is muted or leaves gives up the place", (t) => {
  const voices = people(3, (i) => -20 - 6 * i);
  for (const go of ["setMuted", "remove"] as const) {
    const { mix, hear } = createRoom(voices);
    mix.setLoudest(1);
    const { full: heard } = hear(100, { full }, (tick) => {
      if (tick === 50) mix[go]("p0", true);
    });
    t.deepEqual(audible(heard.subarray(70 * TICK_SAMPLES), voices), ["p1"]);
  }
});

const contender = (rms: number, talking = true): Contender => ({
  chosen: false,
  standing: createStanding(),
  gain: 1,
  level: { open: true, rms, talking },
});

test("who talks goes before a louder noise; and a gain counts", (t) => {
  const loudest = new Loudest();
  loudest.most = 1;
  const choose = (...all: Contender[]): number => {
    for (let tick = 0; tick < 50; tick++) {
      loudest.begin(all);
      loudest.end(all);
    }
    return all.findIndex(({ chosen }) => chosen);
  };
  t.is(choose(contender(-10, false), contender(-30)), 1);
  t.is(choose(contender(-20), { ...contender(-24), gain: 4 }), 1);
});

test("speech of three for two places: who talks keeps a place for a second", (t) => {
  const speech = parseWav(readFileSync("test/media/speech-0880.wav"));
  const size = speech.rate / 50;
  const summing = new Summing(1);
  const ids = ["ann", "bob", "cat"];
  for (const id of ids) summing.add(id, id);
  summing.setLoudest(2);
  const since = new Map<string, number>();
  const held: number[] = [];
  const follow = (id: string, tick: number): void => {
    const { chosen, level } = summing.find(id)!;
    const began = since.get(id);
    if (chosen === (began !== undefined)) return;
    if (began === undefined) return void since.set(id, tick);
    since.delete(id);
    if (level.talking) held.push(tick - began);
  };
  for (let tick = 0; tick < 500; tick++) {
    for (const [i, id] of ids.entries()) {
      const at = ((tick + 31 * i) * size) % (speech.samples.length - size);
      const block = speech.samples.slice(at, at + size);
      summing.find(id)!.write(block, speech.rate, 1, tick * TICK);
    }
    summing.tick(tick * TICK);
    t.true(ids.filter((id) => summing.find(id)!.chosen).length <= 2);
    for (const id of ids) follow(id, tick);
  }
  t.log(`${held.length} places taken from talkers in 10 s, after ticks:`, held);
  t.true(held.length > 0 && held.length <= 20);
  t.true(held.every((ticks) => ticks >= 50));
});

test("a pause of two ticks costs nobody a place", (t) => {
  const { mix, silent, hear } = createRoom(people(2, (i) => -20 - 10 * i));
  mix.setLoudest(1);
  const { full: heard } = hear(120, { full }, (tick) => {
    if (tick === 60) silent.add("p0");
    if (tick === 62) silent.delete("p0");
  });
  const late = heard.subarray(80 * TICK_SAMPLES);
  t.true(goertzel(late, RATE, 300) > -22);
  t.true(goertzel(late, RATE, 410) < -60);
});
