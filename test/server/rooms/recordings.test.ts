import test from "ava";
import { mixerState, seatIn, startRooms } from "../../helpers/rooms.js";

const RECORDING = { format: "mp4", rendition: "high" } as const;

test("a recording is told to everybody and written down, from its start to its file", async (t) => {
  const { directory, journal } = await startRooms(t);
  const room = await directory.open("red", { title: "Red room" });
  const ann = await seatIn(room, "Ann");
  const info = await room.startRecording(RECORDING);
  t.regex(info.id, /^red-\d{8}-\d{6}-[0-9a-f]{4}$/);
  t.is(info.state, "recording");
  t.deepEqual(room.recordings(), [info]);
  const bob = await seatIn(room, "Bob");
  await room.leave(bob.participant, "left");
  t.deepEqual((await mixerState(room, ann)).recordings, {
    [info.id]: "main",
  });

  const [first, second] = await Promise.all([
    room.stopRecording(info.id),
    room.stopRecording(info.id),
  ]);
  t.is(first.state, "stopped");
  t.deepEqual(first, second);
  t.deepEqual(room.recordings(), []);
  const told = ann.heard.filter((message) => message.type === "recording");
  t.deepEqual(
    told.map(({ recording }) => recording.state),
    ["recording", "finishing", "stopped"],
  );
  t.deepEqual(
    journal.entries.map(({ what, id }) => [what, id === info.id]),
    ["started", "Ann joined", "Bob joined", "Bob left", "finished"].map(
      (what) => [what, true],
    ),
  );
  t.like(journal.entries[0]?.with, { room: "red", title: "Red room" });
  t.like(journal.entries[4]?.with, { file: `${info.id}.mp4` });
});

test("everybody sees that a recording is paused and goes on; what is so already changes nothing", async (t) => {
  const { directory, journal } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const { id } = await room.startRecording(RECORDING);
  const [first, second] = await Promise.all([
    room.pauseRecording(id, true),
    room.pauseRecording(id, true),
  ]);
  t.is(first.state, "paused");
  t.deepEqual(first, second);
  t.deepEqual(room.recordings(), [first]);
  t.deepEqual((await mixerState(room, ann)).recordings, {
    [id]: "main (paused)",
  });
  t.is((await room.pauseRecording(id, false)).state, "recording");
  await room.pauseRecording(id, true);
  t.is((await room.stopRecording(id)).state, "stopped");
  const told = ann.heard.filter((message) => message.type === "recording");
  t.deepEqual(
    told.map(({ recording }) => recording.state),
    "recording paused recording paused finishing stopped".split(" "),
  );
  t.deepEqual(
    journal.entries.map(({ what }) => what),
    ["started", "Ann joined", "paused", "resumed", "paused", "finished"],
  );
});

test("a recording that the mixer does not pause runs on", async (t) => {
  const { directory } = await startRooms(t, { env: { FAKE_NO_PAUSE: "1" } });
  const room = await directory.open("red");
  await seatIn(room, "Ann");
  const { id } = await room.startRecording(RECORDING);
  await t.throwsAsync(room.pauseRecording(id, true), { code: "mixer-failed" });
  t.like(room.recordings()[0], { id, state: "recording" });
});

test("a recording that is not there cannot be stopped or paused", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  await t.throwsAsync(room.pauseRecording("nothing", true), {
    code: "no-such-recording",
  });
  await t.throwsAsync(room.stopRecording("nothing"), {
    code: "no-such-recording",
  });
  const { id } = await room.startRecording(RECORDING);
  await room.stopRecording(id);
  await t.throwsAsync(room.stopRecording(id), { code: "no-such-recording" });
});

test("several recordings run side by side, and all end when the last participant leaves", async (t) => {
  const { directory, journal } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const [a, b] = await Promise.all([
    room.startRecording(RECORDING),
    room.startRecording(RECORDING),
  ]);
  t.not(a.id, b.id);
  await room.leave(ann.participant, "left");
  for (const { id } of [a, b])
    await journal.until(
      (entry) => entry.what === "finished" && entry.id === id,
    );
  t.deepEqual(room.recordings(), []);
});

test("a room that is to be recorded begins with its first participant", async (t) => {
  const { directory, journal } = await startRooms(t);
  const room = await directory.open("red", { record: true });
  t.deepEqual(journal.entries, []);
  const [ann] = await Promise.all([seatIn(room, "Ann"), seatIn(room, "Bob")]);
  const { recording } = await ann.until("recording");
  t.is(recording.state, "recording");
  t.is(room.recordings().length, 1);
});

test("recording can be turned on for a running room", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  await seatIn(room, "Ann");
  await room.configure({ record: true });
  t.is(room.recordings().length, 1);
});

test("a recording that the mixer refuses has failed, for everybody and in the journal; the call goes on", async (t) => {
  const { directory, journal } = await startRooms(t, {
    env: { FAKE_NO_RECORDING: "1" },
  });
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  await t.throwsAsync(room.startRecording(RECORDING), {
    code: "mixer-failed",
    message: "The disk is full",
  });
  t.like((await ann.until("recording")).recording, {
    state: "failed",
    reason: "The disk is full",
  });
  t.like(await journal.until(({ what }) => what === "failed"), {
    with: { reason: "The disk is full" },
  });
  t.deepEqual(room.recordings(), []);
  t.is(await ann.command("hello"), "answer to hello");
});

test("a recording that breaks off keeps what was written", async (t) => {
  const { directory, journal } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const { id } = await room.startRecording(RECORDING);
  const tell = (state: string, reason?: string) => {
    const data = { room: "red", recording: id, state, reason };
    return ann.command(`event ${JSON.stringify({ name: "recording", data })}`);
  };
  await tell("recording", "The disk is nearly full");
  t.like(room.recordings()[0], {
    state: "recording",
    reason: "The disk is nearly full",
  });
  await tell("failed", "The disk is full");
  const { with: left } = await journal.until(({ what }) => what === "failed");
  t.like(left, { reason: "The disk is full", result: { size: 500 } });
  await ann.until("recording", ({ recording }) => recording.state === "failed");
});

test("a recording that a shutdown does not wait for stays unfinished in the journal, so that the next start repairs it", async (t) => {
  const { directory, supervisor, journal } = await startRooms(t, {
    env: { FAKE_SLOW_STOP: "1" },
  });
  const room = await directory.open("red");
  await seatIn(room, "Ann");
  const { id } = await room.startRecording(RECORDING);
  const drained = directory.drain();
  await supervisor.close();
  await drained;
  t.deepEqual(
    journal.entries.filter((entry) => entry.id === id).map(({ what }) => what),
    ["started", "Ann joined"],
  );
});
