import test from "ava";
import { mixerState, seatIn, startRooms } from "../../helpers/rooms.js";

test("a private balance reaches the mixer, and the next one, until the other leaves", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  const cat = await seatIn(room, "Cat");
  await ann.command("hello");
  const balances = async () =>
    Object.values((await mixerState(room, ann)).participants).map(
      ({ balance }) => balance,
    );
  await room.setBalance(ann.participant, bob.participant, 0.5);
  await room.setBalance(ann.participant, cat.participant, 0);
  const both = { [bob.participant]: 0.5, [cat.participant]: 0 };
  t.deepEqual(await balances(), [both, {}, {}]);
  await t.throwsAsync(ann.command("crash"));
  await ann.until("restart");
  t.deepEqual(await balances(), [both, {}, {}]);
  await room.setBalance(ann.participant, bob.participant, 1);
  t.deepEqual((await balances())[0], { [cat.participant]: 0 });
  await room.leave(cat.participant, "left");
  t.deepEqual(await balances(), [{}, {}]);
});

test("nobody has a balance of their own voice, or of somebody who is not there", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const { participant } = await seatIn(room, "Ann");
  await t.throwsAsync(room.setBalance(participant, participant, 0), {
    code: "conflict",
  });
  for (const [listener, speaker] of [
    [participant, "nobody"],
    ["nobody", participant],
  ] as const)
    await t.throwsAsync(room.setBalance(listener, speaker, 0), {
      code: "no-such-participant",
    });
});
