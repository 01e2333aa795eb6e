import test from "ava";
import {
  mixerState,
  mixerTells,
  seatIn,
  startRooms,
} from "../../helpers/rooms.js";

test("speaking time is added up per person, while talking too, and kept by the room when somebody leaves", async (t) => {
  let now = 1_000_000;
  const { directory } = await startRooms(t, { now: () => new Date(now) });
  const room = await directory.open("red", {});
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  const talk = (...people: { participant: string }[]) =>
    mixerTells(ann, "talking", {
      room: "red",
      talkers: people.map(({ participant }) => participant),
    });
  const spoke = () => room.participants().map((one) => one.spoke);
  t.deepEqual(spoke(), [0, 0]);
  await talk(ann);
  now += 2500;
  t.deepEqual(spoke(), [2.5, 0]);
  await talk(ann, bob);
  now += 1000;
  await talk(bob);
  now += 1000;
  t.deepEqual(spoke(), [3.5, 2]);
  t.is(directory.spoke, 3.5);
  await room.leave(bob.participant, "left");
  t.is(directory.spoke, 5.5);
  await talk(ann);
  now += 1000;
  await room.close("room-closed");
  t.is(directory.spoke, 6.5);
});

test("who dies with the mixer in the middle of a word has stopped", async (t) => {
  let now = 1_000_000;
  const { directory } = await startRooms(t, { now: () => new Date(now) });
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const talkers = [ann.participant];
  await mixerTells(ann, "talking", { room: "red", talkers });
  now += 1000;
  await t.throwsAsync(ann.command("crash"));
  now += 9000;
  t.is(room.participants()[0]?.spoke, 1);
});

test("levels come to those who asked, and the mixer measures them only while somebody does", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  await ann.command("hello");
  const measured = async () => (await mixerState(room, ann)).levels;
  t.false(await measured());
  await room.setLevels(ann.participant, true);
  await room.setLevels(bob.participant, true);
  t.true(await measured());
  await room.setLevels(ann.participant, false);
  t.true(await measured());
  const levels = { [ann.participant]: -24 };
  await mixerTells(ann, "levels", { room: "red", levels });
  t.deepEqual(await bob.until("levels"), { type: "levels", levels });
  t.false(ann.heard.some(({ type }) => type === "levels"));
  await t.throwsAsync(ann.command("crash"));
  t.true(await measured(), "the next mixer is told");
  await room.leave(bob.participant, "left");
  t.false(await measured());
  await t.throwsAsync(room.setLevels("nobody", true), {
    code: "no-such-participant",
  });
});
