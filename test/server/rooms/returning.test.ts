import test, { type ExecutionContext } from "ava";
import { keptRoom, type KeptRoom } from "../../../server/rooms/kept.js";
import { mixerState, seatIn, startRooms } from "../../helpers/rooms.js";

const RECORDING = { format: "mp4", rendition: "high" } as const;
const KILLED_AT = new Date("2026-03-04T05:06:07.000Z");

/** What a server leaves that is killed now: what it has written, read again. */
const killed = (kept: Map<string, KeptRoom>): KeptRoom =>
  keptRoom.parse(JSON.parse(JSON.stringify(kept.get("red"))));

const restart = async (
  t: ExecutionContext,
  left: KeptRoom,
  options: Parameters<typeof startRooms>[1] = {},
) => {
  const rooms = await startRooms(t, options);
  const recordings = left.recordings.map((one) => ({
    ...one,
    leftAt: KILLED_AT,
  }));
  const restored = rooms.directory.restore({ ...left, recordings });
  return { ...rooms, restored, room: rooms.directory.find("red")! };
};

test("a room is opened as it was, and its recording goes on with the first who comes back, for everybody to see", async (t) => {
  const first = await startRooms(t);
  const options = { title: "Red room", pin: "2468", loudest: 3 };
  const before = await first.directory.open("red", options);
  const ann = await seatIn(before, "Ann", { pin: "2468" });
  await before.putView("wide", { width: 640, height: 360, layout: "speaker" });
  const { id, startedAt } = await before.startRecording({
    ...{ ...RECORDING, view: "wide", maxDuration: 600, stopWhenEmpty: null },
  });

  const { room, journal } = await restart(t, killed(first.kept));
  t.like(room.options, options);
  t.like(room.view("wide"), { width: 640, layout: "speaker" });
  t.like(room.recordings(), [{ id, startedAt, state: "recording" }]);
  t.deepEqual(journal.entries, []);
  await t.throwsAsync(room.pauseRecording(id, true), { code: "conflict" });
  const back = await seatIn(room, "Ann", { resume: ann.token });
  t.is(back.participant, ann.participant);
  t.false(back.resumed);
  const { recording } = await back.until("recording");
  t.like(recording, { id, startedAt, state: "recording" });
  t.regex(recording.reason ?? "", /restarted/);
  t.deepEqual((await mixerState(room, back)).recordings, { [id]: "wide" });
  t.like(journal.entries[0], { what: "goes on", id });
  t.like(journal.entries[0]?.with, { leftAt: KILLED_AT });
  await room.leave(back.participant, "left");
  t.like(room.recordings(), [{ id }], "it was to go on without anybody");
  await room.stopRecording(id);
  t.deepEqual(
    journal.entries.map(({ what }) => what),
    ["goes on", "Ann joined", "Ann left", "finished"],
  );
});

test("without its PIN or the token of a seat nobody comes in, and the recording waits", async (t) => {
  const first = await startRooms(t);
  const before = await first.directory.open("red");
  const ann = await seatIn(before, "Ann");
  await before.startRecording(RECORDING);
  // Said while it ran already.
  await before.configure({ pin: "2468" });
  const { room, journal, kept } = await restart(t, killed(first.kept));
  const refused = { code: "wrong-pin" };
  await t.throwsAsync(seatIn(room, "Eve"), refused);
  await t.throwsAsync(seatIn(room, "Eve", { pin: "1111" }), refused);
  for (const resume of ["", "x", `${ann.token}x`])
    await t.throwsAsync(seatIn(room, "Eve", { resume }), refused);
  t.deepEqual(journal.entries, []);
  t.true(room.resumes(ann.token));
  await seatIn(room, "Bob", { pin: "2468" });
  await journal.until(({ what }) => what === "goes on");
  // A second kill finds those who have not come back yet, too.
  t.deepEqual(
    killed(kept).people.map(({ name }) => name),
    ["Ann", "Bob"],
  );
  await seatIn(room, "Ann", { resume: ann.token });
  // It is a seat of its own now.
  t.false(room.resumes(ann.token));
  await t.throwsAsync(seatIn(room, "Eve", { resume: ann.token }), refused);
});

test("who comes back has the role it had, and is not recorded if it was not", async (t) => {
  const first = await startRooms(t);
  const before = await first.directory.open("red");
  const ann = await seatIn(before, "Ann");
  await before.startRecording(RECORDING);
  await before.update(ann.participant, { role: "participant" });
  await before.update(ann.participant, { recorded: false, name: "Anna" });
  const { room, journal } = await restart(t, killed(first.kept));
  const back = await seatIn(room, "Ann", { resume: ann.token });
  t.like(room.info(), [{ name: "Anna", role: "participant", recorded: false }]);
  const { participants } = await mixerState(room, back);
  t.like(participants[ann.participant], { recorded: false });
  await journal.until(({ what }) => what === "Anna unrecorded");
});

test("who whispers is heard by nobody else after it, and who has not come back in time is forgotten", async (t) => {
  const first = await startRooms(t);
  const before = await first.directory.open("red");
  const [ann, bob, cy] = [
    await seatIn(before, "Ann"),
    await seatIn(before, "Bob"),
    await seatIn(before, "Cy", { kind: "whip" }),
  ];
  await before.startRecording(RECORDING);
  const [a, b, c] = [ann, bob, cy].map((one) => one.participant) as [
    string,
    string,
    string,
  ];
  const aside = { members: [a, b], room: 0.25 };
  const forms = { ...before.routing, sidebars: [aside] };
  await before.setRouting({ ...forms, greenRoom: [c] });

  const { room, restored, kept } = await restart(t, killed(first.kept));
  t.deepEqual(room.routing, forms, "a sender by WHIP comes as another");
  const back = await seatIn(room, "Ann", { resume: ann.token });
  const dan = await seatIn(room, "Dan");
  await room.setRouting({ ...forms, greenRoom: [dan.participant] });
  const { rows } = await mixerState(room, back);
  t.is(rows[dan.participant]?.gains?.[a], 0);
  t.deepEqual(killed(kept).routing, room.routing);
  restored.giveUp();
  t.deepEqual(room.routing.sidebars, [{ ...aside, members: [a] }]);
  await t.throwsAsync(room.setRouting(forms), { code: "no-such-participant" });
});

test("a paused recording stays paused, until somebody goes on with it", async (t) => {
  const first = await startRooms(t);
  const before = await first.directory.open("red");
  await seatIn(before, "Ann");
  const { id } = await before.startRecording(RECORDING);
  await before.pauseRecording(id, true);
  const { room } = await restart(t, killed(first.kept));
  const ann = await seatIn(room, "Ann");
  t.like((await ann.until("recording")).recording, { id, state: "paused" });
  const paused = { [id]: "main (paused)" };
  t.deepEqual((await mixerState(room, ann)).recordings, paused);
  t.like(await room.pauseRecording(id, false), { state: "recording" });
});

test("a room that records by itself goes on, and does not begin a second recording", async (t) => {
  const first = await startRooms(t);
  const before = await first.directory.open("red", { record: true });
  await (await seatIn(before, "Ann")).until("recording");
  const { room } = await restart(t, killed(first.kept));
  const ann = await seatIn(room, "Ann");
  await ann.until("recording");
  t.is(Object.keys((await mixerState(room, ann)).recordings).length, 1);
  t.is(room.recordings().length, 1);
});

test("a viewer alone makes nothing go on", async (t) => {
  const first = await startRooms(t);
  await seatIn(await first.directory.open("red"), "Ann");
  const { id } = await first.directory.find("red")!.startRecording(RECORDING);
  const { room, journal } = await restart(t, killed(first.kept));
  await room.subscribe({ view: "main", rendition: "auto", sdp: "offer" });
  t.deepEqual(journal.entries, []);
  const ann = await seatIn(room, "Ann");
  await journal.until(({ what }) => what === "goes on");
  t.deepEqual((await mixerState(room, ann)).recordings, { [id]: "main" });
});

for (const [how, end] of [
  ["it waits no longer", async ({ restored }) => restored.giveUp()],
  ["somebody stops it", ({ room, id }) => room.stopRecording(id)],
  ["the room is closed", ({ room }) => room.close("room-closed")],
  ["the server shuts down", ({ directory }) => directory.drain()],
] as [
  string,
  (
    is: Awaited<ReturnType<typeof restart>> & { id: string },
  ) => Promise<unknown>,
][])
  test(`when ${how} before anybody has come back, the recording is repaired and finished`, async (t) => {
    const first = await startRooms(t);
    await seatIn(await first.directory.open("red", {}), "Ann");
    const { id } = await first.directory.find("red")!.startRecording(RECORDING);
    const second = await restart(t, killed(first.kept), {
      timings: { idleMs: 10 },
    });
    await end({ ...second, id });
    const finished = await second.journal.until(
      ({ what }) => what === "finished",
    );
    t.like(finished.with, { duration: 1, at: undefined });
    t.regex((finished.with as { note: string }).note, /killed/);
    t.deepEqual(
      second.journal.entries.map(({ what }) => what),
      ["finished"],
    );
    // It stayed for its recording alone.
    while (second.directory.find("red") !== undefined)
      await new Promise((resolve) => setTimeout(resolve, 5));
    t.is(second.kept.size, 0);
  });

test("who has come back after all stays, and so does a lasting room", async (t) => {
  const first = await startRooms(t);
  const before = await first.directory.open("red", { title: "Red" });
  const ann = await seatIn(before, "Ann");
  const { id } = await before.startRecording(RECORDING);
  const second = await restart(t, killed(first.kept), {
    timings: { idleMs: 10 },
  });
  const { room, restored, journal, directory } = second;
  const bob = await seatIn(room, "Bob");
  await journal.until(({ what }) => what === "goes on");
  restored.giveUp();
  t.false(room.resumes(ann.token));
  t.like(room.recordings(), [{ id, state: "recording" }]);
  await room.leave(bob.participant, "left");
  await journal.until(({ what }) => what === "finished");
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.is(directory.find("red"), room);
});

test("nothing is kept of a room that is not recorded, nor of a message or of one participant's picture", async (t) => {
  const { directory, kept } = await startRooms(t);
  const room = await directory.open("red", { pin: "2468" });
  const ann = await seatIn(room, "Ann", { pin: "2468" });
  const { participant, token } = ann;
  t.is(kept.size, 0);
  await room.startRecording({ ...RECORDING, view: `solo:${participant}` });
  await room.startRecording({ format: "m4a", kind: "voicemail" });
  t.is(kept.size, 0);
  const { id } = await room.startRecording(RECORDING);
  t.like(killed(kept), { options: { pin: "2468" } });
  t.deepEqual(
    killed(kept).recordings.map((one) => one.id),
    [id],
  );
  t.false(JSON.stringify(killed(kept)).includes(token));
  await room.stopRecording(id);
  t.is(kept.size, 0);
});
