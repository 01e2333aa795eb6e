/** Deafness and hold in a real room with real WebRTC clients. */
import test from "ava";
import { BLUE, hears, RED, sees, useRooms } from "../../helpers/room.js";
import { personOf } from "../../helpers/settings.js";

const open = useRooms(test);

const openTwo = async () => {
  const it = open();
  for (const id of ["ann", "bob"]) it.room.participants.add(personOf(id));
  await it.send("ann", "camera", { colour: RED, tone: 440 });
  await it.send("bob", "camera", { colour: BLUE, tone: 660 });
  const ann = await it.receive({ participant: "ann" });
  const bob = await it.receive({ participant: "bob" });
  await hears(ann, { loud: [660], silent: [440] });
  await hears(bob, { loud: [440], silent: [660] });
  return { ...it, ann, bob };
};

test.serial(
  "who is deaf hears nothing and is heard, on the connection that it had",
  async (t) => {
    const { room, ann, bob, events } = await openTwo();
    const answered = ann.peer.remoteDescription?.sdp;
    room.participants.update("ann", { deaf: true });
    await hears(ann, { silent: [440, 660] });
    await hears(bob, { loud: [440], silent: [660] });
    room.participants.update("ann", { deaf: false });
    await hears(ann, { loud: [660], silent: [440] });
    t.is(ann.peer.remoteDescription?.sdp, answered);
    t.deepEqual(
      events("subscription").filter(({ state }) => state === "closed"),
      [],
    );
  },
);

test.serial(
  "all who are deaf share one encode, which ends with their deafness",
  async (t) => {
    const { room } = await openTwo();
    const { encoders } = room.sound;
    for (const id of ["ann", "bob"])
      room.participants.update(id, { deaf: true });
    const turn = (): void => {
      // A ramp, its end in the limiter, and then where it leads.
      for (let tick = 0; tick < 3; tick++) room.sound.tick(0, 0);
    };
    turn();
    t.is(encoders, 2);
    t.is(room.sound.encoders, 1);
    for (const id of ["ann", "bob"])
      room.participants.update(id, { deaf: false });
    turn();
    t.is(room.sound.encoders, 2);
  },
);

test.serial(
  "on hold one is neither heard, hearing nor seen, and back on the same connections",
  async (t) => {
    const { room, ann, bob, awaitEvent, events } = await openTwo();
    await sees(bob, RED, [0.25, 0.5]);
    const state = async (expected: string) =>
      awaitEvent("layout", ({ layout }) =>
        layout.tiles.some(
          (it) => it.participant === "ann" && it.state === expected,
        ),
      );
    room.participants.update("ann", { held: true });
    await hears(bob, { silent: [440, 660] });
    await hears(ann, { silent: [440, 660] });
    await state("off");
    room.participants.update("ann", { held: false });
    await hears(bob, { loud: [440], silent: [660] });
    await hears(ann, { loud: [660], silent: [440] });
    await sees(bob, RED, [0.25, 0.5]);
    t.false(events("ingest").some((it) => it.state === "closed"));
    t.false(events("subscription").some((it) => it.state === "closed"));
  },
);

test.serial(
  "who has a private balance hears less of one voice on an encode of its own; the others share theirs",
  async (t) => {
    const { room, ann, bob, receive } = await openTwo();
    for (const id of ["cat", "dan", "eve"]) room.participants.add(personOf(id));
    const [cat, dan] = [
      await receive({ participant: "cat" }),
      await receive({ participant: "dan" }),
    ];
    await hears(cat, { loud: [440, 660] });
    await hears(dan, { loud: [440, 660] });
    const { encoders } = room.sound;
    room.participants.update("cat", { balance: { ann: 0 } });
    await hears(cat, { loud: [660], silent: [440] });
    await hears(dan, { loud: [440, 660] });
    await hears(bob, { loud: [440], silent: [660] });
    await hears(ann, { loud: [660], silent: [440] });
    t.is(room.sound.encoders, encoders + 1);
    room.participants.update("cat", { balance: {} });
    await hears(cat, { loud: [440, 660] });
    t.is(room.sound.encoders, encoders);
  },
);
