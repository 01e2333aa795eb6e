import test from "ava";
import { mixerState, seatIn, startRooms } from "../../helpers/rooms.js";

test("a socket has one subscription, the newest; viewers have their own", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const ask = { view: "main", rendition: "auto", sdp: "offer" } as const;
  const mine = { ...ask, participant: ann.participant };
  const first = await room.subscribe({ ...mine, socket: true });
  const player = await room.subscribe(mine);
  const viewer = await room.subscribe(ask);
  t.is(room.subscriptionOf(ann.participant), first.subscription);
  const second = await room.subscribe({ ...mine, socket: true });
  t.is(second.sdp, "answer to offer");
  t.is(room.subscriptionOf(ann.participant), second.subscription);
  t.false(room.hasSubscription(first.subscription));
  const state = await mixerState(room, ann);
  t.deepEqual(state.subscriptions, [
    player.subscription,
    viewer.subscription,
    second.subscription,
  ]);
  await t.throwsAsync(room.unsubscribe(first.subscription), {
    code: "not-found",
  });
  await t.throwsAsync(room.subscribe({ ...ask, sdp: "fail not-acceptable" }), {
    code: "not-acceptable",
  });
  t.is((await mixerState(room, ann)).subscriptions.length, 4);
});

test("what the mixer tells is passed on and remembered", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  const event = (name: string, data: object) =>
    ann.command(`event ${JSON.stringify({ name, data })}`);
  const ofAnn = { room: "red", participant: ann.participant };
  const inMix = () => room.participants()[0]?.inMix;

  t.deepEqual(inMix(), { why: "no media yet" });
  await event("ingest", { ...ofAnn, source: "camera", state: "connected" });
  t.true(inMix());
  await event("talking", { room: "red", talkers: [ann.participant] });
  t.deepEqual((await bob.until("talking")).talkers, [ann.participant]);
  t.deepEqual(
    room.info().map(({ talking }) => talking),
    [true, false],
  );
  await room.update(ann.participant, { muted: true });
  t.deepEqual(inMix(), { why: "muted" });
  await event("ingest", { ...ofAnn, source: "camera", state: "lost" });
  t.deepEqual(inMix(), { why: "connection lost" });
  t.deepEqual((await ann.until("restart")).peers, ["publish"]);
  t.false(bob.heard.some(({ type }) => type === "restart"));
});

test("what breaks while a participant is away is told when it is back", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  room.detach(ann.participant, ann.listener);
  const camera = { participant: ann.participant, source: "camera" };
  const data = { room: "red", ...camera, state: "lost" };
  await bob.command(`event ${JSON.stringify({ name: "ingest", data })}`);
  const again = await seatIn(room, "Ann", { resume: ann.token });
  t.deepEqual((await again.until("restart")).peers, ["publish"]);
});

test("a WHIP participant lives as long as its media", async (t) => {
  const { directory } = await startRooms(t, { timings: { mediaMs: 10 } });
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const tell = (participant: string, state: string) => {
    const data = { room: "red", participant, source: "camera", state };
    return ann.command(`event ${JSON.stringify({ name: "ingest", data })}`);
  };
  const obs = await seatIn(room, "OBS", { kind: "whip" });
  t.is(room.info()[1]?.state, "present");
  await tell(obs.participant, "connected");
  await tell(obs.participant, "lost");
  t.is((await ann.until("gone")).reason, "unresponsive");
  const other = await seatIn(room, "OBS 2", { kind: "whip" });
  await tell(other.participant, "closed");
  t.deepEqual(
    await ann.until("gone", (gone) => gone.participant === other.participant),
    { type: "gone", participant: other.participant, reason: "left" },
  );
  const mute = await seatIn(room, "OBS 3", { kind: "whip" });
  t.false(
    (await seatIn(room, "thief", { resume: mute.token })).resumed,
    "a WHIP seat is not a socket's",
  );
});

test("layout and picture come from the mixer, also of an empty room", async (t) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red", {});
  t.is((await room.layout("main")).layout, "grid");
  t.is((await room.changeView("main", { layout: "pip" })).layout, "pip");
  t.deepEqual([...(await room.picture("main"))], [0xff, 0xd8, 0xff]);
});
