import test, { type ExecutionContext } from "ava";
import type { SubscriptionQuality } from "../../../mixer/contract.js";
import type { Room } from "../../../server/rooms/types.js";
import {
  mixerState,
  mixerTells,
  seatIn,
  startRooms,
  type Person,
} from "../../helpers/rooms.js";

const subscribe = (room: Room, { participant }: Person, view = "main") =>
  room.subscribe({
    participant,
    view,
    rendition: "auto",
    sdp: "offer",
    socket: true,
  });

/** Ann, who watches the main view, and Bob, who watches the one named hall. */
const start = async (t: ExecutionContext) => {
  const { directory } = await startRooms(t, { timings: { overloadMs: 20 } });
  const room = await directory.open("red", { maxParticipants: 9 });
  await room.putView("hall", { layout: "speaker" });
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  const { subscription: anns } = await subscribe(room, ann);
  const { subscription: bobs } = await subscribe(room, bob, "hall");
  const tells = (name: string, data: object) =>
    mixerTells(ann, name, { room: "red", ...data });
  const received = async (subscription: string) =>
    (await mixerState(room, ann)).watching[subscription];
  return { room, ann, bob, anns, bobs, tells, received };
};

const viewsOf = ({ heard }: Person): string[] =>
  heard.flatMap((message) => (message.type === "tiles" ? [message.view] : []));

const QUALITY: SubscriptionQuality = {
  view: "main",
  rung: "360p",
  wanted: "auto",
  codec: "h264",
  encoder: "libx264",
  estimate: 600_000,
  lost: 0.01,
  roundTrip: 40,
};

test("tile maps go to those who watch that view, and the last one to whoever begins to", async (t) => {
  const { room, ann, bob } = await start(t);
  const idle = await seatIn(room, "Idle");
  await room.changeView("main", { layout: "pip" });
  await room.changeView("hall", { layout: "solo" });
  await ann.until("tiles", ({ layout }) => layout === "pip");
  await bob.until("tiles", ({ layout }) => layout === "solo");
  t.deepEqual(new Set(viewsOf(ann)), new Set(["main"]));
  t.deepEqual(new Set(viewsOf(bob)), new Set(["hall"]));
  t.deepEqual(viewsOf(idle), []);
  await subscribe(room, idle, "hall");
  const { tiles, ...map } = await idle.until("tiles");
  t.like(map, { view: "hall", layout: "solo", width: 1280, timestamp: 90_000 });
  t.like(tiles[0], { participant: ann.participant, source: "camera", z: 0 });
});

test("who is pinned is in the tile map", async (t) => {
  const { room, ann, bob } = await start(t);
  const pinned = bob.participant;
  await room.changeView("main", { pinned });
  await ann.until("tiles", (map) => map.pinned === pinned);
  await room.changeView("main", { pinned: null, layout: "pip" });
  const { pinned: none } = await ann.until("tiles", (m) => m.layout === "pip");
  t.is(none, undefined);
});

test("another view, rendition and cap are had on the same subscription, and the view's tile map with them", async (t) => {
  const { room, ann, anns, received } = await start(t);
  await room.watch(ann.participant, { view: "hall", cap: "360p" });
  t.is((await ann.until("tiles", ({ view }) => view === "hall")).width, 1280);
  await room.watch(ann.participant, { rendition: "180p" });
  t.is(room.subscriptionOf(ann.participant), anns);
  const now = { view: "hall", rendition: "180p", cap: "360p" };
  t.deepEqual(await received(anns), now);
  const before = viewsOf(ann).length;
  await room.changeView("main", { layout: "pip" });
  t.is(viewsOf(ann).length, before, "it does not watch that one any more");
  await room.watch(ann.participant, { view: `own:${ann.participant}` });
  t.like(await received(anns), { view: `own:${ann.participant}` });
});

test("a view that is not there is not watched, and nothing changes", async (t) => {
  const { room, ann, anns, received } = await start(t);
  const notFound = { code: "not-found", message: /There is no view/ };
  for (const view of ["nowhere", "solo:nobody", "own:nobody"]) {
    const change = { view, cap: "180p" } as const;
    await t.throwsAsync(room.watch(ann.participant, change), notFound);
    await t.throwsAsync(subscribe(room, ann, view), notFound);
  }
  t.is(room.subscriptionOf(ann.participant), anns);
  t.deepEqual(await received(anns), { view: "main", rendition: "auto" });
  const idle = await seatIn(room, "Idle");
  const none = { code: "not-found", message: /no subscription/ };
  await t.throwsAsync(room.watch(idle.participant, { view: "main" }), none);
});

test("the data saver stays with the seat until it is taken away", async (t) => {
  const { room, ann, received } = await start(t);
  await room.watch(ann.participant, { cap: "slides" });
  const second = (await subscribe(room, ann)).subscription;
  t.like(await received(second), { cap: "slides" });
  await room.watch(ann.participant, { cap: null });
  t.like(await received(second), { cap: null });
  const third = (await subscribe(room, ann)).subscription;
  t.deepEqual(await received(third), { view: "main", rendition: "auto" });
});

test("whoever watches what is taken away gets the main view", async (t) => {
  const { room, ann, bob, bobs, received } = await start(t);
  const viewer = await room.subscribe({
    view: `solo:${bob.participant}`,
    rendition: "auto",
    sdp: "offer",
  });
  await room.removeView("hall");
  t.like(await received(bobs), { view: "main" });
  await bob.until("tiles", ({ view }) => view === "main");
  await room.watch(ann.participant, { view: `solo:${bob.participant}` });
  await room.leave(bob.participant, "left");
  await ann.until("tiles", ({ view }) => view === "main");
  t.like(await received(viewer.subscription), { view: "main" });
  t.like(await received(room.subscriptionOf(ann.participant) ?? ""), {
    view: "main",
  });
});

test("a participant is told of its own quality and uplink, and nobody else is", async (t) => {
  const { room, ann, bob, bobs, tells } = await start(t);
  t.is(room.participants()[1]?.quality, undefined);
  await tells("quality", { subscription: bobs, quality: QUALITY });
  t.deepEqual((await bob.until("quality")).quality, QUALITY);
  t.deepEqual(room.participants()[1]?.quality, QUALITY);
  const hints = [
    { source: "camera", width: 320, height: 180, fps: 15, bitrate: 200_000 },
  ];
  await tells("uplink", { participant: bob.participant, hints });
  t.deepEqual((await bob.until("uplink")).hints, hints as never);
  const foreign = ann.heard.filter(
    ({ type }) => type === "quality" || type === "uplink",
  );
  t.deepEqual(foreign, []);
  room.detach(bob.participant, bob.listener);
  const again = await seatIn(room, "Bob", { resume: bob.token });
  t.deepEqual((await again.until("uplink")).hints, hints as never);
});

test("a player that receives a participant's mix shows as its quality; what is unknown is ignored", async (t) => {
  const { room, tells } = await start(t);
  const carl = await seatIn(room, "Carl");
  const { subscription } = await room.subscribe({
    participant: carl.participant,
    view: "main",
    rendition: "low",
    sdp: "offer",
  });
  await tells("quality", { subscription, quality: QUALITY });
  await tells("quality", { subscription: "gone", quality: QUALITY });
  await tells("uplink", { participant: "gone", hints: [] });
  t.deepEqual(room.participants()[2]?.quality, QUALITY);
  t.false(carl.heard.some(({ type }) => type === "quality"));
});

test("overload is told to everybody, also to who comes later, and ends with the mixer", async (t) => {
  const { room, ann, bob, tells } = await start(t);
  await tells("overload", { level: 2 });
  for (const person of [ann, bob])
    t.regex((await person.until("overload")).message, /fewer frames/);
  t.is(room.overload, 2);
  const carl = await seatIn(room, "Carl");
  t.is((await carl.until("overload")).level, 2);
  await ann.command("crash").catch(() => {});
  t.is((await bob.until("overload", ({ level }) => level === 0)).level, 0);
  const dora = await seatIn(room, "Dora");
  t.false(dora.heard.some(({ type }) => type === "overload"));
});

test("a mixer that is full for a while gets nobody more, but keeps who is there", async (t) => {
  const { room, ann, tells } = await start(t);
  await tells("overload", { level: 4 });
  const early = await seatIn(room, "Early");
  await room.leave(early.participant, "left");
  const refusal = async (): Promise<unknown> => {
    for (;;)
      try {
        const late = await seatIn(room, "Late");
        await room.leave(late.participant, "left");
      } catch (error) {
        return error;
      }
  };
  t.like(await refusal(), { code: "overloaded", status: 503 });
  room.detach(ann.participant, ann.listener);
  t.true((await seatIn(room, "Ann", { resume: ann.token })).resumed);
  await tells("overload", { level: 3 });
  await t.notThrowsAsync(seatIn(room, "Later"));
});

test("a mixer at its limit gets no camera that is switched on, and keeps those that are on", async (t) => {
  const { room, ann, bob, tells } = await start(t);
  const camera = { camera: true };
  await room.update(ann.participant, camera);
  await tells("overload", { level: 4 });
  await bob.until("overload");
  await t.throwsAsync(room.update(bob.participant, camera), {
    code: "overloaded",
  });
  t.deepEqual(
    room.info().map((one) => one.camera),
    [true, false],
  );
  await t.notThrowsAsync(room.update(ann.participant, camera));
  await room.update(bob.participant, { muted: true });
  await tells("overload", { level: 3 });
  await bob.until("overload", ({ level }) => level === 3);
  await t.notThrowsAsync(room.update(bob.participant, camera));
});
