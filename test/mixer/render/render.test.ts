/** Renders of real tracks by real ffmpeg: what is heard and seen in the file. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type {
  RecordingFormat,
  RenderEvent,
  RenderPlan,
  ViewSettings,
} from "../../../mixer/contract.js";
import { startRender } from "../../../mixer/render/render.js";
import type { RecordingEntry } from "../../../server/recordings/entry.js";
import { createScope } from "../../helpers/http.js";
import { makeFolder } from "../../helpers/folder.js";
import { averageRgb, type Area } from "../../helpers/picture.js";
import { decodeErrors, probeFile, sound } from "../../helpers/probe.js";
import { pictureAt } from "../../helpers/recorded.js";
import { goertzel } from "../../helpers/tone.js";
import { ANN, BEN, CY, makeRecording } from "../../helpers/tracks.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const SECONDS = 4;
const scope = createScope();
let folder: string;
let entry: RecordingEntry;
test.before(async () => {
  folder = await makeFolder(scope.t);
  const late = { ...BEN, start: 1 };
  entry = await makeRecording(folder, "rec", [ANN, late, CY], SECONDS);
});
test.after.always(() => scope.end());

type Wanted = {
  format?: RecordingFormat;
  people?: string[];
  settings?: Partial<ViewSettings>;
  from?: number;
  duration?: number;
  events?: RenderEvent[];
};

const there = (people: readonly string[]): RenderEvent[] =>
  people.flatMap((participant): RenderEvent[] => [
    { at: 0, type: "joined", participant, name: participant },
    { at: 0, type: "camera", participant, on: true },
  ]);

/** Where its size is not the matter, a small one takes less of the processor. */
const CANVAS: ViewSettings = { ...MAIN_VIEW, width: 640, height: 360 };

let count = 0;
const planOf = (wanted: Wanted): RenderPlan => {
  const { format = "mp4", people = ["ann", "ben", "cy"], from = 0 } = wanted;
  const { duration = SECONDS - from, events = there(people) } = wanted;
  const tracks = entry.tracks!.filter((it) => people.includes(it.participant));
  const path = (file: string) => join(folder, file);
  const picture = {
    settings: { ...CANVAS, labels: "off" as const, ...wanted.settings },
    events,
    videos: tracks.flatMap(({ participant, video }) =>
      video
        ? [{ participant, path: path(video.file), start: video.start }]
        : [],
    ),
  };
  const withPicture = format === "mp4" || format === "webm";
  return {
    ...{ output: path(`out-${++count}.${format}`), format, from, duration },
    source: {
      kind: "tracks",
      voices: tracks.map(({ audio }) => path(audio!.file)),
      picture: withPicture ? picture : undefined,
    },
  };
};

const render = async (t: ExecutionContext, plan: RenderPlan) => {
  const progress: number[] = [];
  const { done } = startRender({ plan, onProgress: (at) => progress.push(at) });
  const result = await done;
  t.is(await decodeErrors(plan.output), "");
  return { result, progress, file: plan.output };
};

/** Levels of everybody's tone in a second of the file. */
const tones = async (file: string, from = 1) => {
  const samples = await sound(file);
  const part = samples.subarray(from * 48_000, (from + 1) * 48_000);
  return [ANN, BEN, CY].map(({ tone }) => goertzel(part, 48_000, tone));
};

const colourAt = async (
  file: string,
  seconds: number,
  area: Area,
): Promise<string> => {
  const rgb = averageRgb(await pictureAt(file, seconds), CANVAS.width, area);
  const [red, green, blue] = rgb.map((value) => value > 128);
  if (red && !green && !blue) return "red";
  return green && !red && !blue ? "green" : "other";
};

/** In a grid of two beside each other, or the upper row of four. */
const LEFT = { x: 130, y: 80, width: 50, height: 30 };
const RIGHT = { x: 460, y: 80, width: 50, height: 30 };

test("all are heard as loud as they are, and seen in their places from their time on", async (t) => {
  const { file, result, progress } = await render(t, planOf({}));
  for (const level of await tones(file)) t.true(Math.abs(level + 20) < 1);
  t.is(await colourAt(file, 0.5, LEFT), "red");
  t.is(await colourAt(file, 0.5, RIGHT), "other", "begins a second later");
  t.is(await colourAt(file, 1.5, RIGHT), "green");
  const facts = await probeFile(file);
  t.like(facts.video, { codec: "h264", width: 640, height: 360, start: 0 });
  t.like(facts.audio, { codec: "aac", start: 0 });
  t.true(Math.abs(result.duration - SECONDS) < 0.034);
  t.deepEqual(
    progress,
    [...progress].sort((a, b) => a - b),
  );
  t.true(progress.length > 10 && progress.at(-1)! < 1);
});

test("without somebody neither their tone nor their colour is in the file", async (t) => {
  const { file } = await render(t, planOf({ people: ["ann", "cy"] }));
  const [ann, ben, cy] = await tones(file);
  t.true(ann! > -21 && cy! > -21);
  t.true(ben! < -60, `${ben} dB`);
  for (const at of [0.5, 1.5, 3.5])
    for (const area of [LEFT, RIGHT])
      t.not(await colourAt(file, at, area), "green");
});

test("one person alone fills the canvas and is alone heard", async (t) => {
  const settings = { layout: "solo", pinned: "ann" } as const;
  const { file } = await render(t, planOf({ people: ["ann"], settings }));
  const [ann, ben, cy] = await tones(file);
  t.true(ann! > -21 && ben! < -60 && cy! < -60);
  const corners = [
    { x: 15, y: 15, width: 10, height: 10 },
    { x: 610, y: 335, width: 10, height: 10 },
  ];
  for (const corner of corners) t.is(await colourAt(file, 2, corner), "red");
});

test("a part lasts as long as it was asked for, to a frame, and what is in it is where it was", async (t) => {
  const plan = planOf({ from: 0.75, duration: 1.5 });
  const { file, result } = await render(t, plan);
  t.true(Math.abs(result.duration - 1.5) < 0.034, `${result.duration}`);
  const { length } = await sound(file);
  t.true(length >= 72_000 && length < 73_024, "the last AAC frame is whole");
  // Ben's picture begins at 1 s, which is 0.25 s of the part.
  t.is(await colourAt(file, 0.1, LEFT), "red", "cameras are on at once");
  t.is(await colourAt(file, 0.15, RIGHT), "other");
  t.is(await colourAt(file, 0.4, RIGHT), "green");
});

test("a wide one, a portrait, and a square of another rate", async (t) => {
  for (const [width, height, fps] of [
    [1280, 720, 30],
    [720, 1280, 30],
    [480, 480, 15],
  ] as const) {
    const settings = { width, height, fps };
    const { file } = await render(t, planOf({ settings, duration: 1 }));
    t.like((await probeFile(file)).video, { width, height });
  }
});

test("the large one follows the talker of the timeline", async (t) => {
  const events: RenderEvent[] = [
    ...there(["ann", "ben"]),
    { at: 1, type: "talking", talkers: ["ann"] },
    { at: 2, type: "talking", talkers: ["ben"] },
  ];
  const settings = { layout: "speaker" } as const;
  const people = ["ann", "ben"];
  const { file } = await render(t, planOf({ people, settings, events }));
  const middle = { x: 250, y: 125, width: 20, height: 20 };
  t.is(await colourAt(file, 1.9, middle), "red");
  t.is(await colourAt(file, 3.9, middle), "green");
});

test("who leaves is gone, and whose camera is off is an avatar", async (t) => {
  const events: RenderEvent[] = [
    ...there(["ann", "ben"]),
    { at: 1.5, type: "camera", participant: "ann", on: false },
    { at: 2.5, type: "left", participant: "ann" },
  ];
  const people = ["ann", "ben"];
  const { file } = await render(t, planOf({ people, events }));
  const [left, right] = [LEFT, RIGHT].map((area) => ({ ...area, y: 165 }));
  t.is(await colourAt(file, 1.4, left!), "red");
  t.is(await colourAt(file, 2.3, left!), "other");
  t.is(await colourAt(file, 2.3, right!), "green");
  t.is(await colourAt(file, 3.5, left!), "green", "alone");
});

for (const [format, codec] of [
  ["webm", "opus"],
  ["m4a", "aac"],
  ["opus", "opus"],
  ["wav", "pcm_s16le"],
  ["flac", "flac"],
] as const)
  test(`${format}: everybody is in it, for as long as it was asked for`, async (t) => {
    const plan = planOf({ format, from: 0.5, duration: 2 });
    const { file, result } = await render(t, plan);
    for (const level of await tones(file, 0.5))
      t.true(Math.abs(level + 20) < 1, `${level} dB`);
    t.true(Math.abs(result.duration - 2) < 0.034, `${result.duration}`);
    const { audio, video } = await probeFile(file);
    t.is(audio?.codec, codec);
    t.is(video?.codec, format === "webm" ? "vp8" : undefined);
  });

test("the sound is where the tracks have it, to the sample", async (t) => {
  const whole = await render(t, planOf({ format: "wav", people: ["ann"] }));
  const part = planOf({ format: "wav", people: ["ann"], from: 1.2345 });
  const cut = await render(t, part);
  const [all, some] = [await sound(whole.file), await sound(cut.file)];
  const start = Math.round(1.2345 * 48_000);
  let largest = 0;
  for (let at = 4_800; at < 48_000; at++)
    largest = Math.max(largest, Math.abs(all[start + at]! - some[at]!));
  // A sample off would be 0.1 * 2 pi 440 / 48000 = 0.006.
  t.true(largest < 0.001, `${largest}`);
});

test("many loud ones together stay below full scale", async (t) => {
  const plan = planOf({ format: "wav", people: ["ann"] });
  if (plan.source.kind !== "tracks") return t.fail();
  // Twelve times the same tone of -20 dBFS is 1.6 dB more than fits.
  const [voice = ""] = plan.source.voices;
  plan.source.voices = Array.from({ length: 12 }, () => voice);
  const { file } = await render(t, plan);
  const highest = (await sound(file)).reduce(
    (most, value) => Math.max(most, Math.abs(value)),
    0,
  );
  t.true(highest > 0.8 && highest < 0.9, `${highest}`);
});

test("a cancelled one leaves no file and no process, and says so", async (t) => {
  const plan = planOf({});
  let tell = (): void => undefined;
  const begun = new Promise<void>((resolve) => (tell = resolve));
  const render = startRender({ plan, onProgress: () => tell() });
  await begun;
  await render.cancel();
  await render.cancel();
  await t.throwsAsync(render.done, { message: /cancelled/ });
  t.false((await readdir(folder)).some((name) => plan.output.endsWith(name)));
});

test("a track that is not there fails the render, with its name", async (t) => {
  const plan = planOf({ people: ["ann"] });
  if (plan.source.kind !== "tracks") return t.fail();
  plan.source.picture!.videos[0]!.path = join(folder, "nobody.mp4");
  const { done } = startRender({ plan, onProgress: () => undefined });
  await t.throwsAsync(done, { message: /nobody\.mp4/ });
  t.false((await readdir(folder)).some((name) => plan.output.endsWith(name)));
});

test("the mix is trimmed to a frame, and copied where it need not be encoded", async (t) => {
  const mix = { kind: "mix", path: join(folder, "rec.mp4"), format: "mp4" };
  const about = { output: join(folder, "mix.mp4"), format: "mp4" } as const;
  const part = { ...about, from: 1.1, duration: 1.7 };
  const source = { ...mix, whole: false } as RenderPlan["source"];
  const { result, progress } = await render(t, { ...part, source });
  t.true(Math.abs(result.duration - 1.7) < 0.034, `${result.duration}`);
  t.true(progress.length > 0);
  const all = { from: 0, duration: SECONDS, format: "m4a" } as const;
  const output = join(folder, "mix.m4a");
  const whole = { ...mix, whole: true } as RenderPlan["source"];
  const copied = await render(t, { ...all, output, source: whole });
  t.true(Math.abs(copied.result.duration - SECONDS) < 0.034);
  t.like((await probeFile(output)).audio, { codec: "aac" });
});
