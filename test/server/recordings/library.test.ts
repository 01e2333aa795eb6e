import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { about, at, onDisk, result, setUp } from "../../helpers/library.js";

test("a recording that starts is written down before anything else happens", async (t) => {
  const { folder, library } = await setUp(t);
  await library.started(about("a"));
  t.like(await onDisk(folder, "a"), {
    id: "a",
    room: "lobby",
    title: "The lobby",
    state: "recording",
    startedAt: "2026-03-04T05:06:07.000Z",
  });
  t.deepEqual(await readdir(folder), ["a.json"]);
});

test("a running recording shows its growing duration and the bytes in its work folder", async (t) => {
  const { folder, clock, library } = await setUp(t);
  await library.started(about("a"));
  clock.seconds = 2.5;
  t.like(await library.get("a"), {
    duration: 2.5,
    size: 0,
    state: "recording",
  });
  await mkdir(join(folder, ".a"));
  await writeFile(join(folder, ".a", "part-000.mp4"), "12345");
  clock.seconds = 4;
  t.like(await library.get("a"), { duration: 4, size: 5 });
});

test("towards a limit of size everything counts that is written, in folders of tracks too", async (t) => {
  const { folder, clock, library } = await setUp(t);
  await library.started(about("a"));
  clock.seconds = 4;
  const written = [".a", "a.tracks", join("a.tracks", ".ann")];
  for (const name of written) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "some"), "12345");
  }
  t.deepEqual(await library.progress("a"), { duration: 4, size: 15 });
  t.is((await library.get("a")).size, 5);
});

test("what happens to a running recording is shown at once, and written down", async (t) => {
  const { folder, library } = await setUp(t, { writeEvery: 1 });
  await library.started(about("a"));
  library.noted("a", "The mixer was restarted");
  library.noted("unknown", "Nobody hears this");
  t.like(await library.get("a"), {
    state: "recording",
    reason: "The mixer was restarted",
  });
  await library.close();
  t.is((await onDisk(folder, "a")).reason, "The mixer was restarted");
});

test("a paused recording counts recorded time only, and keeps when it was paused", async (t) => {
  const { folder, clock, library } = await setUp(t);
  await library.started(about("a"));
  const go = async (seconds: number, paused: boolean) => {
    clock.seconds = seconds;
    await library.paused("a", paused);
  };
  await go(10, true);
  clock.seconds = 70;
  t.like(await library.get("a"), { state: "paused", duration: 10 });
  t.is((await onDisk(folder, "a")).state, "paused");
  await go(100, false);
  clock.seconds = 105;
  t.like(await library.get("a"), { state: "recording", duration: 15 });
  await go(110, true);
  await t.throwsAsync(library.remove("a"), { code: "conflict" });
  const killed = await setUp(t, { directory: folder });
  t.deepEqual(await killed.library.unfinished(), [{ id: "a", format: "mp4" }]);
  await killed.library.finished("a", { ...result("a"), duration: 20 });
  const { endedAt, pauses } = await killed.library.get("a");
  t.is(endedAt, at(110).toISOString());
  t.deepEqual(pauses, [
    { from: at(10).toISOString(), to: at(100).toISOString() },
    { from: at(110).toISOString(), to: at(110).toISOString() },
  ]);
});

test("a finished recording says who was there, when, how long and how large", async (t) => {
  const { folder, clock, library } = await setUp(t);
  await library.started(about("a"));
  const say = (
    participant: string,
    event: "joined" | "left",
    seconds: number,
  ) =>
    library.person("a", {
      participant,
      name: `${participant}!`,
      at: at(seconds),
      event,
    });
  say("ann", "joined", 0);
  say("ann", "joined", 1);
  say("bob", "joined", 2);
  say("ann", "left", 3);
  say("ann", "joined", 4);
  say("zoe", "left", 5);
  await writeFile(join(folder, "a.mp4"), "data");
  clock.seconds = 10;
  await library.finished("a", result("a"), "The mixer was restarted");
  const expected = {
    ...{
      id: "a",
      room: "lobby",
      title: "The lobby",
      state: "stopped",
      format: "mp4",
    },
    startedAt: at(0).toISOString(),
    endedAt: at(10).toISOString(),
    duration: 9.5,
    size: 4,
    participants: [
      {
        id: "ann",
        name: "ann!",
        joinedAt: at(0).toISOString(),
        leftAt: at(3).toISOString(),
      },
      {
        id: "bob",
        name: "bob!",
        joinedAt: at(2).toISOString(),
        leftAt: at(10).toISOString(),
      },
      {
        id: "ann",
        name: "ann!",
        joinedAt: at(4).toISOString(),
        leftAt: at(10).toISOString(),
      },
    ],
    reason: "The mixer was restarted",
  };
  t.deepEqual(await library.get("a"), expected as never);
  t.deepEqual(await onDisk(folder, "a"), expected);
  t.deepEqual(await library.unfinished(), []);
});

test("coming and going is written at most once in a while, and the rest on close", async (t) => {
  const { folder, library } = await setUp(t);
  await library.started(about("a"));
  for (let n = 0; n < 100; n++)
    library.person("a", {
      participant: `p${n}`,
      name: "P",
      at: at(n),
      event: "joined",
    });
  t.is((await onDisk(folder, "a")).participants.length, 0);
  await library.close();
  t.is((await onDisk(folder, "a")).participants.length, 100);
});
