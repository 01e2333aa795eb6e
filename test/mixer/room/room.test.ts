/** A real room with real WebRTC clients, all in this process. */
import test from "ava";
import { MixerError } from "../../../mixer/contract.js";
import { BLUE, GREEN, hears, RED, sees, useRooms } from "../../helpers/room.js";
import { personOf } from "../../helpers/settings.js";
import { until } from "../../helpers/until.js";

const open = useRooms(test);

test.serial(
  "a camera is seen and a voice is heard, and by oneself only the others",
  async (t) => {
    const { room, send, receive } = open();
    room.participants.add(personOf("ann"));
    room.participants.add(personOf("bob"));
    await send("ann", "camera", { colour: RED, tone: 440 });
    await send("bob", "camera", { colour: BLUE, tone: 660 });
    const ann = await receive({ participant: "ann" });
    const viewer = await receive();
    await sees(ann, RED, [0.25, 0.5]);
    await sees(ann, BLUE, [0.75, 0.5]);
    await hears(ann, { loud: [660], silent: [440] });
    await hears(viewer, { loud: [440, 660], silent: [1320] });
    t.pass();
  },
);

test.serial(
  "a shared screen takes over, its sound is heard by all but its owner, and both go with it",
  async (t) => {
    const { room, send, receive, awaitEvent } = open();
    room.participants.add(personOf("ann"));
    room.participants.add(personOf("bob"));
    await send("ann", "camera", { colour: RED, tone: 440 });
    await send("bob", "camera", { colour: BLUE, tone: 660 });
    const ann = await receive({ participant: "ann" });
    const bob = await receive({ participant: "bob" });
    await send("ann", "share", { colour: GREEN, tone: 1320 });
    room.participants.update("ann", { sharing: true });
    await awaitEvent("layout", ({ layout }) => layout.layout === "share");
    await sees(bob, GREEN);
    await hears(bob, { loud: [440, 1320], silent: [660] });
    await hears(ann, { loud: [660], silent: [440, 1320] });
    room.participants.update("ann", { muted: true });
    await hears(bob, { loud: [1320], silent: [440, 660] });
    room.unpublish({ room: "demo", participant: "ann", source: "share" });
    await awaitEvent("layout", ({ layout }) => layout.layout === "grid");
    await sees(bob, RED, [0.25, 0.5]);
    await hears(bob, { loud: [], silent: [440, 660, 1320] });
    t.pass();
  },
);

test.serial(
  "a subscriber changes its view and its rendition without another offer",
  async (t) => {
    const { room, send, receive, awaitEvent } = open();
    room.participants.add(personOf("ann"));
    room.participants.add(personOf("bob"));
    await send("ann", "camera", { colour: RED });
    await send("bob", "camera", { colour: BLUE, tone: 660 });
    const viewer = await receive();
    const set = (change: object): void =>
      room.subscriptions.set({
        room: "demo",
        subscription: viewer.subscription,
        ...change,
      });
    await sees(viewer, RED, [0.25, 0.5]);
    set({ view: "solo:bob" });
    await sees(viewer, BLUE, [0.1, 0.5]);
    set({ rendition: "low" });
    await until({
      what: "a small picture",
      read: () => viewer.seen.width,
      accept: (width) => width === 320,
    });
    t.is(
      (await awaitEvent("quality", () => true)).subscription,
      viewer.subscription,
    );
    await awaitEvent("quality", ({ quality }) => quality.rung === "180p");
    set({ rendition: "audio" });
    await awaitEvent("quality", ({ quality }) => quality.rung === "audio");
    const { frames } = viewer.seen;
    await hears(viewer, { loud: [660], silent: [440] });
    t.true(viewer.seen.frames - frames <= 2);
    t.is(room.views.main.encoders, 0);
    set({ rendition: "auto", cap: "180p", view: "main" });
    await sees(viewer, RED, [0.25, 0.5]);
    t.is(viewer.seen.width, 320);
    const last = (
      await awaitEvent("quality", ({ quality }) => quality.cap === "180p")
    ).quality;
    t.is(last.codec, "vp8");
    t.regex(last.encoder, /vpx/);
  },
);

test.serial(
  "what nobody has may not be changed, watched, or asked for",
  async (t) => {
    const { room, receive } = open();
    const viewer = await receive();
    const code = (work: () => unknown): string | undefined =>
      t.throws(work, { instanceOf: MixerError })?.code;
    const set = (subscription: string, view: string) => () =>
      room.subscriptions.set({ room: "demo", subscription, view });
    t.is(code(set("nobody", "main")), "not-found");
    t.is(code(set(viewer.subscription, "portrait")), "not-found");
    t.is(code(set(viewer.subscription, "solo:eve")), "not-found");
    const picture = await t.throwsAsync(room.picture("portrait"));
    t.is((picture as MixerError).code, "not-found");
    const unpublish = {
      room: "demo",
      participant: "eve",
      source: "share",
    } as const;
    t.is(
      code(() => room.unpublish(unpublish)),
      "not-found",
    );
  },
);

test.serial("when everybody has gone nothing runs", async (t) => {
  const { room, send, receive } = open();
  room.participants.add(personOf("ann"));
  await send("ann", "camera", { colour: RED, tone: 440 });
  const viewer = await receive({ participant: "ann", view: "own:ann" });
  await until({
    what: "sound",
    read: () => room.encoders,
    accept: (encoders) => encoders === 2,
  });
  room.removeParticipant("ann");
  t.is(room.encoders, 0);
  t.deepEqual(
    [...room.views.all()].map(({ name }) => name),
    ["main"],
  );
  t.is(room.subscriptions.size, 0);
  t.false(room.participants.publishing);
  viewer.close();
});
