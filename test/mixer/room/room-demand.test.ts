/** What a real room takes in and what it gives up, with real WebRTC clients, all in this process. */
import test from "ava";
import type { MixerError } from "../../../mixer/contract.js";
import { createLoad, type Load } from "../../../mixer/room/load.js";
import { BLUE, GREEN, hears, RED, sees, useRooms } from "../../helpers/room.js";
import { personOf, settingsOf } from "../../helpers/settings.js";
import { until } from "../../helpers/until.js";

const open = useRooms(test);

test.serial(
  "who is in no watched view is asked for no picture, hands none over, and is heard on",
  async (t) => {
    const { room, send, receive, awaitEvent, counters, hintFor } = open({
      main: settingsOf({ layout: "solo", pinned: "ann" }),
    });
    room.participants.add(personOf("ann"));
    room.participants.add(personOf("bob"));
    await send("bob", "camera", { colour: BLUE, tone: 660 });
    const viewer = await receive();
    await awaitEvent(
      "uplink",
      ({ participant, hints }) =>
        participant === "bob" && hints[0]?.bitrate === 0,
    );
    const before = counters.framesReceived;
    await hears(viewer, { loud: [660], silent: [440] });
    t.true(counters.framesReceived - before <= 1);
    await room.setView("main", settingsOf({ layout: "solo", pinned: "bob" }));
    const { value: hint } = await until({
      what: "a hint for all of the canvas",
      read: () => hintFor("bob"),
      accept: (it) => it !== undefined && it.width === 640,
    });
    t.is(hint?.fps, 15);
    await sees(viewer, BLUE);
  },
);

test.serial(
  "a picture of a room that nobody watches shows who is there now",
  async (t) => {
    const { room, send, events, hintFor } = open();
    room.participants.add(personOf("ann"));
    await send("ann", "camera", { colour: RED });
    await until({
      what: "that nothing is asked for",
      read: () => hintFor("ann"),
      accept: (hint) => hint?.bitrate === 0,
    });
    const jpeg = await room.picture("main");
    t.deepEqual([...jpeg.subarray(0, 2)], [0xff, 0xd8]);
    t.is(events("layout").at(-1)?.layout.tiles[0]?.state, "live");
    t.is(hintFor("ann")?.width, 640);
  },
);

const loadOf = (level: Load["level"]): Load & { level: Load["level"] } => {
  const load = { ...createLoad(() => 0), level };
  return Object.assign(load, { look: () => undefined });
};

test.serial(
  "an overloaded room says so, gets smaller, and takes no further camera; voices still come",
  async (t) => {
    const load = loadOf(0);
    const { room, send, receive, awaitEvent } = open({ load });
    room.participants.add(personOf("ann"));
    room.participants.add(personOf("bob"));
    await send("ann", "camera", { colour: RED, tone: 440 });
    const viewer = await receive();
    await sees(viewer, RED, [0.25, 0.5]);
    t.is(viewer.seen.width, 640);
    load.level = 4;
    await awaitEvent("overload", ({ level }) => level === 4);
    await until({
      what: "a smaller picture",
      read: () => viewer.seen.width,
      accept: (width) => width < 640,
    });
    const refused = await t.throwsAsync(
      send("bob", "camera", { colour: BLUE }),
    );
    t.is((refused as MixerError).code, "overloaded");
    await send("bob", "camera", { tone: 660 });
    await hears(viewer, { loud: [440, 660], silent: [1320] });
    await t.throwsAsync(send("bob", "camera", { colour: BLUE, tone: 660 }), {
      code: "overloaded",
    });
    await send("ann", "camera", { colour: GREEN, tone: 440 });
    await sees(viewer, GREEN, [0.25, 0.5]);
    load.level = 0;
    await awaitEvent("overload", ({ level }) => level === 0);
    await until({
      what: "a large picture",
      read: () => viewer.seen.width,
      accept: (width) => width === 640,
      within: 20_000,
    });
  },
);
