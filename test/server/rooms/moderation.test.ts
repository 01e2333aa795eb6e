import test from "ava";
import { mixerState, seatIn, startRooms } from "../../helpers/rooms.js";

const mutedIn = (room: { info(): { name: string; muted: boolean }[] }) =>
  room
    .info()
    .filter(({ muted }) => muted)
    .map(({ name }) => name);

test("everybody is muted at once but for some, and everybody and the mixer are told", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  await seatIn(room, "Cat");
  await ann.command("hello");
  const done = room.muteAll(true, [ann.participant, "nobody"]);
  t.deepEqual(mutedIn(room), ["Bob", "Cat"], "before anything is awaited");
  await done;
  await ann.until(
    "participant",
    ({ participant }) => participant.id === bob.participant,
  );
  const { participants } = await mixerState(room, ann);
  t.deepEqual(mutedIn({ info: () => Object.values(participants) }), [
    "Bob",
    "Cat",
  ]);
  await room.muteAll(false, []);
  t.deepEqual(mutedIn(room), []);
  await room.close("room-closed");
  await t.throwsAsync(room.muteAll(true, []), { code: "no-such-room" });
});

test("who comes into a room that mutes on entry is muted and may unmute, and stays so when resuming", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red", { muteOnEntry: true });
  const ann = await seatIn(room, "Ann");
  t.deepEqual(mutedIn(room), ["Ann"]);
  await room.update(ann.participant, { muted: false });
  await seatIn(room, "Ann", { resume: ann.token });
  t.deepEqual(mutedIn(room), []);
  await room.configure({ muteOnEntry: false });
  await seatIn(room, "Bob");
  t.deepEqual(mutedIn(room), []);
});

test("deafness and hold reach everybody and the mixer, and the next mixer too", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  await ann.command("hello");
  await room.update(bob.participant, { deaf: true });
  await room.update(bob.participant, { held: true });
  const told = await ann.until(
    "participant",
    ({ participant }) => participant.held,
  );
  t.like(told.participant, { id: bob.participant, deaf: true, held: true });
  const inMixer = async () =>
    (await mixerState(room, ann)).participants[bob.participant];
  t.like(await inMixer(), { deaf: true, held: true });
  await t.throwsAsync(ann.command("crash"));
  await ann.until("restart");
  t.like(await inMixer(), { deaf: true, held: true });
});

test("who is on hold is not in the mix, and that is said", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const { participant } = ann;
  const connected = { participant, source: "camera", state: "connected" };
  await ann.command(
    `event ${JSON.stringify({ name: "ingest", data: { room: "red", ...connected } })}`,
  );
  await room.update(participant, { held: true });
  t.deepEqual(room.participants()[0]?.inMix, { why: "on hold" });
});

test("voices are levelled in a room that does so, but those in music mode, and the mixer is told of each change", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  await ann.command("hello");
  const levelled = async () =>
    Object.values((await mixerState(room, ann)).participants).map(
      ({ agc }) => agc,
    );
  t.deepEqual(await levelled(), [true, true]);
  await room.update(bob.participant, { music: true });
  t.deepEqual(await levelled(), [true, false]);
  t.like(room.participants()[1], { music: true });
  await room.configure({ agc: false });
  t.deepEqual(await levelled(), [false, false]);
  await room.configure({ agc: true });
  await t.throwsAsync(ann.command("crash"));
  await ann.until("restart");
  t.deepEqual(await levelled(), [true, false]);
});
