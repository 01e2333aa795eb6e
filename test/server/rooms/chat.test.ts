import test from "ava";
import { FULL_ALLOWANCE, spend } from "../../../server/rooms/allowance.js";
import { createChat } from "../../../server/rooms/chat-history.js";
import { seatIn, startRooms } from "../../helpers/rooms.js";

const message = (text: string) => ({ from: "a", name: "A", text, at: "" });

test("what is written reaches everybody, and is kept for who comes later", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  room.say(ann.participant, "<b>hello</b>");
  for (const one of [ann, bob])
    t.like(await one.until("chat"), {
      from: ann.participant,
      name: "Ann",
      text: "<b>hello</b>",
    });
  t.is(room.chat().length, 1);
  await room.leave(ann.participant, "left");
  room.say(bob.participant, "gone?");
  t.deepEqual(
    room.chat().map(({ name }) => name),
    ["Ann", "Bob"],
    "what somebody wrote stays when they have left",
  );
  t.throws(() => room.say(ann.participant, "still here"), {
    code: "no-such-participant",
  });
});

test("who writes too fast is refused, for a moment, and nobody else is", async (t) => {
  let now = 1_000_000;
  const { directory } = await startRooms(t, { now: () => new Date(now) });
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  for (let line = 0; line < 5; line++) room.say(ann.participant, "quick");
  t.throws(() => room.say(ann.participant, "sixth"), { code: "too-often" });
  room.say(bob.participant, "hm");
  now += 1000;
  room.say(ann.participant, "sixth");
  t.is(room.chat().length, 7);
});

test("only the last hundred messages are kept, and of long ones fewer", (t) => {
  const chat = createChat();
  for (let count = 0; count < 250; count++) chat.add(message(`no. ${count}`));
  t.is(chat.all().length, 100);
  t.is(chat.all().at(-1)?.text, "no. 249");
  for (let count = 0; count < 100; count++) chat.add(message("x".repeat(2000)));
  t.is(chat.all().length, 25);
});

test("an allowance grows back by one a second, to five and no further", (t) => {
  let allowance = FULL_ALLOWANCE;
  const once = (now: number): boolean => {
    const next = spend(allowance, now);
    allowance = next ?? allowance;
    return next !== undefined;
  };
  const at = (...times: number[]) => times.map(once);
  t.deepEqual(at(1e6, 1e6, 1e6, 1e6, 1e6, 1e6), [
    ...Array<boolean>(5).fill(true),
    false,
  ]);
  t.deepEqual(at(1e6 + 999, 1e6 + 1000, 1e6 + 1500), [false, true, false]);
  t.is(at(...Array<number>(9).fill(2e6)).filter(Boolean).length, 5);
  t.true(once(3e6), "a clock");
  t.is(spend({ left: 0, since: 5000 }, 1000), undefined, "that goes back");
});
