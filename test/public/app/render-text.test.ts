import test from "ava";
import {
  formatsFor,
  hintOf,
  jobText,
  parseTime,
  requestOf,
  type Choice,
} from "../../../public/app/library/render-text.js";

for (const [text, seconds] of [
  ["0", 0],
  ["1:30", 90],
  [" 1:02:03 ", 3723],
  ["123.5", 123.5],
  ["1:00,25", 60.25],
  ["", undefined],
  ["-1", undefined],
  ["1:2:3:4", undefined],
  ["a minute", undefined],
  ["1:", undefined],
] as const)
  test(`"${text}" is ${seconds} s`, (t) => {
    t.is(parseTime(text), seconds);
  });

const choice = (change: Partial<Choice> = {}): Choice => ({
  ...{ format: "mp4", layout: "", canvas: "", from: "", to: "" },
  ...{ people: ["a", "b", "c"], everybody: ["a", "b", "c"] },
  ...change,
});

for (const [what, change, wanted] of [
  ["nothing chosen is the whole as it was", {}, {}],
  ["one who stays is one alone", { people: ["b"] }, { only: "b" }],
  ["who does not stay is left out", { people: ["a", "c"] }, { without: ["b"] }],
  [
    "a picture has layout and shape",
    { layout: "speaker", canvas: "portrait" },
    { layout: "speaker", canvas: "portrait" },
  ],
  [
    "sound alone has neither",
    { format: "flac", layout: "speaker", canvas: "portrait" },
    { format: "flac" },
  ],
  ["times are seconds", { from: "0:05", to: "1:00" }, { from: 5, to: 60 }],
] as const)
  test(what, (t) => {
    t.deepEqual(requestOf(choice(change)), { format: "mp4", ...wanted });
  });

for (const [what, change, message] of [
  ["no time", { from: "soon" }, /^From: /],
  ["an end before the beginning", { from: "9", to: "8" }, /before it begins/],
  ["nobody", { people: [] }, /Somebody has to stay/],
] as const)
  test(`${what} is refused in words`, (t) => {
    t.throws(() => requestOf(choice(change)), { message });
  });

for (const [hint, change] of [
  ["", {}],
  ["", { people: ["a"], format: "flac" }],
  [
    "The picture is composed anew, with one alone, in landscape.",
    { people: ["a"] },
  ],
  ["The picture is composed anew, as a grid.", { canvas: "square" }],
  [
    "The picture is composed anew.",
    { layout: "pip", canvas: "square", people: [] },
  ],
] as const)
  test(`the form says "${hint}" of ${JSON.stringify(change)}`, (t) => {
    t.is(hintOf(choice(change)), hint);
  });

test("sound becomes a picture only where people's own is kept", (t) => {
  const has = (format: string, tracks: object[]) =>
    formatsFor({ format }, tracks as never).some((one) => one.picture);
  t.true(has("mp4", []));
  t.false(has("m4a", []));
  t.true(has("m4a", [{}]));
});

test("why one could not be made is said", (t) => {
  const job = { id: "j", recording: "r", progress: 0, createdAt: "" };
  t.is(
    jobText({ ...job, state: "failed", error: "No room" }),
    "Could not be made: No room",
  );
  t.is(jobText({ ...job, state: "running" }), "Is being made");
});
