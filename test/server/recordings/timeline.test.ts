import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import {
  chaptersOf,
  toVtt,
  turnsOf,
  vttTime,
  type TimedEvent,
} from "../../../server/recordings/timeline/chapters.js";
import { createFollower } from "../../../server/recordings/timeline/events.js";
import {
  openTimeline,
  readTimeline,
} from "../../../server/recordings/timeline/journal.js";
import { timeInFile } from "../../../server/recordings/timeline/times.js";
import type { ParticipantInfo } from "../../../server/signaling/messages.js";
import { makeFolder } from "../../helpers/folder.js";
import { participantOf } from "../../helpers/people.js";

const at = "2026-11-23T12:00:00.000Z";
const later = (seconds: number): string =>
  new Date(Date.parse(at) + 1000 * seconds).toISOString();

const ANN = participantOf("a", { name: "Ann" });
const BOB = { ...ANN, id: "b", name: "Bob", camera: false };

test("what everybody is told becomes what happened to somebody, and nothing is told twice", (t) => {
  const follower = createFollower();
  const ann = { participant: "a", name: "Ann" };
  t.deepEqual(follower.meet([ANN]), [
    { type: "joined", ...ann },
    { type: "state", ...ann, state: "camera", on: true },
  ]);
  const tell = (participant: ParticipantInfo) =>
    follower.hear({ type: "participant", participant });
  t.deepEqual(tell(ANN), []);
  t.deepEqual(tell({ ...ANN, muted: true, sharing: true }), [
    { type: "state", ...ann, state: "muted", on: true },
    { type: "state", ...ann, state: "sharing", on: true },
  ]);
  t.deepEqual(tell({ ...ANN, sharing: true, state: "away" }), [
    { type: "state", ...ann, state: "muted", on: false },
    { type: "state", ...ann, state: "away", on: true },
  ]);
  t.deepEqual(tell(BOB), [{ type: "joined", participant: "b", name: "Bob" }]);
  t.deepEqual(follower.hear({ type: "talking", talkers: ["b"], spoke: {} }), [
    { type: "talking", talkers: ["b"] },
  ]);
  const words = { name: "Bob", text: "hello" };
  t.deepEqual(follower.hear({ type: "chat", from: "b", ...words, at }), [
    { type: "chat", participant: "b", ...words },
  ]);
  const gone = { type: "gone", participant: "b", reason: "left" } as const;
  t.deepEqual(follower.hear(gone), [
    { type: "left", participant: "b", name: "Bob" },
  ]);
  t.deepEqual(follower.hear(gone), []);
});

for (const [what, seconds, pauses, time] of [
  ["without pauses", 10, [], 10],
  ["before the beginning", -3, [], 0],
  ["after a pause", 10, [[2, 5]], 7],
  ["in a pause", 4, [[2, 5]], 2],
  ["in one that lasts", 9, [[2, undefined]], 2],
  ["before a pause", 1, [[2, 5]], 1],
  [
    "after two",
    20,
    [
      [-4, 5],
      [6, 8],
    ],
    13,
  ],
] as const)
  test(`the file's time ${what}`, (t) => {
    const given = pauses.map(([from, to]) => ({
      from: later(from),
      to: to === undefined ? undefined : later(to),
    }));
    t.is(timeInFile(later(seconds), at, given), time);
  });

const events: TimedEvent[] = [
  { at, time: 0, type: "joined", participant: "a", name: "Ann" },
  { at, time: 0, type: "joined", participant: "b", name: "Bob" },
  { at, time: 2, type: "talking", talkers: ["a"] },
  { at, time: 5, type: "talking", talkers: ["a", "b"] },
  { at, time: 9, type: "talking", talkers: ["b"] },
  { at, time: 60, type: "joined", participant: "c", name: "Chloé <3 & Co" },
  {
    ...{ at, time: 65, type: "state", participant: "c", name: "Chloé <3 & Co" },
    ...{ state: "sharing", on: true },
  },
  { at, time: 100, type: "left", participant: "b", name: "Bob" },
];

test("chapters have no holes, and what happens in a moment is one", (t) => {
  t.deepEqual(chaptersOf(events, 120), [
    { start: 0, end: 60, title: "Beginning: Ann, Bob" },
    {
      ...{ start: 60, end: 100 },
      title: "Chloé <3 & Co joins, Chloé <3 & Co shares the screen",
    },
    { start: 100, end: 120, title: "Bob leaves" },
  ]);
  t.deepEqual(chaptersOf([], 3), [{ start: 0, end: 3, title: "Beginning" }]);
});

test("WebVTT says times and text as it must", (t) => {
  t.is(vttTime(3_725.0625), "01:02:05.063");
  const title = "Chloé <3\n& Co --> x";
  t.is(
    toVtt([{ start: 0, end: 60.5, title }]),
    "WEBVTT\n\n00:00:00.000 --> 00:01:00.500\nChloé &lt;3 &amp; Co --&gt; x\n\n",
  );
});

test("each talker's turns begin and end with the word, the leaving, or the file", (t) => {
  t.deepEqual(turnsOf(events, 120), [
    { participant: "a", start: 2, end: 9 },
    { participant: "b", start: 5, end: 100 },
  ]);
  t.deepEqual(turnsOf(events.slice(0, 3), 4), [
    { participant: "a", start: 2, end: 4 },
  ]);
});

test("a journal keeps everything in order, also after a torn line and a second start", async (t) => {
  const path = join(await makeFolder(t), "x.timeline.jsonl");
  t.deepEqual(await readTimeline(path), []);
  const first = openTimeline(path, (error) => t.fail(String(error)));
  first.add({ at, type: "paused" });
  first.add({ at, type: "resumed" });
  await first.close();
  await appendFile(path, '{"at":"2026-1\n{"type":"strange"}\n');
  const second = openTimeline(path, (error) => t.fail(String(error)));
  second.add({ at, type: "noted", reason: "It was interrupted" });
  await Promise.all([second.close(), second.close()]);
  t.deepEqual(await readTimeline(path), [
    { at, type: "paused" },
    { at, type: "resumed" },
    { at, type: "noted", reason: "It was interrupted" },
  ]);
});

test("a journal that cannot be written says so once, and nobody waits for it", async (t) => {
  const problems: unknown[] = [];
  const folder = await makeFolder(t);
  const journal = openTimeline(join(folder, "none", "x"), (error) =>
    problems.push(error),
  );
  journal.add({ at, type: "paused" });
  await journal.close();
  journal.add({ at, type: "resumed" });
  await journal.close();
  t.is(problems.length, 1);
});
