import test from "ava";
import { createLevel, measure } from "../../../mixer/audio/level.js";
import type { Temperament } from "../../../mixer/contract.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import { createDirector } from "../../../mixer/video/director.js";
import { play, type Scene, type Speech } from "../../helpers/director.js";

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
    "a@0 b@300 c@2400 b@4500 c@6600",
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
    "a@0 b@500 d@2500 c@4500",
  ],
];

for (const [claim, scene, expected] of SCENES)
  test(claim, (t) => t.is(play(scene), expected));

const TEMPERAMENTS: [Temperament, string][] = [
  ["calm", "a@0 b@1600 c@5600"],
  ["normal", "a@0 b@1300 c@3300"],
  ["fast", "a@0 b@1160 c@2260"],
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
  const at = (time: number, talker: string) =>
    director.observe(new Set(talker), present, time * 1_000);
  at(0, "b");
  t.is(at(600, "b"), "b");
  at(1_000, "c");
  t.is(at(3_000, "c"), "b");
  director.setTemperament("fast");
  t.is(at(3_020, "c"), "c");
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
    const large = director.observe(talkers, present, tick * 33_333);
    if (large !== last) changes++;
    last = large;
  }
  const each = Number(process.hrtime.bigint() - started) / ticks / 1_000;
  t.log(`${each.toFixed(2)} µs a picture, ${changes} changes`);
  t.true(each < 50);
  t.true(changes > 100 && changes <= 1_801);
});

/** Noise as loud as speech for so long, found by the level meter of the mix, and then the time at which its maker is large. */
const heard = (length: number, temperament: Temperament = "normal") => {
  const director = createDirector(temperament);
  const level = createLevel();
  const present = new Set("ab");
  const quiet = new Int16Array(TICK_SAMPLES);
  const loud = quiet.map((_, index) => ((index * 7_919) % 6_000) - 3_000);
  for (let now = 0; now < 4_000_000; now += TICK) {
    const sounds = now >= 1_000_000 && now < 1_000_000 + length * 1_000;
    measure(level, sounds ? loud : quiet);
    const talkers = new Set(level.talking ? ["b"] : []);
    if (director.observe(talkers, present, now) === "b")
      return (now - 1_000_000) / 1_000;
  }
  return undefined;
};

test("with the talkers of the mix, sounds of up to 280 ms move nothing, and speech does within 0.8 s of its first sound", (t) => {
  for (const length of [40, 100, 140, 180, 220, 260, 280])
    t.is(heard(length), undefined, `${length} ms`);
  for (const length of [320, 400, 1_000, 2_000]) {
    const time = heard(length)!;
    t.log(`${length} ms: after ${time} ms`);
    t.true(time <= 800, `${length} ms: ${time}`);
  }
  t.true(heard(2_000, "fast")! <= 650);
  t.is(heard(580, "calm"), undefined);
});
