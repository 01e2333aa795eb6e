import test from "ava";
import {
  ICE_SERVERS,
  openClient,
  startSignaling,
} from "../../helpers/signaling.js";

test("a join is answered with the seat and all that is in the room", async (t) => {
  const { url } = await startSignaling(t);
  const ann = await openClient(url);
  const seat = await ann.join("red", { name: "Ann", camera: true });
  t.like(seat, {
    resumed: false,
    room: "red",
    title: "red",
    role: "moderator",
    recordings: [],
    lives: [],
    iceServers: ICE_SERVERS,
  });
  t.deepEqual(seat.participants, [
    {
      id: seat.participant,
      name: "Ann",
      role: "moderator",
      muted: false,
      camera: true,
      sharing: false,
      deaf: false,
      held: false,
      music: false,
      denoise: false,
      pan: 0,
      spread: false,
      recorded: true,
      gain: 1,
      talking: false,
      spoke: 0,
      state: "present",
    },
  ]);
  const bob = await openClient(url);
  const second = await bob.join("red", { name: "Bob" });
  t.is(second.participants.length, 2);
  t.is((await ann.until("participant")).participant.id, second.participant);
  t.is(bob.heard[0]?.type, "joined", "nothing comes before the seat");
});

test("media messages sent in one breath with the join are handled in their order", async (t) => {
  const { url } = await startSignaling(t);
  const ann = await openClient(url);
  const replies = await Promise.all([
    ann.request({ type: "join", room: "red" }),
    ann.request({ type: "publish", sdp: "one" }),
    ann.request({
      type: "candidate",
      peer: "publish",
      candidate: "c",
      mid: "0",
    }),
    ann.request({ type: "subscribe", sdp: "two" }),
    ann.request({
      type: "candidate",
      peer: "subscribe",
      candidate: "c",
      mid: "0",
    }),
    ann.request({ type: "update", muted: true }),
    ann.request({ type: "ping" }),
  ]);
  t.deepEqual(
    replies.map(({ type }) => type),
    ["joined", "answer", "done", "answer", "done", "done", "pong"],
  );
  t.like(replies[1], { peer: "publish", sdp: "answer to one" });
  t.like(replies[3], { peer: "subscribe", sdp: "answer to two" });
});

test("a moderator's layout and pin reach everybody who watches that view", async (t) => {
  const { url } = await startSignaling(t);
  const [ann, bob] = [await openClient(url), await openClient(url)];
  const { participant } = await ann.join("red");
  await bob.join("red");
  await bob.request({ type: "subscribe", sdp: "hi" });
  t.is(await ann.refusal({ type: "layout", layout: "speaker" }), "done");
  await bob.until("tiles", ({ layout }) => layout === "speaker");
  t.is(await ann.refusal({ type: "pin", participant }), "done");
  await bob.until("tiles", ({ pinned }) => pinned === participant);
  t.is(await ann.refusal({ type: "pin", participant: null }), "done");
  const regions = [{ x: 0, y: 0, width: 1, height: 1, source: "speaker" }];
  t.is(await ann.refusal({ type: "layout", layout: { regions } }), "done");
  const { pinned } = await bob.until("tiles", (m) => m.layout === "custom");
  t.is(pinned, undefined);
  t.false(
    ann.heard.some(({ type }) => type === "tiles"),
    "it watches nothing",
  );
});

test("watching another view waits for the subscription, and takes nothing anew", async (t) => {
  const { url } = await startSignaling(t);
  const ann = await openClient(url);
  const { participant } = await ann.join("red");
  const view = `solo:${participant}`;
  const replies = await Promise.all([
    ann.request({ type: "subscribe", sdp: "hi", rendition: "540p" }),
    ann.request({ type: "watch", view, cap: "180p" }),
    ann.request({ type: "watch", cap: null, rendition: "slides" }),
  ]);
  t.deepEqual(
    replies.map(({ type }) => type),
    ["answer", "done", "done"],
  );
  t.is((await ann.until("tiles", (m) => m.view === view)).width, 1280);
});

test("a shared screen is a connection of its own, of which everybody is told", async (t) => {
  const { url } = await startSignaling(t);
  const [ann, bob] = [await openClient(url), await openClient(url)];
  await ann.join("red");
  await bob.join("red");
  await ann.request({ type: "publish", sdp: "camera" });
  const share = { type: "publish", source: "share", sdp: "screen" };
  t.like(await ann.request(share), { peer: "share", sdp: "answer to screen" });
  await bob.until("participant", (m) => m.participant.sharing);
  const late = { peer: "share", candidate: "c", mid: "0" };
  t.is(await ann.refusal({ type: "candidate", ...late }), "done");
  t.is(await ann.refusal({ type: "update", sharing: false }), "done");
  await bob.until("participant", (m) => !m.participant.sharing);
});

test("a publish that waits does not hold up muting", async (t) => {
  const { url } = await startSignaling(t);
  const ann = await openClient(url);
  await ann.join("red");
  ann.send(JSON.stringify({ type: "publish", sdp: "silent" }));
  ann.send(JSON.stringify({ type: "subscribe", sdp: "hi", id: "late" }));
  t.is(await ann.refusal({ type: "update", muted: true }), "done");
  t.true((await ann.until("participant")).participant.muted);
  t.false(
    ann.heard.some((message) => "id" in message && message.id === "late"),
  );
});

test("what one changes, mutes, removes and records, everybody is told", async (t) => {
  const { url, directory } = await startSignaling(t);
  const [ann, bob] = [await openClient(url), await openClient(url)];
  await ann.join("red");
  const { participant: bobId } = await bob.join("red", { name: "Bob" });
  t.is(await bob.refusal({ type: "update", name: "Bobby" }), "done");
  await ann.until("participant", (m) => m.participant.name === "Bobby");
  t.is(
    await ann.refusal({ type: "moderate", participant: bobId, muted: true }),
    "done",
  );
  await bob.until("participant", (m) => m.participant.muted);

  t.is(await ann.refusal({ type: "record", state: "recording" }), "done");
  t.is(await bob.refusal({ type: "record", state: "recording" }), "done");
  t.is(directory.find("red")?.recordings().length, 1);
  await bob.until("recording", (m) => m.recording.state === "recording");
  t.is(await bob.refusal({ type: "record", state: "stopped" }), "done");
  await ann.until("recording", (m) => m.recording.state === "stopped");

  t.is(await ann.refusal({ type: "remove", participant: bobId }), "done");
  t.is((await bob.until("closed")).reason, "removed");
  t.deepEqual(await bob.closed, { code: 1000, reason: "removed" });
  t.is((await ann.until("gone")).participant, bobId);
});

test("leaving is answered, told to the others, and ends the socket", async (t) => {
  const { url, directory } = await startSignaling(t);
  const [ann, bob] = [await openClient(url), await openClient(url)];
  await ann.join("red");
  await bob.join("red");
  t.is(await ann.refusal({ type: "leave" }), "done");
  t.is((await ann.closed).code, 1000);
  t.is((await bob.until("gone")).reason, "left");
  t.is(directory.find("red")?.info().length, 1);
});

test("a dropped socket resumes its seat with its token alone, where rooms ask for more", async (t) => {
  const { url, directory } = await startSignaling(t, {
    access: { apiKey: "k".repeat(32), openRooms: false },
  });
  const first = await openClient(url);
  const seat = await first.join("red", { token: "k".repeat(32), muted: true });
  first.socket.terminate();
  const second = await openClient(url);
  const again = await second.join("red", { resume: seat.token });
  t.like(again, {
    resumed: true,
    participant: seat.participant,
    token: seat.token,
    role: "moderator",
  });
  t.true(directory.find("red")?.info()[0]?.muted);
  const thief = await openClient(url);
  t.is(
    await thief.refusal({ type: "join", room: "red", resume: "guess" }),
    "not-authorised",
  );
});

test("the newer of two sockets has the seat, and the older is told and closed", async (t) => {
  const { url } = await startSignaling(t);
  const first = await openClient(url);
  const seat = await first.join("red");
  const second = await openClient(url);
  t.true((await second.join("red", { resume: seat.token })).resumed);
  t.is((await first.until("closed")).reason, "replaced");
  await first.closed;
  t.is(await second.refusal({ type: "update", muted: true }), "done");
});

test("a seat whose socket drops is away, and present again after", async (t) => {
  const { url } = await startSignaling(t);
  const [ann, bob] = [await openClient(url), await openClient(url)];
  const { token } = await ann.join("red");
  await bob.join("red");
  ann.socket.terminate();
  await bob.until("participant", (m) => m.participant.state === "away");
  await (await openClient(url)).join("red", { resume: token });
  const back = (m: { participant: { state: string } }) =>
    m.participant.state === "present";
  t.is((await bob.until("participant", back)).participant.name, "Ann");
});

test("without the role of a moderator one manages only oneself", async (t) => {
  const { url, directory } = await startSignaling(t);
  const ann = await openClient(url);
  const seat = await ann.join("red");
  const room = directory.find("red");
  await room?.update(seat.participant, { role: "participant" });
  const { participant } = seat;
  for (const message of [
    { type: "moderate", participant, muted: true },
    { type: "moderate-all", muted: true },
    { type: "remove", participant },
    { type: "record", state: "recording" },
    { type: "layout", layout: "solo" },
    { type: "pin", participant },
  ])
    t.is(await ann.refusal(message), "forbidden");
  t.like(room?.view("main"), { layout: "grid", pinned: undefined });
  t.like(room?.info(), [{ muted: false }]);
  t.deepEqual(room?.recordings(), []);
  t.is(await ann.refusal({ type: "update", muted: true }), "done");
});

test("a mixer that dies makes the client offer anew, on the same socket and seat", async (t) => {
  const { url } = await startSignaling(t);
  const ann = await openClient(url);
  await ann.join("red");
  await ann.request({ type: "subscribe", sdp: "hi" });
  const crash = ann.refusal({ type: "publish", sdp: "crash" });
  t.is(await crash, "mixer-failed");
  t.deepEqual((await ann.until("restart")).peers, ["publish", "subscribe"]);
  t.is(await ann.refusal({ type: "publish", sdp: "again" }), "answer");
  t.is(await ann.refusal({ type: "subscribe", sdp: "again" }), "answer");
});
