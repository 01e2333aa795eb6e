import test from "ava";
import {
  isRunning,
  liveLink,
  liveState,
} from "../../../public/app/dialogs/broadcast-text.js";
import {
  mayBe,
  parseSource,
  playedName,
  playedState,
  sourceChoices,
} from "../../../public/app/dialogs/play-text.js";
import {
  durationChoices,
  durationText,
  loudestChoices,
  numberOf,
} from "../../../public/app/dialogs/room-text.js";
import { FORMATS, recordingSign } from "../../../public/app/record-text.js";
import { RECORDING_FORMATS } from "../../../mixer/contract.js";
import type {
  LiveInfo,
  PlayedInfo,
  RecordingInfo,
} from "../../../public/sdk/index.js";

const played = (change: Partial<PlayedInfo> = {}): PlayedInfo => ({
  id: "p",
  kind: "sound",
  file: "gong.mp3",
  state: "playing",
  position: 58,
  duration: 62,
  loop: false,
  volume: 1,
  ...change,
});

test("what may be played is a choice that is read back, and may be a sound, a participant or both", (t) => {
  const has = {
    files: ["a:b.mp3"],
    uploads: [{ id: "u", name: "applause", duration: 61 }],
    recordings: [{ id: "r", startedAt: "2026-11-23T07:15:00.000Z" }],
    feedHosts: ["*.example.org"],
    pushes: false,
    encoders: true,
  };
  const values = sourceChoices(has).map(({ value }) => value);
  t.deepEqual(values.map(parseSource), [
    { kind: "file", name: "a:b.mp3" },
    { kind: "upload", name: "u" },
    { kind: "recording", name: "r" },
    { kind: "url" },
    { kind: "push" },
  ]);
  t.deepEqual(
    values.map((value) => mayBe(parseSource(value))),
    [
      { sound: true, feed: true },
      { sound: true, feed: false },
      { sound: false, feed: true },
      { sound: false, feed: true },
      { sound: false, feed: true },
    ],
  );
  t.is(sourceChoices({ ...has, feedHosts: [], encoders: false }).length, 3);
  t.is(sourceChoices(has)[1]?.label, "applause (1:01)");
  t.deepEqual(mayBe(parseSource("")), { sound: false, feed: false });
});

test("what plays goes on by itself, to its end or again from its beginning", (t) => {
  t.is(playedState(played(), 2.5), "1:00 of 1:02");
  t.is(playedState(played(), 10), "1:02 of 1:02");
  const loop = { loop: true, duration: 60 };
  t.is(playedState(played(loop), 5), "0:03 of 1:00 · again and again");
  const paused = played({ state: "paused", kind: "feed" });
  t.is(playedState(paused, 5), "0:58 of 1:02 · paused · as a participant");
  t.is(playedState(played({ duration: undefined }), 1), "0:59");
  t.regex(playedState(played(), 0, "Ann"), /for Ann alone$/);
  const failed = { state: "failed", reason: "Connection refused" } as const;
  t.is(playedState(played(failed), 5), "Connection refused");
  const push = played({
    ...{ kind: "feed", push: "rtmp", file: undefined, state: "waiting" },
    ...{ url: "rtmp://meet.example.org:1935/live", key: "k3y" },
  });
  t.is(
    playedState(push, 5),
    "Server: rtmp://meet.example.org:1935/live · key: k3y",
  );
  t.is(playedName(push, []), "Encoder");
  const uploads = [{ id: "u", name: "applause" }];
  t.is(playedName(played(), uploads), "gong.mp3");
  const upload = played({ file: undefined, upload: "u" });
  t.is(playedName(upload, uploads), "applause");
  t.is(playedName(upload, []), "Sound");
});

test("a broadcast says how it is, and why when it is not well", (t) => {
  const live = (change: Partial<LiveInfo>): LiveInfo => ({
    id: "l",
    kind: "push",
    state: "live",
    startedAt: "2026-11-23T07:16:00.000Z",
    ...change,
  });
  t.regex(liveState(live({})), /^Live since \d/);
  const why = { state: "retrying", reason: "gone" } as const;
  t.regex(liveState(live(why)), /tried again: gone$/);
  t.true(isRunning(live({ state: "failed" })), "it can be put away");
  t.false(isRunning(live({ state: "stopped" })));
  t.is(liveLink("https://a.org", "daily"), "https://a.org/live/daily");
});

test("limits and numbers of voices have what is set among them, whoever set it", (t) => {
  const values = (choices: { value: string }[]) =>
    choices.map(({ value }) => value);
  t.is(values(durationChoices(undefined))[0], "");
  t.false(values(durationChoices(undefined)).includes("100"));
  t.true(values(durationChoices(100)).includes("100"));
  t.is(durationChoices(3600).length, durationChoices(undefined).length);
  t.true(values(loudestChoices(7)).includes("7"));
  t.deepEqual([90, 1800, 7200, 9000].map(durationText), [
    "90 s",
    "30 minutes",
    "2 hours",
    "2.5 hours",
  ]);
  t.deepEqual(["", "60"].map(numberOf), [undefined, 60]);
});

test("every format can be chosen, and the sign says when it is the sound alone", (t) => {
  t.deepEqual(
    Object.fromEntries(FORMATS.map(({ format, picture }) => [format, picture])),
    Object.fromEntries(
      Object.entries(RECORDING_FORMATS).map(([format, { picture }]) => [
        format,
        picture,
      ]),
    ),
  );
  const one = (format: RecordingInfo["format"]): RecordingInfo => ({
    ...{ id: format, state: "recording", format },
    startedAt: "2026-11-23T07:15:00.000Z",
  });
  t.is(recordingSign([one("mp4")], false), "Recording");
  t.is(recordingSign([one("wav")], false), "Recording sound");
  t.is(recordingSign([one("wav"), one("webm")], false), "Recording");
  const mine = recordingSign([one("mp4")], false, false);
  t.is(mine, "Recording, without you");
  t.is(recordingSign([one("wav")], true), "Recording paused");
});
