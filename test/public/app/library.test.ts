import test from "ava";
import {
  factsOf,
  isOver,
  isPlayable,
  lengthText,
  nameText,
  peopleOf,
  search,
  sizeText,
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

test("every word is searched for in room, title, people and date, whatever its case and accents", (t) => {
  const cafe = recorded({
    id: "x",
    room: "cafe",
    title: "Café am Montag",
    participants: [{ id: "p", name: "Zoë" }],
  });
  const all = [cafe, recorded()];
  const found = (wanted: string) =>
    search(all, wanted, "en-GB").map(({ room }) => room);
  t.deepEqual(found("  "), ["cafe", "red"]);
  t.deepEqual(found("MONTAG zoe"), ["cafe"]);
  t.deepEqual(found("café red"), []);
  t.deepEqual(found("2026-03 mar"), ["cafe", "red"]);
  t.deepEqual(found("(.*"), []);
});
