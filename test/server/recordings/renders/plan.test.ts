import test from "ava";
import { ConferenceError } from "../../../../server/errors.js";
import type { RecordingEntry } from "../../../../server/recordings/entry.js";
import { planRender } from "../../../../server/recordings/renders/plan.js";
import {
  renderRequest,
  type RenderRequest,
} from "../../../../server/recordings/renders/request.js";
import type { Timeline } from "../../../../server/recordings/timeline/keeper.js";
import { ENTRY, TIMELINE } from "../../../helpers/renders.js";

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

test("a screen that was shared is there beside its participant's camera, and takes the picture over", (t) => {
  const share = { file: "rec.tracks/ann.share.mp4", size: 1, start: 7 };
  const tracks = ENTRY.tracks!.map((one) =>
    one.participant === "ann" ? { ...one, share } : one,
  );
  const { source } = plan({ layout: "grid" }, { ...ENTRY, tracks }).plan;
  t.like(source, {
    picture: {
      settings: { autoShare: true },
      videos: [
        { participant: "ann", source: "camera", start: 2.5 },
        {
          ...{ participant: "ann", source: "share", start: 7 },
          path: "/r/rec.tracks/ann.share.mp4",
        },
        { participant: "ben", source: "camera" },
      ],
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

test("what was played to everybody is heard, but not with one alone, nor where it is not wanted", (t) => {
  const file = "rec.tracks/played.opus";
  const played = {
    ...{ participant: "played", name: "Sounds of the room" },
    audio: { file, size: 1 },
  };
  const entry = { ...ENTRY, tracks: [...ENTRY.tracks!, played] };
  const hears = (request: RenderRequest): boolean => {
    const { source } = plan(request, entry).plan;
    return source.kind === "tracks" && source.voices.includes(`/r/${file}`);
  };
  t.true(hears({ layout: "grid" }));
  t.true(hears({ without: ["ben"] }));
  t.false(hears({ without: ["played"] }));
  t.false(hears({ only: "ben" }));
  t.throws(() => plan({ only: "played" }, entry), { message: /^only: / });
  const { people } = plan({ layout: "grid" }, entry);
  t.deepEqual(people, ["ann", "ben", "dan"]);
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
