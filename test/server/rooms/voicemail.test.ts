import test, { type ExecutionContext } from "ava";
import type { Room } from "../../../server/rooms/types.js";
import {
  mixerState,
  mixerTells,
  seatIn,
  startRooms,
  type Person,
} from "../../helpers/rooms.js";

const start = async (t: ExecutionContext, options: object = {}) => {
  const { directory, journal, progress } = await startRooms(t);
  const room = await directory.open("red", { voicemail: true, ...options });
  return { room, journal, progress };
};

/** Its media is there. */
const connect = (room: Room, person: Person): Promise<string> =>
  mixerTells(person, "ingest", {
    ...{ room: room.name, participant: person.participant },
    ...{ source: "camera", state: "connected" },
  });

const call = async (room: Room): Promise<Person> => {
  const ann = await seatIn(room, "Ann");
  await connect(room, ann);
  return ann;
};

/** What this person is told of a recording that has got so far. */
const told = async (person: Person, state: string) =>
  (
    await person.until(
      "recording",
      ({ recording }) => recording.state === state,
    )
  ).recording;

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Longer than it takes until a message begins. */
const LONG = 2_000;

test("who comes into an empty room hears a tone and leaves a message, until he goes", async (t) => {
  const { room, journal } = await start(t);
  const ann = await call(room);
  const recording = await told(ann, "recording");
  t.is(recording.kind, "voicemail");
  const { recordings, played } = await mixerState(room, ann);
  t.deepEqual(Object.keys(recordings), [recording.id]);
  t.like(Object.values(played ?? {})[0], {
    source: { kind: "tune", name: "voicemail" },
  });
  const [begun] = journal.entries;
  t.like(begun, { what: "started", id: recording.id });
  t.like(begun?.with, { kind: "voicemail", format: "m4a" });
  await room.leave(ann.participant, "left");
  await journal.until(({ what }) => what === "finished");
  t.is(journal.entries[1]?.what, "Ann joined");
});

test("a message ends after a minute, and the caller leaves only one", async (t) => {
  const { room, progress, journal } = await start(t);
  const ann = await call(room);
  const { id } = await told(ann, "recording");
  progress.set(id, { duration: 60.1, size: 1 });
  t.regex((await told(ann, "stopped")).reason ?? "", /limit of 60 s/);
  await connect(room, ann);
  await pass(LONG);
  t.is(journal.entries.filter(({ what }) => what === "started").length, 1);
});

test("a message ends when somebody comes", async (t) => {
  const { room } = await start(t);
  const ann = await call(room);
  await told(ann, "recording");
  await seatIn(room, "Bob");
  t.is((await told(ann, "stopped")).reason, undefined);
});

for (const [what, options, act] of [
  ["in a room that takes none", { voicemail: false }, () => undefined],
  [
    "when somebody comes at once",
    {},
    async (room: Room) => {
      const bob = await seatIn(room, "Bob");
      await connect(room, bob);
    },
  ],
  [
    "when the caller goes at once",
    {},
    (room: Room, ann: Person) => room.leave(ann.participant, "left"),
  ],
] as const)
  test(`there is no message ${what}`, async (t) => {
    const { room, journal } = await start(t, options);
    const ann = await call(room);
    await act(room, ann);
    await pass(LONG);
    t.deepEqual(journal.entries, []);
  });

test("who is left alone by others leaves no message, nor does a room that records anyway", async (t) => {
  const { room, journal } = await start(t);
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  await connect(room, ann);
  await room.leave(bob.participant, "left");
  await connect(room, ann);
  await pass(LONG);
  t.deepEqual(journal.entries, []);

  const other = await start(t, { record: true });
  const cat = await call(other.room);
  t.is((await told(cat, "recording")).kind, undefined);
  await pass(LONG);
  const begun = other.journal.entries.filter(({ what }) => what === "started");
  t.is(begun.length, 1);
});
