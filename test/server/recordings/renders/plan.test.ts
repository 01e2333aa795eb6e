import test from "ava";
import { ConferenceError } from "../../../../server/errors.js";
import type { RecordingEntry } from "../../../../server/recordings/entry.js";
import {
  cutTimeline,
  renderedEntry,
} from "../../../../server/recordings/renders/outcome.js";
import { planRender } from "../../../../server/recordings/renders/plan.js";
import {
  renderRequest,
  type RenderRequest,
} from "../../../../server/recordings/renders/request.js";
import { sceneOf } from "../../../../server/recordings/renders/scene.js";
import type { Timeline } from "../../../../server/recordings/timeline/keeper.js";

const START = Date.parse("2026-11-23T10:00:00.000Z");
const at = (seconds: number): string =>
  new Date(START + seconds * 1000).toISOString();

const track = (participant: string, video = true) => ({
  ...{ participant, name: participant.toUpperCase() },
  audio: { file: `rec.tracks/${participant}.opus`, size: 1 },
  ...(video && {
    video: { file: `rec.tracks/${participant}.mp4`, size: 1, start: 2.5 },
  }),
});

const person = (id: string, from = 0, to = 60) => ({
  ...{ id, name: id.toUpperCase() },
  ...{ joinedAt: at(from), leftAt: at(to) },
});

const ENTRY: RecordingEntry = {
  ...{ id: "rec", room: "lobby", title: "Weekly", state: "stopped" },
  ...{ format: "mp4", startedAt: at(0), endedAt: at(60) },
  ...{ duration: 60, size: 1000 },
  participants: [
    person("ann"),
    person("ben", 5, 30),
    { ...person("cy"), unrecorded: true },
    person("dan"),
  ],
  tracks: [track("ann"), track("ben"), track("dan", false)],
};

type Told = Timeline["events"][number];
const told = (time: number, event: object): Told =>
  ({ time, at: at(time), ...event }) as Told;
const who = (participant: string) => ({
  ...{ participant, name: participant.toUpperCase() },
});

const TIMELINE: Timeline = {
  events: [
    told(0, { type: "joined", ...who("ann") }),
    told(0, { type: "state", ...who("ann"), state: "camera", on: true }),
    told(0, { type: "joined", ...who("cy") }),
    told(1, { type: "layout", view: "main", layout: "speaker" }),
    told(5, { type: "joined", ...who("ben") }),
    told(6, { type: "talking", talkers: ["ben", "cy"] }),
    told(8, { type: "state", ...who("ann"), state: "held", on: true }),
    told(9, { type: "state", ...who("ann"), state: "held", on: false }),
    told(20, { type: "chat", ...who("ben"), text: "Hello" }),
    told(30, { type: "left", ...who("ben") }),
    told(31, { type: "talking", talkers: [] }),
  ],
  chapters: [],
  turns: [],
};

const plan = (
  request: RenderRequest,
  entry = ENTRY,
  timeline: Timeline | undefined = TIMELINE,
) =>
  planRender({ directory: "/r", entry, timeline, request, output: "/r/o.mp4" });

test("a part in another format is cut out of the mix", (t) => {
  t.deepEqual(plan({ from: 10, to: 20, format: "m4a" }), {
    plan: {
      ...{ output: "/r/o.mp4", format: "m4a", from: 10, duration: 10 },
      source: { kind: "mix", path: "/r/rec.mp4", format: "mp4", whole: false },
    },
    people: ["ann", "ben", "dan"],
  });
  t.like(plan({}).plan, { from: 0, duration: 60, source: { whole: true } });
  t.like(plan({ to: 60.01 }).plan, { duration: 60, source: { whole: true } });
});

test("another layout is made of the tracks, with whoever was recorded", (t) => {
  const { plan: made, people } = plan({
    layout: "speaker",
    canvas: "portrait",
  });
  t.deepEqual(people, ["ann", "ben", "dan"]);
  t.like(made, {
    source: {
      kind: "tracks",
      voices: ["ann", "ben", "dan"].map((id) => `/r/rec.tracks/${id}.opus`),
      picture: {
        settings: { width: 720, height: 1280, fps: 30, layout: "speaker" },
        videos: ["ann", "ben"].map((participant) => ({
          ...{ participant, start: 2.5 },
          path: `/r/rec.tracks/${participant}.mp4`,
        })),
      },
    },
  });
});

test("one person alone is pinned and fills the canvas; without somebody nothing of them is there", (t) => {
  t.like(plan({ only: "ben" }), {
    people: ["ben"],
    plan: {
      source: {
        voices: ["/r/rec.tracks/ben.opus"],
        picture: { settings: { layout: "solo", pinned: "ben" } },
      },
    },
  });
  const { source } = plan({ without: ["ben"] }).plan;
  t.false(JSON.stringify(source).includes("ben"));
});

test("sound alone has no picture, and needs no canvas", (t) => {
  const { source } = plan({ without: ["ben"], format: "flac" }).plan;
  t.is(source.kind === "tracks" && source.picture, undefined);
});

test("a recording of sound alone becomes a film of its tracks", (t) => {
  const { source } = plan({ format: "webm" }, { ...ENTRY, format: "m4a" }).plan;
  t.like(source, { kind: "tracks", picture: { settings: { layout: "grid" } } });
});

const NO_TRACKS: RecordingEntry = { ...ENTRY, tracks: undefined };

for (const [name, request, entry, code, says] of [
  ["from the end", { from: 60 }, ENTRY, "bad-request", /^from: .*60\.00 s/],
  ["to after it", { to: 61 }, ENTRY, "bad-request", /^to: .*60\.00 s/],
  ["only nobody", { only: "eve" }, ENTRY, "bad-request", /^only: "eve"/],
  ["without x", { without: ["ann", "x"] }, ENTRY, "bad-request", /^without\.1/],
  [
    "without all",
    { without: ["ann", "ben", "dan"] },
    ENTRY,
    "bad-request",
    /nobody is left/,
  ],
  [
    "one who was not to be recorded",
    { only: "cy" },
    ENTRY,
    "bad-request",
    /^only: "cy"/,
  ],
  [
    "a canvas of sound",
    { canvas: "square", format: "wav" },
    ENTRY,
    "bad-request",
    /^canvas: .*sound alone/,
  ],
  ["layout", { layout: "grid" }, NO_TRACKS, "conflict", /^layout: .*tracks/],
  [
    "without",
    { without: ["ann"] },
    NO_TRACKS,
    "conflict",
    /^without: .*tracks/,
  ],
  [
    "a picture",
    { format: "mp4" },
    { ...NO_TRACKS, format: "wav" },
    "conflict",
    /^format: .*tracks/,
  ],
  ["running", {}, { ...ENTRY, state: "paused" }, "conflict", /still being/],
  ["no length", {}, { ...ENTRY, duration: 0 }, "conflict", /how long/],
] as const)
  test(`refused with a reason: ${name}`, (t) => {
    const error = t.throws(
      () => plan(request as RenderRequest, entry as RecordingEntry),
      { instanceOf: ConferenceError },
    );
    t.is(error.code, code);
    t.regex(error.message, says);
  });

for (const [field, request] of [
  ["without", { only: "ann", without: ["ben"] }],
  ["without", { without: [] }],
  ["to", { from: 5, to: 5 }],
  ["from", { from: -1 }],
  ["from", { from: Number.NaN }],
  ["format", { format: "avi" }],
  ["layout", { layout: "mosaic" }],
  ["canvas", { canvas: { width: 1281, height: 720, fps: 30 } }],
  ["only", { only: "../etc" }],
  ["title", { title: " " }],
] as const)
  test(`${field} that is wrong is named: ${JSON.stringify(request)}`, (t) => {
    const { success, error } = renderRequest.safeParse(request);
    t.false(success);
    t.is(error?.issues[0]?.path[0], field);
  });

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
