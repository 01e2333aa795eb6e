import test from "ava";
import { openClient, startSignaling } from "../../helpers/signaling.js";

test("deafness and hold are one's own affair and a moderator's, and a moderator mutes everybody but some", async (t) => {
  const { url } = await startSignaling(t);
  const [ann, bob] = [await openClient(url), await openClient(url)];
  const { participant } = await ann.join("red");
  const second = await bob.join("red", { name: "Bob" });
  t.is(await ann.refusal({ type: "update", deaf: true }), "done");
  await bob.until("participant", (m) => m.participant.deaf);
  const hold = { type: "moderate", participant, deaf: false, held: true };
  t.is(await bob.refusal(hold), "done");
  const { participant: own } = await ann.until(
    "participant",
    (m) => m.participant.held,
  );
  t.like(own, { id: participant, deaf: false, held: true });
  const all = { type: "moderate-all", muted: true, except: [participant] };
  t.is(await ann.refusal(all), "done");
  const told = await ann.until("participant", (m) => m.participant.muted);
  t.is(told.participant.id, second.participant);
});
