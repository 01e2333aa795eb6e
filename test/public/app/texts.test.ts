import test from "ava";
import {
  deviceProblem,
  isCuredByPlugging,
} from "../../../public/app/device-problems.js";
import { endingText } from "../../../public/app/ending-text.js";
import {
  initialsOf,
  noteOf,
  voiceOf,
} from "../../../public/app/people-text.js";
import {
  recordingNews,
  viewRecordings,
} from "../../../public/app/recordings.js";
import { statusText } from "../../../public/app/status.js";
import {
  CallError,
  type CallStatus,
  type RecordingInfo,
} from "../../../public/sdk/index.js";
import { participantOf } from "../../helpers/people.js";

const NAMES = [
  "NotAllowedError",
  "NotFoundError",
  "NotReadableError",
  "OverconstrainedError",
  "SecurityError",
  "TypeError",
  "SomethingNewError",
];

for (const device of ["microphone", "camera"] as const)
  test(`every refusal of the ${device} has a sentence of its own that names it and says what to do`, (t) => {
    const sentences = NAMES.map((name) => deviceProblem(device, name));
    t.is(new Set(sentences).size, NAMES.length);
    for (const sentence of sentences) {
      t.true(sentence.includes(device), sentence);
      t.regex(sentence, /\. .+\.$|; .+\.$/, sentence);
    }
  });

test("only a missing device is cured by plugging one in", (t) => {
  t.true(isCuredByPlugging("NotFoundError"));
  t.false(isCuredByPlugging("NotAllowedError"));
});

const fine: CallStatus = {
  link: "joined",
  publish: "connected",
  subscribe: "connected",
  share: "idle",
};

for (const [change, level, text] of [
  [{}, "good", /^Connected$/],
  [{ publish: "idle" }, "good", /^Connected$/],
  [{ link: "connecting" }, "busy", /Connecting/],
  [{ link: "lost" }, "busy", /Reconnecting/],
  [{ subscribe: "lost" }, "busy", /Restoring/],
  [{ publish: "lost" }, "busy", /Restoring/],
  [{ subscribe: "connecting" }, "busy", /Connecting/],
  [{ subscribe: "refused" }, "bad", /No picture/],
  [{ publish: "refused" }, "bad", /does not take/],
  [{ link: "closed" }, "bad", /ended/],
] as const satisfies readonly [Partial<CallStatus>, string, RegExp][])
  test(`status ${JSON.stringify(change)} is ${level}`, (t) => {
    const status = statusText({ ...fine, ...change });
    t.is(status.level, level);
    t.regex(status.text, text);
  });

for (const [name, initials] of [
  ["Ann", "A"],
  ["ann marie lee", "AL"],
  ["Nguyễn Thị Ánh", "NÁ"],
  ["🦊 Fox", "🦊F"],
  ["田中", "田"],
  ["  ", "?"],
] as const)
  test(`the sign of "${name}" is ${initials}`, (t) => {
    t.is(initialsOf(name), initials);
  });

const ann = participantOf("ann", {
  name: "Ann",
  role: "moderator",
  talking: true,
  state: "away",
});

test("a person's note says who, what and whether there", (t) => {
  t.is(noteOf(ann, "ann"), "you · moderator · reconnecting…");
  t.is(noteOf({ ...ann, role: "participant", state: "present" }, "bob"), "");
  t.is(voiceOf(ann), "Talking");
  t.is(voiceOf({ ...ann, muted: true }), "Muted");
});

const recording = (change: Partial<RecordingInfo> = {}): RecordingInfo => ({
  id: "x",
  state: "recording",
  format: "mp4",
  startedAt: "2026-01-01T00:00:00Z",
  ...change,
});

test("whoever comes while it is recorded is told so, and of no older recording", (t) => {
  const past = recording({ id: "old", state: "stopped" });
  t.is(recordingNews(undefined, [past, recording()]).length, 1);
  t.deepEqual(viewRecordings([past, recording()]), {
    message: false,
    running: true,
    paused: false,
    finishing: false,
  });
});

test("each change of a recording is told once, with its reason", (t) => {
  const failed = recording({ state: "failed", reason: "The disk is full." });
  t.deepEqual(recordingNews([recording()], [recording()]), []);
  t.regex(recordingNews([recording()], [failed]).join(), /disk is full/);
  t.deepEqual(recordingNews([failed], [failed]), []);
  t.deepEqual(viewRecordings([failed]), {
    message: false,
    running: false,
    paused: false,
    finishing: false,
  });
});

test("whoever leaves a message is told how, and that it was kept", (t) => {
  const message = { ...recording(), kind: "voicemail" as const };
  t.true(viewRecordings([message]).message);
  t.regex(recordingNews([], [message]).join(), /Leave a message/);
  const kept = { ...message, state: "stopped" as const };
  t.regex(recordingNews([message], [kept]).join(), /has been kept/);
  t.false(viewRecordings([kept]).message);
});

test("a pause is told and shown, unless another recording runs", (t) => {
  const paused = recording({ state: "paused" });
  t.regex(recordingNews([recording()], [paused]).join(), /paused/);
  t.regex(recordingNews(undefined, [paused]).join(), /paused/);
  t.regex(recordingNews([paused], [recording()]).join(), /goes on/);
  t.like(viewRecordings([paused]), { running: true, paused: true });
  const other = recording({ id: "y" });
  t.like(viewRecordings([paused, other]), { running: true, paused: false });
});

test("what a recording has survived is told once, not again with its next state", (t) => {
  const reason = "The mixer was restarted";
  const before = recording({ reason });
  const news = recordingNews(
    [before],
    [recording({ reason, state: "stopped" })],
  );
  t.deepEqual(news, ["The recording has ended."]);
});

test("the end says why, in the server's words where it refused", (t) => {
  t.regex(endingText({ reason: "removed" }).text, /moderator/);
  const full = new CallError("room-full", "The room is full.");
  t.is(
    endingText({ reason: "refused", error: full }).text,
    "The room is full.",
  );
  const pin = new CallError("wrong-pin", "Wrong.");
  t.regex(endingText({ reason: "refused", error: pin }).title, /PIN/);
});
