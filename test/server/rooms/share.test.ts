import test, { type ExecutionContext } from "ava";
import {
  mixerState,
  mixerTells,
  seatIn,
  startRooms,
} from "../../helpers/rooms.js";

/** Ann, who shares her screen, and Bob. */
const start = async (t: ExecutionContext) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  await ann.command("hello");
  const share = (sdp = "screen") => room.publish(ann.participant, sdp, "share");
  t.is(await share(), "answer to screen");
  const inMixer = async () => {
    const { participants, published } = await mixerState(room, ann);
    const id = ann.participant;
    const sources = [...(published[id] ?? [])].sort();
    return { sharing: participants[id]?.sharing, sources };
  };
  const tells = (source: string, state: string) =>
    mixerTells(ann, "ingest", {
      room: "red",
      participant: ann.participant,
      source,
      state,
    });
  return { room, ann, bob, share, inMixer, tells };
};

test("a share is a second publication, of which everybody is told", async (t) => {
  const { room, bob, inMixer } = await start(t);
  t.true((await bob.until("participant")).participant.sharing);
  t.deepEqual(await inMixer(), { sharing: true, sources: ["camera", "share"] });
  t.deepEqual(
    room.participants().map(({ sharing }) => sharing),
    [true, false],
  );
});

test("who stops sharing says so, and the connection ends", async (t) => {
  const { room, ann, bob, inMixer, tells, share } = await start(t);
  await room.update(ann.participant, { sharing: false });
  await bob.until("participant", (m) => !m.participant.sharing);
  t.deepEqual(await inMixer(), { sharing: false, sources: ["camera"] });
  await tells("share", "closed");
  await ann.command("crash").catch(() => {});
  t.deepEqual((await ann.until("restart")).peers, ["publish"]);
  await share();
  t.deepEqual(await inMixer(), { sharing: true, sources: ["camera", "share"] });
});

test("a share that the mixer refuses is none", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const refused = room.publish(ann.participant, "fail overloaded", "share");
  await t.throwsAsync(refused, { code: "overloaded" });
  t.false(room.participants()[0]?.sharing);
  await ann.command("crash").catch(() => {});
  await ann.command("hello");
  t.false(ann.heard.some(({ type }) => type === "restart"));
});

test("a lost share is asked for anew, and the camera's state is its own", async (t) => {
  const { room, ann, tells } = await start(t);
  await tells("camera", "connected");
  await tells("share", "connected");
  await tells("share", "lost");
  t.deepEqual((await ann.until("restart")).peers, ["share"]);
  t.true(room.participants()[0]?.sharing);
  t.true(room.participants()[0]?.inMix);
});

test("a share that is replaced goes on, whatever its former connection says", async (t) => {
  const { room, share, tells, inMixer } = await start(t);
  await tells("share", "connected");
  await share("another screen");
  await tells("share", "closed");
  await tells("share", "connected");
  t.true(room.participants()[0]?.sharing);
  t.deepEqual(await inMixer(), { sharing: true, sources: ["camera", "share"] });
});

test("when the mixer dies the share is asked for with the rest, and the next mixer knows who shares", async (t) => {
  const { ann, bob, inMixer } = await start(t);
  await bob.command("hello");
  await ann.command("crash").catch(() => {});
  t.deepEqual((await ann.until("restart")).peers, ["publish", "share"]);
  t.deepEqual((await bob.until("restart")).peers, ["publish"]);
  t.like(await inMixer(), { sharing: true, sources: ["camera"] });
});

test("late candidates find the connection that they are for", async (t) => {
  const { room, ann } = await start(t);
  const { participant } = ann;
  await room.candidate({ participant, source: "share" }, "c", "0");
  await room.candidate({ participant, source: "camera" }, "c", "0");
  const { candidates } = await mixerState(room, ann);
  t.deepEqual(candidates, ["share", "camera"]);
});

test("the mixer knows the role, for layouts that give it a place", async (t) => {
  const { room, ann } = await start(t);
  await room.update(ann.participant, { role: "participant" });
  const { participants } = await mixerState(room, ann);
  t.is(participants[ann.participant]?.role, "participant");
});
