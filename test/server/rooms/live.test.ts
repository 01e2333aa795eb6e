import test from "ava";
import type { LiveRequest } from "../../../server/rooms/live.js";
import {
  mixerState,
  mixerTells,
  seatIn,
  startRooms,
} from "../../helpers/rooms.js";

const KEY = "rtmp://live.example.org/app/SECRET";
const PUSH = {
  view: "main",
  output: { type: "push", url: KEY, rendition: "high" },
} as const;
const HLS: LiveRequest = {
  view: "main",
  output: { type: "hls", renditions: ["high"], lowLatency: true },
};
const counters = { bytes: 5, dropped: 0, reconnects: 1 };

test("everybody is told that it is live; moderators alone why not, and where to, without the key", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob", { role: "participant" });
  const { id, state } = await room.startLive(PUSH);
  t.is(state, "connecting");
  t.deepEqual((await mixerState(room, ann)).lives, { [id]: KEY });
  const reason = "Connection refused; tried again in 1 s";
  const status = { room: "red", live: id, state: "retrying", reason, counters };
  await mixerTells(ann, "live", status);
  const isRetrying = ({ live }: { live: { state: string } }) =>
    live.state === "retrying";
  const told = await ann.until("live", isRetrying);
  t.like(told.live, {
    kind: "push",
    reason,
    target: "rtmp://live.example.org/app/***",
  });
  const { live } = await bob.until("live", isRetrying);
  t.is(live.reason, undefined);
  t.is(live.target, undefined);
  t.notRegex(JSON.stringify([ann.heard, room.lives.all()]), /SECRET/);
  t.like(room.lives.all()[0], { state: "retrying", reason, counters });
  await room.lives.stop(id);
  await bob.until("live", ({ live: { state: now } }) => now === "stopped");
  t.deepEqual(room.lives.all(), []);
  t.deepEqual((await mixerState(room, ann)).lives, {});
  await t.throwsAsync(room.lives.stop(id), { message: /no live output/ });
});

test("live outputs are told to the next mixer when theirs dies, and end with the room", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const { id } = await room.startLive(PUSH);
  const { id: hls } = await room.startLive(HLS);
  await ann.command("crash").catch(() => undefined);
  const lives = (await mixerState(room, ann)).lives;
  t.deepEqual(lives, { [id]: KEY, [hls]: "hls" });
  t.truthy(room.lives.hls(hls));
  t.is(room.lives.hls(id), undefined);
  await room.close("room-closed");
  t.deepEqual(room.lives.all(), []);
  t.is(room.lives.hls(hls), undefined, "nothing is left, for nobody");
});

test("one that failed stays in the list with its reason, and neither needs the room nor is told to the next mixer", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const { id } = await room.startLive(PUSH);
  const reason = "ffmpeg cannot be run";
  const status = { room: "red", live: id, state: "failed", reason, counters };
  await mixerTells(ann, "live", status);
  await ann.until("live", ({ live }) => live.state === "failed");
  t.like(room.lives.all(), { 0: { state: "failed", reason } } as never);
  await ann.command("crash").catch(() => undefined);
  t.deepEqual((await mixerState(room, ann)).lives, {});
});

test("a view that is sent out cannot be removed, nor one sent out that is not there", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  await room.putView("hall", {});
  const { id } = await room.startLive({ ...HLS, view: "hall" });
  await t.throwsAsync(room.removeView("hall"), { message: /sent out live/ });
  await room.lives.stop(id);
  await t.notThrowsAsync(room.removeView("hall"));
  await t.throwsAsync(room.startLive({ ...HLS, view: "hall" }));
});
