/** How soon somebody who begins is a talker, how often something else is, and what it costs to tell. */
import { parseArgs } from "node:util";
import { createLevel, measure } from "../../mixer/audio/level.js";
import { TICK_SAMPLES } from "../../mixer/media.js";
import {
  beginningsOf,
  onsetOf,
  type Beginning,
} from "../helpers/beginnings.js";
import {
  claps,
  coughs,
  holdMusic,
  hum,
  pink,
  scrapes,
  toLevel,
  traffic,
} from "../helpers/noises.js";
import { fan, RATE, steps, typing } from "../helpers/sounds.js";
import { noise } from "../helpers/tone.js";
import { percentile, print } from "./figures.js";
import { readClips } from "./talkers-voices.js";

const PER_MS = RATE / 1_000;
/** Noise alone, before somebody begins. */
const LEAD = 3 * RATE;
/** Where in a tick it begins, in samples. */
const POSITIONS = [0, 230, 480, 710];
/** Who is not found for so long has not been found. */
const MISSED = 600;
/** What each noise lasts, in seconds, and the seeds that it is made from. */
const SECONDS = 30;
const SEEDS = [1, 2, 3];

/** Speech of an active level, over a noise of a level. */
type Way = { name: string; speech: number; noise: number; over: Int16Array };

const LENGTH = 5;
const ways = (): Way[] => [
  {
    name: "-24 dBFS",
    speech: -24,
    noise: -70,
    over: noise(LENGTH * RATE, -70),
  },
  { name: "-24, room -55", speech: -24, noise: -55, over: pink(LENGTH, -55) },
  { name: "-35, room -65", speech: -35, noise: -65, over: pink(LENGTH, -65) },
  { name: "-40, room -65", speech: -40, noise: -65, over: pink(LENGTH, -65) },
  {
    name: "-26, fan -41",
    speech: -26,
    noise: -41,
    over: toLevel(fan(LENGTH, -41), -41),
  },
  {
    name: "-26, fan -36",
    speech: -26,
    noise: -36,
    over: toLevel(fan(LENGTH, -36), -36),
  },
  { name: "-26, air -41", speech: -26, noise: -41, over: pink(LENGTH, -41) },
  { name: "-26, air -36", speech: -26, noise: -36, over: pink(LENGTH, -36) },
  {
    name: "-40, fan -55",
    speech: -40,
    noise: -55,
    over: toLevel(fan(LENGTH, -55), -55),
  },
];

type Seen = { talking: boolean[]; micros: number };

const watch = (samples: Int16Array): Seen => {
  const level = createLevel();
  const talking: boolean[] = [];
  const began = process.hrtime.bigint();
  for (let at = 0; at + TICK_SAMPLES <= samples.length; at += TICK_SAMPLES) {
    measure(level, samples.subarray(at, at + TICK_SAMPLES));
    talking.push(level.talking);
  }
  const micros = Number(process.hrtime.bigint() - began) / 1_000;
  return { talking, micros: micros / talking.length };
};

/** Milliseconds from the onset to the end of the tick in which it is told; undefined for a miss. */
const delayOf = (
  { samples, active }: Beginning,
  way: Way,
  position: number,
): number | undefined => {
  const gain = 10 ** ((way.speech - active) / 20);
  const said = samples.map((sample) => Math.round(sample * gain));
  const onset = LEAD + position + onsetOf(said, way.speech, way.noise);
  const signal = way.over.slice();
  for (let i = 0; i < said.length; i++) {
    const at = LEAD + position + i;
    if (at >= signal.length) break;
    const sum = signal[at]! + said[i]!;
    signal[at] = Math.max(-32_768, Math.min(32_767, sum));
  }
  const { talking } = watch(signal);
  const found = (talking.indexOf(true) + 1) * TICK_SAMPLES;
  const delay = (found - onset) / PER_MS;
  return found > LEAD && delay <= MISSED ? delay : undefined;
};

const measureStarts = (
  name: string,
  beginnings: readonly Beginning[],
  all: readonly Way[],
): void => {
  const delays = beginnings.flatMap((beginning) =>
    all.flatMap((way) =>
      POSITIONS.map((position) => delayOf(beginning, way, position)),
    ),
  );
  const found = delays.filter((delay) => delay !== undefined);
  const late = found.filter((delay) => delay > 200).length;
  const cells = [
    `${delays.length}`,
    ...[0.5, 0.95, 1].map((share) => percentile(found, share).toFixed(0)),
    `${((100 * late) / delays.length).toFixed(1)} %`,
    `${delays.length - found.length}`,
  ];
  print(name.padEnd(22) + cells.map((cell) => cell.padStart(9)).join(""));
};

const noises = (): [string, (seed: number) => Int16Array][] => [
  ...[2, 5, 10, 15].flatMap((keys) =>
    [2, 5, 10, 20, 40, 60, 100].map(
      (ringing): [string, (seed: number) => Int16Array] => [
        `${keys} keys/s, ring ${ringing} ms`,
        (seed) => typing(SECONDS, keys, ringing, seed),
      ],
    ),
  ),
  ["steps", () => steps(SECONDS, 40)],
  ["coughs", (seed) => coughs(SECONDS, seed)],
  ["claps, 2/s", (seed) => claps(SECONDS, 2, seed)],
  ["claps, 6/s", (seed) => claps(SECONDS, 6, seed)],
  ["applause, 30/s", (seed) => claps(SECONDS, 30, seed)],
  ["chair scrapes", (seed) => scrapes(SECONDS, seed)],
  ["fan -25", () => toLevel(fan(SECONDS, -25), -25)],
  ["fan -45", () => toLevel(fan(SECONDS, -45), -45)],
  ["air -30", (seed) => pink(SECONDS, -30, seed)],
  ["air -50", (seed) => pink(SECONDS, -50, seed)],
  ["white -20", (seed) => noise(SECONDS * RATE, -20, seed)],
  ...[50, 100].flatMap((hz) =>
    [-25, -40, -50].map((level): [string, () => Int16Array] => [
      `hum ${hz} Hz, ${level}`,
      () => hum(SECONDS, hz, level),
    ]),
  ),
  ["traffic -30", (seed) => traffic(SECONDS, -30, seed)],
  ["traffic -45", (seed) => traffic(SECONDS, -45, seed)],
  ["music on hold -25", (seed) => holdMusic(SECONDS, -25, seed)],
  ["music on hold -40", (seed) => holdMusic(SECONDS, -40, seed)],
];

const measureFalse = (name: string, make: (seed: number) => Int16Array) => {
  let [talk, ticks, starts, micros] = [0, 0, 0, 0];
  for (const seed of SEEDS) {
    const seen = watch(make(seed));
    ticks += seen.talking.length;
    talk += seen.talking.filter(Boolean).length;
    starts += seen.talking.filter((it, i) => it && !seen.talking[i - 1]).length;
    micros += seen.micros / SEEDS.length;
  }
  const minutes = (SEEDS.length * SECONDS) / 60;
  const cells = [
    `${((100 * talk) / ticks).toFixed(1)} %`,
    (starts / minutes).toFixed(1),
    micros.toFixed(1),
  ];
  print(name.padEnd(22) + cells.map((cell) => cell.padStart(9)).join(""));
};

export const run = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: { voices: { type: "string" }, only: { type: "string" } },
  });
  const beginnings = readClips(values.voices).flatMap(beginningsOf);
  const head = (names: string[]) =>
    print(names.map((n, i) => (i ? n.padStart(9) : n.padEnd(22))).join(""));
  const all = ways();
  if (values.only !== "noise") {
    head(["speech, ms", "n", "p50", "p95", "max", ">200 ms", "missed"]);
    for (const way of all) measureStarts(way.name, beginnings, [way]);
    for (const name of new Set(beginnings.map((it) => it.speaker)))
      measureStarts(
        name,
        beginnings.filter((it) => it.speaker === name),
        all,
      );
    measureStarts("all", beginnings, all);
  }
  if (values.only === "speech") return;
  head(["no speech", "talk", "starts/m", "µs/tick"]);
  for (const [name, make] of noises()) measureFalse(name, make);
};
