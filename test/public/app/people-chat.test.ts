import test from "ava";
import {
  badgeOf,
  chatKey,
  follows,
  unreadOf,
} from "../../../public/app/chat-text.js";
import { createLatest } from "../../../public/app/latest.js";
import { levelShare } from "../../../public/app/meter.js";
import { clockOf, spokeOf } from "../../../public/app/people-text.js";
import { createSpeakingTimes } from "../../../public/app/speaking-time.js";
import { statusText } from "../../../public/app/status.js";
import type {
  ChatMessage,
  ParticipantInfo,
} from "../../../public/sdk/index.js";

const line = (from: string, at: string, text = "hi"): ChatMessage => ({
  from,
  name: from,
  text,
  at: `2026-11-23T12:${at}.000Z`,
});

test("unread is what others wrote since one looked last", (t) => {
  const chat = [
    line("bob", "00:01"),
    line("ann", "00:02"),
    line("bob", "00:03"),
    line("cy", "00:04"),
  ];
  t.is(unreadOf(chat, "", "ann"), 3);
  t.is(unreadOf(chat, chat[0]!.at, "ann"), 2);
  t.is(unreadOf(chat, chat[3]!.at, "ann"), 0);
  t.deepEqual([0, 1, 9, 10, 100].map(badgeOf), ["", "1", "9", "9+", "9+"]);
});

test("lines of one person go together for two minutes, and under one name", (t) => {
  const first = line("bob", "00:00");
  t.true(follows(line("bob", "01:59"), first));
  t.false(follows(line("bob", "02:00"), first));
  t.false(follows(line("ann", "00:01"), first));
  t.false(follows({ ...line("bob", "00:01"), name: "Bobby" }, first));
  t.false(follows(first, undefined));
  t.is(chatKey(first), chatKey({ ...first }));
  t.not(chatKey(first), chatKey(line("bob", "00:00", "ho")));
});

test("speaking time is minutes and seconds, and nothing for a cough", (t) => {
  t.deepEqual([0, 59.9, 60, 125, 3600, 3725].map(clockOf), [
    "0:00",
    "0:59",
    "1:00",
    "2:05",
    "1:00:00",
    "1:02:05",
  ]);
  t.deepEqual([0.9, 1].map(spokeOf), ["", "0:01"]);
});

test("who talks now has talked for as long as the server told, and since", (t) => {
  const times = createSpeakingTimes();
  const ann = { id: "ann", spoke: 4, talking: true } as ParticipantInfo;
  times.update([ann], 1000);
  times.update([ann], 2000);
  t.is(times.of(ann, 3500), 6.5);
  const silent = { ...ann, spoke: 6.6, talking: false };
  times.update([silent], 3600);
  t.is(times.of(silent, 9000), 6.6);
  times.update([], 9000);
  t.is(times.of({ ...ann, id: "bob" }, 9000), 4);
});

test("a small meter is empty for silence and full for a voice near the microphone", (t) => {
  t.deepEqual(
    [undefined, -127, -54, -34, -14, 0].map(levelShare),
    [0, 0, 0, 0.5, 1, 1],
  );
});

test("of many values the first is sent, and when it is answered the newest", async (t) => {
  const sent: number[] = [];
  const answers: (() => void)[] = [];
  const put = createLatest((value: number) => {
    sent.push(value);
    return new Promise<void>((resolve) => answers.push(resolve));
  });
  const answer = async (): Promise<void> => {
    answers.shift()?.();
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
  };
  for (const value of [1, 2, 3]) put(value);
  t.deepEqual(sent, [1]);
  await answer();
  t.deepEqual(sent, [1, 3]);
  await answer();
  put(4);
  t.deepEqual(sent, [1, 3, 4]);
});

test("a server that is full says so while one waits for a place", (t) => {
  const idle = { publish: "idle", subscribe: "idle", share: "idle" } as const;
  const { level, text } = statusText({ link: "full", ...idle });
  t.is(level, "bad");
  t.regex(text, /full.*room/);
});
