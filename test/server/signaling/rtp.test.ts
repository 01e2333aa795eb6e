/** Participants without WebRTC and forwards, as moderators ask for them in the room. */
import test from "ava";
import type { ServerMessage } from "../../../server/signaling/messages.js";
import { openClient, startSignaling } from "../../helpers/signaling.js";

type Told = Extract<ServerMessage, { type: "rtp" }>;

const openRoom = async (t: Parameters<typeof startSignaling>[0]) => {
  const { url, directory } = await startSignaling(t);
  const ann = await openClient(url);
  await ann.join("red");
  const ask = async (asked: object = {}): Promise<Told> => {
    const reply = await ann.request({ type: "rtp", ...asked });
    if (reply.type === "rtp") return reply;
    throw new Error(JSON.stringify(reply));
  };
  const refusal = (asked: object) => ann.refusal({ type: "rtp", ...asked });
  return { url, ann, ask, refusal, room: directory.find("red")! };
};

const THERE = { address: "127.0.0.1", port: 5004 };

test("a telephone is let in, told where to send, and removed as anybody", async (t) => {
  const { ann, ask } = await openRoom(t);
  const { made, participants } = await ask({
    join: { name: "Desk phone", codec: "pcma", ...THERE },
  });
  t.like(participants, [{ participant: made, codec: "pcma", rate: 8000 }]);
  t.true(participants[0]!.sdp.includes(`m=audio ${participants[0]!.port} RTP`));
  const told = await ann.until(
    "participant",
    ({ participant }) => participant.id === made,
  );
  t.is(told.participant.name, "Desk phone");
  t.is(await ann.refusal({ type: "remove", participant: made }), "done");
  t.deepEqual((await ask()).participants, []);
});

test("the mix is sent on, and no longer", async (t) => {
  const { ask, refusal } = await openRoom(t);
  const { made, forwards, allowed } = await ask({
    forward: { codec: "opus", ...THERE },
  });
  t.true(allowed);
  t.like(forwards, [{ id: made, what: "mix", codec: "opus", ...THERE }]);
  t.deepEqual((await ask({ end: made })).forwards, []);
  t.is(await refusal({ end: made }), "not-found");
});

test("who is no moderator may do none of it; two at once, strange addresses and persons are refused", async (t) => {
  const { url, room, refusal } = await openRoom(t);
  const bob = await openClient(url);
  const { participant } = await bob.join("red", { name: "Bob" });
  await room.update(participant, { role: "participant" });
  t.is(await bob.refusal({ type: "rtp" }), "forbidden");
  const forward = { codec: "opus", ...THERE };
  t.is(await refusal({ forward, end: "x" }), "bad-message");
  t.is(
    await refusal({ forward: { ...forward, address: "192.0.2.1" } }),
    "forbidden",
  );
  const what = { participant: "nobody" };
  t.is(await refusal({ forward: { ...forward, what } }), "no-such-participant");
  t.is(await refusal({ join: { name: "A", codec: "mp3" } }), "bad-message");
});
