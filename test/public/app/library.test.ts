import test from "ava";
import {
  chapterAt,
  lanesOf,
  nextTurn,
  peaksOf,
  turnsPath,
  wavePath,
} from "../../../public/app/library/timeline-text.js";
import {
  factsOf,
  isOver,
  isPlayable,
  isSound,
  lengthText,
  nameText,
  peopleOf,
  peopleText,
  sizeText,
  troubleOf,
  type Recorded,
} from "../../../public/app/library/text.js";

const recorded = (change: Partial<Recorded> = {}): Recorded => ({
  id: "red-20260304-050607-a1b2",
  room: "red",
  title: "",
  state: "stopped",
  format: "mp4",
  startedAt: "2026-03-04T12:06:07.000Z",
  duration: 125,
  size: 12_345_678,
  participants: [],
  ...change,
});

for (const [seconds, text] of [
  [0, "0:00"],
  [-1, "0:00"],
  [59.6, "1:00"],
  [605, "10:05"],
  [3599.4, "59:59"],
  [3600, "1:00:00"],
  [36_061, "10:01:01"],
] as const)
  test(`${seconds} s are ${text}`, (t) => t.is(lengthText(seconds), text));

for (const [bytes, text] of [
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [9_949, "9.9 kB"],
  [9_960, "10 kB"],
  [999_600, "1.0 MB"],
  [12_345_678, "12 MB"],
  [1_234_567_890, "1.2 GB"],
] as const)
  test(`${bytes} bytes are ${text}`, (t) => t.is(sizeText(bytes), text));

test("what is known of a recording is said, and nothing else", (t) => {
  const facts = (change: Partial<Recorded>) =>
    factsOf(recorded(change), "en-GB").slice(0, -1).concat("…");
  t.regex(factsOf(recorded(), "en-GB").join(" "), /4 Mar 2026.*2:05 12 MB/);
  t.is(facts({ state: "recording" })[0], "Recording now");
  t.is(facts({ state: "paused" })[0], "Paused");
  t.is(facts({ state: "failed" })[0], "Incomplete");
  t.is(factsOf(recorded({ size: 0, duration: 0 })).at(-1), "no file");
  t.is(nameText(recorded()), "red");
  t.is(nameText(recorded({ title: "Monday" })), "Monday");
  t.is(nameText(recorded({ room: "" })), recorded().id);
});

test("whoever came back is one of the people once", (t) => {
  const participants = ["Ann", "Bob", "Ann"].map((name, at) => ({
    id: `p${at}`,
    name,
  }));
  t.deepEqual(peopleOf(recorded({ participants })), ["Ann", "Bob"]);
});

test("only what has ended can be deleted, and only what has a file be played", (t) => {
  for (const state of ["recording", "paused"] as const) {
    t.false(isOver(recorded({ state })));
    t.false(isPlayable(recorded({ state })));
  }
  t.true(isPlayable(recorded({ state: "failed" })));
  t.false(isPlayable(recorded({ state: "failed", size: 0 })));
  t.true(isOver(recorded({ state: "failed", size: 0 })));
});

test("many people are some names and a number", (t) => {
  const people = (many: number) =>
    recorded({
      participants: Array.from({ length: many }, (_, at) => ({
        id: `p${at}`,
        name: `P${at}`,
      })),
    });
  t.is(peopleText(people(2)), "P0, P1");
  t.false(peopleText(people(8)).includes("more"));
  t.regex(peopleText(people(40)), /P6 and 33 more$/);
});

test("what is wrong with a recording is told in sentences, and nothing of others", (t) => {
  t.deepEqual(troubleOf(recorded()), []);
  const told = troubleOf(
    recorded({
      reason: "Cut off",
      checks: { problems: ["No sound"] },
      upload: { state: "pending", error: "Access denied" },
    }),
  ).join();
  t.regex(told, /^Cut off,No sound,.*Access denied$/);
  const facts = factsOf(recorded({ kind: "voicemail", format: "m4a" }));
  t.is(facts[0], "Voice message");
  t.true(isSound(recorded({ format: "m4a" })));
  t.false(isSound(recorded()));
});

const PEOPLE = [
  { id: "a", name: "Ann" },
  { id: "b", name: "Bob" },
  { id: "a2", name: "Ann" },
];

test("each name that talked has one line, without the pauses of a breath", (t) => {
  const turns = [
    { participant: "b", start: 1, end: 2 },
    { participant: "a", start: 3, end: 4 },
    { participant: "a", start: 4.2, end: 5 },
    { participant: "a2", start: 8, end: 9 },
    { participant: "x", start: 9, end: 10 },
  ];
  t.deepEqual(lanesOf({ turns }, PEOPLE), [
    { name: "Bob", turns: [{ start: 1, end: 2 }], talked: 1 },
    {
      name: "Ann",
      turns: [
        { start: 3, end: 5 },
        { start: 8, end: 9 },
      ],
      talked: 3,
    },
    { name: "Somebody", turns: [{ start: 9, end: 10 }], talked: 1 },
  ]);
});

test("turns are drawn where they are, and seen however short they are", (t) => {
  t.is(turnsPath([{ start: 5, end: 10 }], 20), "M250.0 0h250.0v10h-250.0z");
  t.is(turnsPath([{ start: 10, end: 10 }], 10), "M998.5 0h1.5v10h-1.5z");
  t.is(turnsPath([], 0), "");
});

test("the next turn is the one after now, and after the last the first", (t) => {
  const turns = [
    { start: 1, end: 2 },
    { start: 5, end: 6 },
  ];
  t.deepEqual(
    [0, 1, 5, 9].map((time) => nextTurn(turns, time)),
    [1, 5, 1, 1],
  );
  t.is(nextTurn([], 0), undefined);
});

test("the chapter of a time is the last that has begun", (t) => {
  const chapters = [0, 20, 60].map((start) => ({ start, end: 0, title: "" }));
  t.deepEqual(
    [0, 19.9, 20, 100].map((time) => chapterAt(chapters, time)),
    [0, 0, 1, 2],
  );
  t.is(chapterAt([], 5), -1);
});

for (const [told, peaks] of [
  [
    [0, 1, -2],
    [0, 0.5, 1],
  ],
  [{ peaks: [127, 0] }, [1, 0]],
  [{ data: [5] }, [1]],
  [{ peaks: ["loud"] }, []],
  [undefined, []],
  [null, []],
  [{ data: [0, 0] }, [0, 0]],
] as const)
  test(`the waveform ${JSON.stringify(told)} has the peaks ${peaks.join()}`, (t) => {
    t.deepEqual(peaksOf(told), [...peaks]);
    t.is(wavePath(peaks).split("M").length - 1, peaks.length);
  });
