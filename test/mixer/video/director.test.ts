import test from "ava";
import { createLevel, measure } from "../../../mixer/audio/level.js";
import type { Temperament } from "../../../mixer/contract.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import { createDirector } from "../../../mixer/video/director.js";
import { play, type Scene, type Speech } from "../../helpers/director.js";
import { cough, fan, silence, speech, typing } from "../../helpers/sounds.js";
import { join, rms } from "../../helpers/tone.js";

const SCENES: [claim: string, scene: Scene, expected: string][] = [
  ["nobody talks: the first seat is large and stays", { speech: [] }, "a@0"],
  [
    "speech of 300 ms takes the large tile",
    { speech: [["b", 1_000, 4_000]] },
    "a@0 b@1300",
  ],
  ["a cough does not", { speech: [["b", 1_000, 1_280]] }, "a@0"],
  [
    "nor do many coughs of one",
    {
      speech: [0, 1, 2, 3, 4, 5].map((n) => [
        "b",
        1_000 + n * 400,
        1_280 + n * 400,
      ]),
    },
    "a@0",
  ],
  [
    "when the talker stops, it stays",
    { speech: [["c", 500, 900]], until: 60_000 },
    "a@0 c@800",
  ],
  [
    "a choice is held for 2 s, and the talker who is there then is next",
    {
      speech: [
        ["b", 1_000, 2_000],
        ["c", 2_100, 6_000],
      ],
    },
    "a@0 b@1300 c@3300",
  ],
  [
    "who stopped before the 2 s were over is not shown",
    {
      speech: [
        ["b", 1_000, 2_000],
        ["c", 2_100, 3_200],
      ],
    },
    "a@0 b@1300",
  ],
  [
    "a quick exchange moves the tile once in 2 s at most",
    {
      speech: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [
        n % 2 === 0 ? "b" : "c",
        n * 700,
        n * 700 + 650,
      ]),
    },
    "a@0 b@300 c@2560 b@4660 c@6760",
  ],
  [
    'a "mhm" while the large one speaks moves nothing',
    {
      speech: [
        ["b", 0, 8_000],
        ["c", 3_000, 3_700],
        ["d", 5_000, 5_900],
      ],
    },
    "a@0 b@300",
  ],
  [
    "who interrupts and goes on for 1.2 s takes over",
    {
      speech: [
        ["b", 0, 8_000],
        ["c", 3_000, 8_000],
      ],
    },
    "a@0 b@300 c@4200",
  ],
  [
    "two who both go on do not take turns",
    {
      speech: [
        ["b", 0, 30_000],
        ["c", 3_000, 30_000],
      ],
      until: 30_000,
    },
    "a@0 b@300 c@4200",
  ],
  [
    "who has spoken for longer goes first",
    {
      speech: [
        ["a", 0, 200],
        ["b", 0, 1_000],
        ["d", 1_100, 4_200],
        ["c", 1_900, 6_000],
      ],
    },
    "a@0 b@700 d@2700 c@4700",
  ],
];

for (const [claim, scene, expected] of SCENES)
  test(claim, (t) => t.is(play(scene), expected));

const TEMPERAMENTS: [Temperament, string][] = [
  ["calm", "a@0 b@1600 c@5600"],
  ["normal", "a@0 b@1300 c@3300"],
  ["fast", "a@0 b@1160 c@2500"],
];

for (const [temperament, expected] of TEMPERAMENTS) {
  test(`${temperament}: takes and holds by its measure`, (t) => {
    const speech: Speech[] = [
      ["b", 1_000, 2_000],
      ["c", 2_100, 8_000],
    ];
    t.is(play({ speech, temperament }), expected);
  });
}

test("another temperament applies at once, also to what is held", (t) => {
  const director = createDirector("calm", 0);
  const present = new Set("abc");
  let now = 0;
  const until = (end: number, talker: string): string | undefined => {
    const heard = { talkers: new Set(talker), speaking: new Set(talker) };
    let large: string | undefined;
    for (; now <= end * 1_000; now += 20_000)
      large = director.observe(heard, present, now);
    return large;
  };
  t.is(until(500, "a"), "a");
  t.is(until(1_600, "b"), "b");
  t.is(until(4_000, "c"), "b");
  director.setTemperament("fast");
  t.is(until(4_020, "c"), "c");
});

test("who left and came back in the middle of a word begins anew", (t) => {
  const scene: Scene = {
    speech: [["d", 1_000, 6_000]],
    present: { 0: "abcd", 1_200: "abc", 1_260: "abcd" },
  };
  t.is(play(scene), "a@0 d@1560");
});

test("an hour of a hundred people is decided in little time and by the hold", (t) => {
  const director = createDirector("normal", 0);
  const ids = Array.from({ length: 100 }, (_, index) => `p${index}`);
  const present = new Set(ids);
  const started = process.hrtime.bigint();
  let changes = 0;
  let last: string | undefined;
  const ticks = 30 * 3_600;
  for (let tick = 0; tick < ticks; tick++) {
    const turn = Math.floor(tick / 50);
    const talkers = new Set([ids[(turn * 7) % 100]!, ids[(turn * 3) % 100]!]);
    const heard = { talkers, speaking: talkers };
    const large = director.observe(heard, present, tick * 33_333);
    if (large !== last) changes++;
    last = large;
  }
  const each = Number(process.hrtime.bigint() - started) / ticks / 1_000;
  t.log(`${each.toFixed(2)} µs a picture, ${changes} changes`);
  t.true(each < 50);
  t.true(changes > 100 && changes <= 1_801);
});

const QUIET = new Int16Array(TICK_SAMPLES);

/** When the one who makes this sound is large, in ms from where the sound begins; read through the meter of the mix. */
const largeAfter = (
  sound: Int16Array,
  temperament: Temperament = "normal",
): number | undefined => {
  const director = createDirector(temperament);
  const level = createLevel();
  const present = new Set("ab");
  for (let at = -100; at < sound.length / TICK_SAMPLES + 100; at++) {
    const from = at * TICK_SAMPLES;
    const tick = sound.subarray(from, from + TICK_SAMPLES);
    measure(level, at >= 0 && tick.length === TICK_SAMPLES ? tick : QUIET);
    const talkers = new Set(level.talking ? "b" : "");
    const speaking = new Set(level.speaking ? "b" : "");
    const heard = { talkers, speaking };
    // A tick is known when it is over.
    const now = (at + 1) * TICK;
    if (director.observe(heard, present, now) === "b") return now / 1_000;
  }
  return undefined;
};

/** From its first word on. */
const reading = (file: "0880" | "0930", pitch = 1): Int16Array => {
  const all = speech(file, pitch);
  let first = 0;
  while (rms(all.subarray(first, first + TICK_SAMPLES)) < -40) first += 240;
  return all.subarray(first);
};

for (const file of ["0880", "0930"] as const)
  for (const pitch of [1, 1.3, 1.7])
    test(`${file} at a pitch of ${pitch} is large 0.3 to 0.4 s after the first sound`, (t) => {
      const time = largeAfter(reading(file, pitch))!;
      t.log(`${time} ms`);
      t.true(time >= 280 && time <= 400, `${time} ms`);
    });

test("calm comes later, fast sooner", (t) => {
  const at = (temperament: Temperament) =>
    largeAfter(reading("0930"), temperament)!;
  t.log(at("calm"), at("normal"), at("fast"));
  t.true(at("fast") <= at("normal") - 100);
  t.true(at("calm") >= at("normal") + 200);
});

const NO_SPEECH: [string, Int16Array][] = [
  ["a cough", cough(350)],
  ["a cough that ends with the voice", cough(250, 120)],
  ["a fit of coughs", join([cough(300), cough(250), silence(90), cough(400)])],
  ["typing", typing(10, 8, 5)],
  ["a fan", fan(10, -30)],
  ["a word of 200 ms", reading("0930").subarray(0, 200 * 48)],
];
for (const [what, sound] of NO_SPEECH)
  test(`${what} moves nothing`, (t) => t.is(largeAfter(sound), undefined));

test("a director that is made while somebody talks shows them at once, and so does one that was not asked for a while", (t) => {
  const present = new Set("abc");
  const heard = { talkers: new Set("b"), speaking: new Set<string>() };
  const director = createDirector("normal");
  t.is(director.observe(heard, present, 5_000_000), "b");
  const later = { talkers: new Set("c"), speaking: new Set("c") };
  t.is(director.observe(later, present, 5_040_000), "b");
  t.is(director.observe(later, present, 9_000_000), "c");
});
