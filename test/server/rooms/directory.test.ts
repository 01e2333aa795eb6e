import test from "ava";
import { enterRoom } from "../../../server/rooms/directory.js";
import { newRecordingId } from "../../../server/rooms/ids.js";
import { mixerState, seatIn, startRooms } from "../../helpers/rooms.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const GUEST = {
  name: "Ann",
  muted: false,
  camera: false,
  role: "participant",
  kind: "socket",
  listener: () => {},
} as const;

test("two who open a room at once get the same one", async (t) => {
  const { directory } = await startRooms(t);
  const [a, b] = await Promise.all([
    directory.open("red"),
    directory.open("red"),
  ]);
  t.is(a, b);
  t.deepEqual(directory.list(), [a]);
  t.is(directory.find("red"), a);
  t.is(directory.find("blue"), undefined);
  t.like(a.options, { title: "red", maxParticipants: 3, record: false });
});

test("a room that came with a join goes when everybody has gone", async (t) => {
  const { directory } = await startRooms(t, { timings: { idleMs: 10 } });
  const { room, seat } = await enterRoom(directory, "red", GUEST);
  await room.leave(seat.participant, "left");
  while (directory.find("red") !== undefined)
    await new Promise((resolve) => setTimeout(resolve, 1));
  const next = await directory.open("red");
  t.not(next, room);
});

test("a room that is used again in time stays", async (t) => {
  const { directory } = await startRooms(t, { timings: { idleMs: 30 } });
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  await room.leave(ann.participant, "left");
  const bob = await seatIn(room, "Bob");
  await new Promise((resolve) => setTimeout(resolve, 60));
  t.is(directory.find("red"), room);
  t.is(await bob.command("hello"), "answer to hello");
});

test("a room that was made to stay stays, costs the mixer nothing while it is empty, and works again after", async (t) => {
  const { directory, supervisor } = await startRooms(t, {
    timings: { idleMs: 5 },
  });
  const room = await directory.open("red", { title: "Red" });
  const ann = await seatIn(room, "Ann");
  await ann.command("hello");
  await room.leave(ann.participant, "left");
  const mixer = supervisor.pick();
  const opened = () =>
    mixer.request("room.open", { room: "red", main: MAIN_VIEW }).then(
      () => true,
      () => false,
    );
  while (!(await opened()));
  await mixer.request("room.close", { room: "red" });
  t.is(directory.find("red"), room);
  const bob = await seatIn(room, "Bob");
  t.deepEqual(Object.keys((await mixerState(room, bob)).participants), [
    bob.participant,
  ]);
});

test("viewers keep a room open", async (t) => {
  const { directory } = await startRooms(t, { timings: { idleMs: 5 } });
  const room = await directory.open("red");
  await room.subscribe({ view: "main", rendition: "auto", sdp: "offer" });
  await new Promise((resolve) => setTimeout(resolve, 30));
  t.is(directory.find("red"), room);
});

test("who comes while a room is being closed gets the next room of that name", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  await ann.command("hello");
  const closing = room.close("room-closed");
  t.is(directory.find("red"), undefined);
  const { room: next, seat } = await enterRoom(directory, "red", GUEST);
  await closing;
  t.not(next, room);
  t.is(await next.publish(seat.participant, "hello"), "answer to hello");
});

test("a join that meets a close ends up in a room that is open", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const entering = enterRoom(directory, "red", GUEST);
  await room.close("room-closed");
  const entered = await entering;
  t.is(directory.find("red"), entered.room);
});

test("draining finishes recordings, tells everybody, and lets nobody in", async (t) => {
  const { directory, journal } = await startRooms(t);
  const room = await directory.open("red", {});
  const ann = await seatIn(room, "Ann");
  await room.startRecording({ format: "mp4", rendition: "high" });
  await Promise.all([directory.drain(), directory.drain()]);
  t.is((await ann.until("closed")).reason, "shutdown");
  t.true(journal.entries.some(({ what }) => what === "finished"));
  t.deepEqual(directory.list(), []);
  await t.throwsAsync(directory.open("blue"), { code: "shutting-down" });
  await t.throwsAsync(enterRoom(directory, "red", GUEST), {
    code: "shutting-down",
  });
});

test("a recording's id fits wherever ids go, however long the room's is", (t) => {
  const at = new Date("2026-11-23T07:15:00.123Z");
  t.regex(newRecordingId("red", at), /^red-20261123-071500-[0-9a-f]{4}$/);
  t.regex(newRecordingId("r".repeat(64), at), /^[A-Za-z0-9_-]{64}$/);
});
