import test, { type ExecutionContext } from "ava";
import type { RecordingRequest, Room } from "../../../server/rooms/types.js";
import { seatIn, startRooms, type Person } from "../../helpers/rooms.js";

/** Resolves with why a recording has stopped, as this person is told. */
const stoppedBecause = async (person: Person): Promise<string | undefined> =>
  (
    await person.until(
      "recording",
      ({ recording }) => recording.state === "stopped",
    )
  ).recording.reason;

const begin = async (
  t: ExecutionContext,
  request: Omit<RecordingRequest, "format">,
) => {
  const { directory, journal, progress } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const { id } = await room.startRecording({ format: "mp4", ...request });
  return { room, ann, id, journal, progress };
};

const states = (room: Room) => room.recordings().map(({ state }) => state);

test("a recording ends at its limit of time, and says so", async (t) => {
  const { room, ann, id, progress } = await begin(t, { maxDuration: 90 });
  progress.set(id, { duration: 89.9, size: 1 });
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  t.deepEqual(states(room), ["recording"]);
  progress.set(id, { duration: 90.2, size: 1 });
  t.regex((await stoppedBecause(ann))!, /limit of 90 s/);
});

test("a recording ends at its limit of size, and says so", async (t) => {
  const { ann, id, progress } = await begin(t, { maxSize: 5_000_000 });
  progress.set(id, { duration: 3, size: 5_000_001 });
  t.regex((await stoppedBecause(ann))!, /limit of 5.0 MB/);
});

test("the room's limits are for recordings that say nothing else", async (t) => {
  const { directory, progress } = await startRooms(t);
  const recordingLimits = { maxDuration: 60 };
  const room = await directory.open("red", { recordingLimits });
  const ann = await seatIn(room, "Ann");
  const own = { format: "wav", maxDuration: 7_200 } as const;
  const [first, second] = [
    await room.startRecording({ format: "mp4" }),
    await room.startRecording(own),
  ];
  for (const { id } of [first, second])
    progress.set(id, { duration: 61, size: 1 });
  t.regex((await stoppedBecause(ann))!, /limit of 60 s/);
  t.deepEqual(
    room.recordings().map(({ id }) => id),
    [second.id],
  );
});

test("what is recorded ends at once when the last one leaves, if nothing else was said", async (t) => {
  const { room, ann, journal } = await begin(t, {});
  await room.leave(ann.participant, "left");
  const { with: end } = await journal.until(({ what }) => what === "finished");
  t.regex((end as { note: string }).note, /the last one left/);
});

test("a recording waits in an empty room for as long as it was told, and somebody who comes keeps it", async (t) => {
  const { room, ann, journal } = await begin(t, { stopWhenEmpty: 1.5 });
  await room.leave(ann.participant, "left");
  const bob = await seatIn(room, "Bob");
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  t.deepEqual(states(room), ["recording"]);
  await room.leave(bob.participant, "left");
  const { with: end } = await journal.until(({ what }) => what === "finished");
  t.regex((end as { note: string }).note, /nobody was there/);
});

test("a recording that never ends in an empty room goes on in it", async (t) => {
  const { room, ann } = await begin(t, { stopWhenEmpty: null });
  await room.leave(ann.participant, "left");
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  t.deepEqual(states(room), ["recording"]);
});

test("who does not want to be recorded is noted as left out", async (t) => {
  const { room, ann, journal } = await begin(t, {});
  await room.update(ann.participant, { recorded: false });
  t.deepEqual(
    journal.entries.map(({ what }) => what),
    ["started", "Ann joined", "Ann unrecorded"],
  );
  t.is(room.participants()[0]?.recorded, false);
  const { participant } = await ann.until(
    "participant",
    ({ participant: it }) => it.recorded === false,
  );
  t.is(participant.id, ann.participant);
});
