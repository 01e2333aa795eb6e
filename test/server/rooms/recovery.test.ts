import test from "ava";
import { mixerState, seatIn, startRooms } from "../../helpers/rooms.js";
import { SPOILT } from "../../helpers/spoilt.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const RECORDING = { format: "mp4", rendition: "high" } as const;
const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => "answered",
    (error: { code?: string }) => error.code,
  );

test("when its mixer dies a room is opened anew with everybody in it, and everybody is asked to offer again", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann", { muted: true });
  const bob = await seatIn(room, "Bob");
  const deaf = await seatIn(room, "Neither");
  await ann.command("hello");
  for (const person of [ann, bob])
    await room.subscribe({
      participant: person.participant,
      view: "main",
      rendition: "auto",
      sdp: "offer",
      socket: true,
    });
  const viewer = await room.subscribe({
    view: "main",
    rendition: "auto",
    sdp: "offer",
  });
  const pid = await ann.command("pid");

  t.is(await refused(ann.command("crash")), "mixer-failed");
  t.deepEqual(room.participants()[0]?.inMix, { why: "mixer restarting" });
  t.false(room.hasSubscription(viewer.subscription));
  t.deepEqual((await ann.until("restart")).peers, ["publish", "subscribe"]);
  t.deepEqual((await bob.until("restart")).peers, ["subscribe"]);
  t.false(deaf.heard.some(({ type }) => type === "restart"));
  t.not(await ann.command("pid"), pid);
  const { participants, views } = await mixerState(room, ann);
  t.deepEqual(
    Object.values(participants).map(({ name, muted }) => [name, muted]),
    [
      ["Ann", true],
      ["Bob", false],
      ["Neither", false],
    ],
  );
  t.deepEqual(views, { main: MAIN_VIEW });
});

test("the next mixer is given every view as it was, and nothing of one that was refused", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const pinned = ann.participant;
  const regions = [{ x: 0, y: 0, width: 0.5, height: 1 }];
  const layout = { regions, background: { image: SPOILT } };
  await room.changeView("main", { pinned, layout: "speaker" });
  await room.putView("hall", { layout: { regions }, autoShare: false });
  await room.putView("gone", {});
  await t.throwsAsync(room.changeView("main", { layout }));
  const lost = refused(ann.command("crash"));
  const removed = room.removeView("gone");
  const late = room.changeView("hall", { labels: "off" });
  await Promise.allSettled([lost, removed, late]);
  await ann.until("restart");
  const hall = { ...MAIN_VIEW, layout: { regions }, autoShare: false };
  const { labels } = room.view("hall");
  t.deepEqual((await mixerState(room, ann)).views, {
    main: { ...MAIN_VIEW, pinned, layout: "speaker" },
    hall: { ...hall, labels },
  });
});

test("offers made while there is no mixer wait for it", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  await refused(ann.command("crash"));
  const [published, subscribed] = await Promise.all([
    ann.command("hello"),
    room.subscribe({ view: "main", rendition: "auto", sdp: "hi" }),
  ]);
  t.is(published, "answer to hello");
  t.is(subscribed.sdp, "answer to hi");
  t.true(room.hasSubscription(subscribed.subscription));
  const late = await seatIn(room, "Bob");
  t.is(await late.command("hello"), "answer to hello");
});

test("a mixer that does not come back makes offers fail after a while, and the seats stay", async (t) => {
  const { directory } = await startRooms(t, {
    // Long enough for the first one to be told of the room on a busy machine.
    timings: { mixerMs: 1_000 },
    slots: { backOff: [60_000] },
  });
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  await refused(ann.command("crash"));
  t.is(await refused(ann.command("hello")), "mixer-failed");
  t.is(room.info().length, 1);
});

test("joins, changes and departures while there is no mixer are all known to the next one", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  await refused(ann.command("crash"));
  const carl = await seatIn(room, "Carl");
  await room.update(ann.participant, { name: "Anna", muted: true });
  await room.leave(bob.participant, "left");
  const { participants } = await mixerState(room, carl);
  t.deepEqual(
    Object.values(participants).map(({ name }) => name),
    ["Anna", "Carl"],
  );
});

test("WHIP participants of a dead mixer are gone: nobody could tell them", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const obs = await seatIn(room, "OBS", { kind: "whip" });
  await refused(ann.command("crash"));
  t.deepEqual(await ann.until("gone"), {
    type: "gone",
    participant: obs.participant,
    reason: "unresponsive",
  });
});

test("a recording goes on in the next mixer under its id, and says what it survived", async (t) => {
  const { directory, journal } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const { id } = await room.startRecording(RECORDING);
  await refused(ann.command("crash"));
  const { recording } = await ann.until(
    "recording",
    ({ recording }) => recording.reason !== undefined,
  );
  t.like(recording, { id, state: "recording" });
  t.regex(recording.reason ?? "", /restarted/);
  t.deepEqual((await mixerState(room, ann)).recordings, { [id]: "main" });
  t.like(await journal.until(({ what }) => what === "noted"), {
    with: { reason: recording.reason },
  });
  t.is((await room.stopRecording(id)).state, "stopped");
  const entry = await journal.until(({ what }) => what === "finished");
  t.like(entry.with, { duration: 2, note: recording.reason });
});

test("a paused recording whose mixer dies stays paused in the next one", async (t) => {
  const { directory, journal } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const { id } = await room.startRecording(RECORDING);
  await room.pauseRecording(id, true);
  await refused(ann.command("crash"));
  t.deepEqual((await mixerState(room, ann)).recordings, {
    [id]: "main (paused)",
  });
  t.like(room.recordings()[0], { id, state: "paused", reason: undefined });
  t.is((await room.pauseRecording(id, false)).state, "recording");
  t.deepEqual((await mixerState(room, ann)).recordings, { [id]: "main" });
  await room.stopRecording(id);
  t.deepEqual(
    journal.entries.filter((entry) => entry.id === id).map(({ what }) => what),
    ["started", "Ann joined", "paused", "resumed", "finished"],
  );
});

test("a recording whose mixer dies while it is finished is repaired", async (t) => {
  const { directory, journal } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const { id } = await room.startRecording(RECORDING);
  void refused(ann.command("crash"));
  const info = await room.stopRecording(id);
  t.like(info, { id, state: "stopped" });
  const entry = await journal.until(({ what }) => what === "finished");
  t.like(entry.with, { duration: 1, size: 500 });
});

test("rooms of another mixer notice nothing", async (t) => {
  const { directory } = await startRooms(t, { count: 2 });
  const red = await directory.open("red");
  const ann = await seatIn(red, "Ann");
  await ann.command("hello");
  const blue = await directory.open("blue");
  const bob = await seatIn(blue, "Bob");
  const pid = await bob.command("pid");
  await refused(ann.command("crash"));
  await ann.until("restart");
  t.is(await bob.command("pid"), pid);
  t.false(bob.heard.some(({ type }) => type === "restart"));
});
