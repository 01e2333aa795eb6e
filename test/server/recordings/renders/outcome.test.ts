import test from "ava";
import {
  cutTimeline,
  renderedEntry,
} from "../../../../server/recordings/renders/outcome.js";
import { sceneOf } from "../../../../server/recordings/renders/scene.js";
import { ENTRY, TIMELINE, at, told, who } from "../../../helpers/renders.js";

test("what is seen follows the timeline, for those who are in it alone", (t) => {
  const people = [
    { id: "ann", name: "ANN" },
    { id: "ben", name: "BEN" },
  ];
  const scene = sceneOf(TIMELINE, people, ENTRY.tracks!);
  const camera = { type: "camera", participant: "ann" } as const;
  t.deepEqual(scene, [
    { at: 0, type: "joined", ...who("ann") },
    { at: 0, ...camera, on: true },
    { at: 5, type: "joined", ...who("ben") },
    { at: 6, type: "talking", talkers: ["ben"] },
    { at: 8, ...camera, on: false },
    { at: 9, ...camera, on: true },
    { at: 30, type: "left", participant: "ben" },
    { at: 31, type: "talking", talkers: [] },
  ]);
});

test("a screen is shared as the timeline says, but not by those on hold", (t) => {
  const state = (time: number, name: string, on: boolean) =>
    told(time, { type: "state", ...who("ann"), state: name, on });
  const events = [
    told(0, { type: "joined", ...who("ann") }),
    state(1, "sharing", true),
    state(2, "held", true),
    state(3, "held", false),
    state(4, "sharing", false),
    state(5, "away", true),
  ];
  const people = [{ id: "ann", name: "ANN" }];
  const scene = sceneOf({ ...TIMELINE, events }, people, ENTRY.tracks!);
  const shared = scene.flatMap((event) =>
    event.type === "sharing" ? [[event.at, event.on]] : [],
  );
  t.deepEqual(shared, [
    [1, true],
    [2, false],
    [3, true],
    [4, false],
  ]);
});

test("without a timeline everybody is there all the time", (t) => {
  const people = [{ id: "dan", name: "DAN" }];
  const empty = { ...TIMELINE, events: [] };
  for (const timeline of [undefined, empty])
    t.deepEqual(sceneOf(timeline, people, ENTRY.tracks!), [
      { at: 0, type: "joined", ...who("dan") },
      { at: 0, type: "camera", participant: "dan", on: false },
    ]);
});

const CUT = { from: 10, duration: 25, people: ["ann", "ben"], anew: true };

test("the timeline of a part begins with what was so, and knows nobody else", (t) => {
  const { events, turns, chapters } = cutTimeline(TIMELINE, CUT);
  t.deepEqual(
    events.map(({ time, type }) => [time, type]),
    [
      [0, "joined"],
      [0, "state"],
      [0, "joined"],
      [0, "talking"],
      [10, "chat"],
      [20, "left"],
      [21, "talking"],
    ],
  );
  t.deepEqual(turns, [{ participant: "ben", start: 0, end: 20 }]);
  t.deepEqual(chapters.at(-1), { start: 20, end: 25, title: "BEN leaves" });
  t.false(JSON.stringify(events).includes("cy"));
});

test("the description says what it is of, who was in it, and lies where it began", (t) => {
  const cut = { ...CUT, from: 10, duration: 15 };
  const pauses = [{ from: at(2), to: at(12) }];
  const made = renderedEntry({
    ...{ id: "new", entry: { ...ENTRY, pauses }, format: "webm", cut },
    result: { duration: 15.02, size: 5 },
  });
  t.like(made, {
    ...{ id: "new", room: "lobby", title: "Weekly", state: "stopped" },
    ...{ format: "webm", renderedFrom: "rec", duration: 15.02, size: 5 },
    // The pause took no time in the file.
    ...{ startedAt: at(20), endedAt: at(35.02) },
  });
  t.deepEqual(
    made.participants.map(({ id, joinedAt, leftAt }) => [id, joinedAt, leftAt]),
    [
      ["ann", at(20), at(35)],
      ["ben", at(20), at(30)],
    ],
  );
  t.is(made.tracks, undefined);
});
