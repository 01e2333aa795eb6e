import test from "ava";
import { mixerState, seatIn, startRooms } from "../../helpers/rooms.js";

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const RECORDING = { format: "mp4", rendition: "high" } as const;

test("who joins gets a seat of its own, and everybody else is told", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob", { muted: true, camera: true });
  t.regex(ann.participant, ID);
  t.regex(ann.token, /^[\w-]{32}$/);
  t.not(ann.token, bob.token);
  t.false(bob.resumed);
  const told = await ann.until("participant");
  t.deepEqual(told.participant, {
    id: bob.participant,
    name: "Bob",
    role: "moderator",
    muted: true,
    camera: true,
    sharing: false,
    deaf: false,
    held: false,
    music: false,
    denoise: false,
    pan: 0,
    spread: false,
    gain: 1,
    recorded: true,
    talking: false,
    spoke: 0,
    state: "present",
  });
  t.false(bob.heard.some(({ type }) => type === "participant"));
  t.is(room.authenticate(ann.token), ann.participant);
  t.is(room.authenticate("x"), undefined);
  t.deepEqual(Object.keys((await mixerState(room, ann)).participants), [
    ann.participant,
    bob.participant,
  ]);
});

test("a full room and a wrong PIN refuse, and change nothing", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red", { pin: "1234", maxParticipants: 1 });
  for (const pin of [undefined, "", "123", "12345", "1235"])
    await t.throwsAsync(seatIn(room, "Eve", { pin }), { code: "wrong-pin" });
  await seatIn(room, "Ann", { pin: "1234" });
  await t.throwsAsync(seatIn(room, "Bob", { pin: "1234" }), {
    code: "room-full",
  });
  t.deepEqual(
    room.info().map(({ name }) => name),
    ["Ann"],
  );
});

test("a dropped socket keeps its seat, and the token resumes it", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann", { muted: true });
  const bob = await seatIn(room, "Bob");
  room.detach(ann.participant, ann.listener);
  const away = await bob.until("participant");
  t.is(away.participant.state, "away");
  const again = await seatIn(room, "ignored", { resume: ann.token });
  t.true(again.resumed);
  t.is(again.participant, ann.participant);
  t.is(again.token, ann.token);
  await bob.until(
    "participant",
    ({ participant }) => participant.state === "present",
  );
  const [info] = room.info();
  t.like(info, { name: "Ann", muted: true, state: "present" });
});

test("a seat that is not resumed in time is given up, and its token with it", async (t) => {
  const { directory } = await startRooms(t, { timings: { seatMs: 20 } });
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  room.detach(ann.participant, ann.listener);
  const gone = await bob.until("gone");
  t.deepEqual(gone, {
    type: "gone",
    participant: ann.participant,
    reason: "unresponsive",
  });
  t.is(room.authenticate(ann.token), undefined);
  const late = await seatIn(room, "Ann", { resume: ann.token });
  t.false(late.resumed);
});

test("a second socket takes the seat over, and the first one's end does not harm it", async (t) => {
  const { directory } = await startRooms(t, { timings: { seatMs: 1 } });
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const again = await seatIn(room, "Ann", { resume: ann.token });
  t.deepEqual(await ann.until("closed"), {
    type: "closed",
    reason: "replaced",
  });
  room.detach(ann.participant, ann.listener);
  await again.command("hello");
  t.is(room.info()[0]?.state, "present");
});

test("a change reaches everybody and the mixer, and what changes nothing reaches nobody", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann", { camera: true });
  const bob = await seatIn(room, "Bob");
  await ann.command("hello");
  await room.update(ann.participant, { muted: false });
  await room.update(ann.participant, { name: undefined });
  t.false(bob.heard.some(({ type }) => type === "participant"));
  await room.update(ann.participant, { muted: true, cameraOff: true, gain: 2 });
  t.like((await bob.until("participant")).participant, {
    muted: true,
    camera: false,
  });
  t.like((await mixerState(room, ann)).participants[ann.participant], {
    muted: true,
    camera: false,
    gain: 2,
  });
  await room.update(ann.participant, { cameraOff: false });
  t.false(room.info()[0]?.camera, "only its owner turns a camera on");
  await t.throwsAsync(room.update("nobody", { muted: true }), {
    code: "no-such-participant",
  });
});

test("leaving takes everything of a participant away", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  const { subscription } = await room.subscribe({
    participant: ann.participant,
    view: "main",
    rendition: "auto",
    sdp: "offer",
    socket: true,
  });
  await room.leave(ann.participant, "removed");
  t.is((await ann.until("closed")).reason, "removed");
  t.is((await bob.until("gone")).reason, "removed");
  t.false(room.hasSubscription(subscription));
  t.deepEqual(Object.keys((await mixerState(room, bob)).participants), [
    bob.participant,
  ]);
  await t.throwsAsync(room.leave(ann.participant, "left"), {
    code: "no-such-participant",
  });
  await t.throwsAsync(room.publish(ann.participant, "offer"), {
    code: "no-such-participant",
  });
});

test("a room's options change, but for the size of a picture that is being made", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red", {});
  const video = { width: 640, height: 360, fps: 15 };
  await room.configure({ video, title: "Red room" });
  t.like(room.options, { video, title: "Red room" });
  await seatIn(room, "Ann");
  await t.throwsAsync(
    room.configure({ title: "No", video: { ...video, fps: 30 } }),
    { code: "conflict" },
  );
  t.is(room.options.title, "Red room");
  await room.configure({ pin: "7", video: { ...video } });
  await t.throwsAsync(seatIn(room, "Bob"), { code: "wrong-pin" });
});

test("a used room becomes stereo and mono again, and everybody and its mixer are told", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red", {});
  const ann = await seatIn(room, "Ann");
  for (const stereo of [true, false, true]) {
    await room.configure({ stereo });
    t.is(room.options.stereo, stereo);
    t.is(
      (await ann.until("options", (it) => it.stereo === stereo)).stereo,
      stereo,
    );
    t.deepEqual((await mixerState(room, ann)).sound, { stereo, loudest: 0 });
  }
});

test("a closed room tells everybody and takes nobody", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  await room.startRecording(RECORDING);
  await Promise.all([room.close("room-closed"), room.close("shutdown")]);
  t.is((await ann.until("closed")).reason, "room-closed");
  t.deepEqual(room.recordings(), []);
  await t.throwsAsync(seatIn(room, "Bob"), { code: "no-such-room" });
  await t.throwsAsync(room.picture("main"), { code: "no-such-room" });
  await t.throwsAsync(
    room.subscribe({ sdp: "x", view: "main", rendition: "auto" }),
    { code: "no-such-room" },
  );
});
