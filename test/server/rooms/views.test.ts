import test from "ava";
import { mixerState, seatIn, startRooms } from "../../helpers/rooms.js";
import { SPOILT } from "../../helpers/spoilt.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const PORTRAIT = { width: 720, height: 1280, fps: 30 };
const WHOLE = [{ x: 0, y: 0, width: 1, height: 1 }];

const startWithAnn = async (t: Parameters<typeof startRooms>[0]) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red", {});
  const ann = await seatIn(room, "Ann");
  const inMixer = async () => (await mixerState(room, ann)).views;
  return { directory, room, ann, inMixer };
};

test("a view is made as large as the main one, changed in what is said, and taken away", async (t) => {
  const { room, inMixer } = await startWithAnn(t);
  t.true(await room.putView("hall", { layout: "speaker" }));
  const made = { ...MAIN_VIEW, layout: "speaker" } as const;
  t.deepEqual(room.view("hall"), made);
  t.false(await room.putView("hall", { labels: "off", page: undefined }));
  t.like(await room.changeView("hall", { temperament: "calm" }), {
    view: "hall",
    layout: "speaker",
  });
  const changed = { ...made, labels: "off", temperament: "calm" } as const;
  t.deepEqual(room.view("hall"), changed);
  t.deepEqual(await inMixer(), { main: MAIN_VIEW, hall: changed });
  t.deepEqual(room.views(), ["main", "hall"]);
  await room.removeView("hall");
  t.deepEqual(room.views(), ["main"]);
  t.deepEqual(await inMixer(), { main: MAIN_VIEW });
});

test("views may have other sizes, but none changes while it is being made", async (t) => {
  const { room, inMixer } = await startWithAnn(t);
  await room.putView("phone", PORTRAIT);
  for (const [view, change, field] of [
    ["phone", { width: 1080 }, "width"],
    ["phone", { ...PORTRAIT, fps: 15 }, "fps"],
    ["main", { height: 1080 }, "height"],
  ] as const) {
    const refused = { code: "conflict", message: new RegExp(`^${field}: `) };
    await t.throwsAsync(room.putView(view, change), refused);
  }
  await room.putView("phone", { ...PORTRAIT, layout: "pip" });
  t.deepEqual(await inMixer(), {
    main: MAIN_VIEW,
    phone: { ...MAIN_VIEW, ...PORTRAIT, layout: "pip" },
  });
});

test("a layout that the mixer refuses changes nothing, here and there", async (t) => {
  const { room, inMixer } = await startWithAnn(t);
  const layout = { regions: WHOLE, background: { image: SPOILT } };
  const refused = { code: "bad-request", message: /^layout\.background/ };
  const change = { layout, labels: "off" } as const;
  await t.throwsAsync(room.changeView("main", change), refused);
  await t.throwsAsync(room.putView("main", change), refused);
  await t.throwsAsync(room.putView("new", change), refused);
  t.deepEqual(room.views(), ["main"]);
  t.deepEqual(room.view("main"), MAIN_VIEW);
  t.deepEqual(await inMixer(), { main: MAIN_VIEW });
});

test("what is not there is not found, and the main view stays", async (t) => {
  const { room, ann } = await startWithAnn(t);
  const notFound = { code: "not-found", message: /view "hall"/ };
  await t.throwsAsync(room.changeView("hall", { page: 1 }), notFound);
  await t.throwsAsync(room.removeView("hall"), notFound);
  await t.throwsAsync(room.layout("hall"), notFound);
  await t.throwsAsync(room.picture("hall"), notFound);
  t.throws(() => room.view("hall"), notFound);
  const recording = { format: "mp4", rendition: "high" } as const;
  await t.throwsAsync(
    room.startRecording({ ...recording, view: "hall" }),
    notFound,
  );
  t.deepEqual(room.recordings(), []);
  const missing = { code: "no-such-participant" };
  await t.throwsAsync(room.changeView("main", { pinned: "bob" }), missing);
  await t.throwsAsync(room.layout("solo:bob"), { code: "not-found" });
  t.is((await room.layout(`solo:${ann.participant}`)).tiles.length, 1);
  await t.throwsAsync(room.removeView("main"), { code: "conflict" });
  t.deepEqual(room.view("main"), MAIN_VIEW);
});

test("changes that come at once are all made", async (t) => {
  const { room, ann, inMixer } = await startWithAnn(t);
  await Promise.all([
    room.changeView("main", { layout: "speaker" }),
    room.changeView("main", { pinned: ann.participant }),
    room.changeView("main", { pinned: "nobody" }).catch(() => {}),
    room.configure({ title: "Red", layout: "pip" }),
    room.putView("main", { labels: "talking" }),
  ]);
  const main = {
    ...MAIN_VIEW,
    layout: "pip",
    labels: "talking",
    pinned: ann.participant,
  } as const;
  t.deepEqual(await inMixer(), { main });
  t.like(room.options, { title: "Red", layout: "pip" });
});

test("who leaves is pinned no more", async (t) => {
  const { room, ann, inMixer } = await startWithAnn(t);
  const bob = await seatIn(room, "Bob");
  const pinned = { pinned: bob.participant };
  await room.changeView("main", pinned);
  await room.putView("hall", pinned);
  await room.changeView("main", { pinned: null });
  t.deepEqual(room.view("main"), MAIN_VIEW);
  await room.changeView("main", pinned);
  await room.leave(bob.participant, "left");
  // Changes are made in turn, so this one comes after.
  await room.changeView("main", { page: 0 });
  t.deepEqual(await inMixer(), { main: MAIN_VIEW, hall: MAIN_VIEW });
  await room.changeView("hall", { pinned: ann.participant });
  t.is(room.view("hall").pinned, ann.participant);
});

test("a room has so many views and no more", async (t) => {
  const { room } = await startWithAnn(t);
  for (let n = 1; n < 16; n++) await room.putView(`v${n}`, {});
  const full = { code: "conflict", message: /16 views/ };
  await t.throwsAsync(room.putView("more", {}), full);
  t.false(await room.putView("v1", { layout: "solo" }));
  await room.removeView("v1");
  t.true(await room.putView("more", {}));
});

test("a view that is being recorded stays", async (t) => {
  const { room, ann } = await startWithAnn(t);
  await room.putView("hall", {});
  const { id } = await room.startRecording({
    format: "mp4",
    rendition: "high",
    view: "hall",
  });
  t.deepEqual((await mixerState(room, ann)).recordings, { [id]: "hall" });
  const refused = { code: "conflict", message: /recorded/ };
  await t.throwsAsync(room.removeView("hall"), refused);
  await room.stopRecording(id);
  await room.removeView("hall");
  t.deepEqual(room.views(), ["main"]);
});

test("a room without a mixer is not given one for its options, and keeps its views for the next", async (t) => {
  const { directory, supervisor } = await startRooms(t, {
    timings: { idleMs: 5 },
  });
  const video = { width: 640, height: 360, fps: 15 };
  const room = await directory.open("red", { layout: "speaker" });
  await room.configure({ video, layout: "solo" });
  t.like(room.options, { video, layout: "solo" });
  const mixer = supervisor.pick();
  const main = MAIN_VIEW;
  await mixer.request("room.open", { room: "red", main });
  await mixer.request("room.close", { room: "red" });
  await room.putView("hall", { layout: "grid" });
  const ann = await seatIn(room, "Ann");
  t.deepEqual((await mixerState(room, ann)).views, {
    main: { ...MAIN_VIEW, ...video, layout: "solo" },
    hall: { ...MAIN_VIEW, ...video },
  });
});
