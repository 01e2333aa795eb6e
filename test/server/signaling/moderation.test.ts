import test from "ava";
import { until } from "../../helpers/until.js";
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

test("a moderator ends somebody's share, of which its owner is told", async (t) => {
  const { url } = await startSignaling(t);
  const [ann, bob] = [await openClient(url), await openClient(url)];
  const { participant } = await ann.join("red");
  await bob.join("red");
  await ann.request({ type: "publish", source: "share", sdp: "screen" });
  await bob.until("participant", (m) => m.participant.sharing);
  const end = { type: "moderate", participant, sharing: false };
  t.is(await bob.refusal(end), "done");
  const told = (m: { participant: { id: string; sharing: boolean } }) =>
    m.participant.id === participant && !m.participant.sharing;
  for (const one of [ann, bob]) await one.until("participant", told);
  t.is(await bob.refusal(end), "done", "what has ended may be ended");
});

test("a moderator turns the page for everybody who watches", async (t) => {
  const { url } = await startSignaling(t);
  const [ann, bob] = [await openClient(url), await openClient(url)];
  await ann.join("red");
  await bob.join("red");
  await bob.request({ type: "subscribe", sdp: "hi" });
  t.is(await ann.refusal({ type: "page", page: 2 }), "done");
  await bob.until("tiles", ({ page }) => page === 2);
  const missing = { type: "page", page: 0, view: "nowhere" };
  t.is(await ann.refusal(missing), "not-found");
});

test("muting who comes is switched in the call, everybody is told, and the room goes with its people all the same", async (t) => {
  const { url, directory } = await startSignaling(t, {
    timings: { idleMs: 10 },
  });
  const [ann, bob] = [await openClient(url), await openClient(url)];
  t.false((await ann.join("red")).muteOnEntry);
  const asked = { type: "configure", muteOnEntry: true };
  t.is(await ann.refusal(asked), "done");
  t.true((await ann.until("options")).muteOnEntry);
  const seat = await bob.join("red", { name: "Bob" });
  t.true(seat.muteOnEntry);
  t.deepEqual(
    seat.participants.map(({ muted }) => muted),
    [false, true],
  );
  await bob.request({ type: "leave" });
  await ann.request({ type: "leave" });
  await until({
    what: "the room is gone",
    read: async () => directory.list().length,
    accept: (rooms) => rooms === 0,
  });
});

test("what is a moderator's is refused to others", async (t) => {
  const { url, directory } = await startSignaling(t);
  const ann = await openClient(url);
  const { participant } = await ann.join("red");
  await directory.find("red")?.update(participant, { role: "participant" });
  for (const message of [
    { type: "moderate", participant, sharing: false },
    { type: "page", page: 1 },
    { type: "configure", muteOnEntry: true },
    { type: "record", state: "paused" },
    { type: "live", state: "live" },
    { type: "playable" },
    { type: "play", sound: { file: "a.mp3" } },
    { type: "playback", played: "p", state: "stopped" },
    { type: "route", routing: {} },
  ])
    t.is(await ann.refusal(message), "forbidden");
  t.is(await ann.refusal({ type: "chat", text: "I may write" }), "done");
});
