import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { pino } from "pino";
import { createLibrary } from "../../../server/recordings/library.js";
import { makeFolder } from "../../helpers/folder.js";

const START = Date.parse("2026-03-04T05:06:07.000Z");
const at = (seconds: number): Date => new Date(START + seconds * 1000);

const setUp = async (
  t: ExecutionContext,
  { writeEvery = 60_000, directory = "" } = {},
) => {
  const folder = directory || (await makeFolder(t));
  const clock = { seconds: 0 };
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: "warn" },
    { write: (l) => lines.push(JSON.parse(l)) },
  );
  const now = () => at(clock.seconds);
  const library = createLibrary({ directory: folder, log, now, writeEvery });
  t.teardown(() => library.close());
  return { folder, clock, lines, library };
};

const about = (id: string) => ({
  id,
  room: "lobby",
  title: "The lobby",
  format: "mp4" as const,
  startedAt: at(0),
});
const result = (id: string) => ({ duration: 9.5, size: 4, file: `${id}.mp4` });
const onDisk = async (folder: string, id: string) =>
  JSON.parse(await readFile(join(folder, `${id}.json`), "utf8"));

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

test("what a killed server was recording is unfinished, and its repair ends it with its file", async (t) => {
  const { folder, library: killed } = await setUp(t);
  await killed.started(about("a"));
  await killed.started(about("b"));
  await killed.started(about("c"));
  killed.person("a", {
    participant: "ann",
    name: "Ann",
    at: at(0),
    event: "joined",
  });
  await killed.close();
  await writeFile(join(folder, "a.mp4"), "data");

  const { library, clock } = await setUp(t, { directory: folder });
  clock.seconds = 5000;
  await library.started(about("c"));
  const left = await library.unfinished();
  t.deepEqual(left.map(({ id }) => id).sort(), ["a", "b"]);
  await library.finished("a", result("a"), "Repaired");
  await library.failed("b", "Nothing was recorded");
  t.like(await library.get("a"), {
    state: "stopped",
    endedAt: at(9.5).toISOString(),
    participants: [{ id: "ann", leftAt: at(9.5).toISOString() }],
  });
  t.like(await library.get("b"), {
    state: "failed",
    reason: "Nothing was recorded",
    duration: 0,
    size: 0,
  });
  t.deepEqual(await library.unfinished(), []);
});

test("a failed recording keeps what was written", async (t) => {
  const { folder, library } = await setUp(t);
  await library.started(about("a"));
  await writeFile(join(folder, "a.mp4"), "data");
  await library.failed("a", "The disk is full", result("a"));
  t.like(await library.get("a"), {
    state: "failed",
    reason: "The disk is full",
    duration: 9.5,
    size: 4,
  });
  t.is((await library.file("a")).size, 4);
});

test("a broken description costs a log line and what it said, never the list", async (t) => {
  const { folder, library, lines } = await setUp(t);
  await writeFile(join(folder, "torn.json"), '{"id": "torn", "ro');
  await writeFile(join(folder, "torn.mp4"), "12345");
  await writeFile(join(folder, "wrong.json"), '{"id": "../../etc/passwd"}');
  await writeFile(join(folder, "found.mp4"), "1234567");
  await writeFile(join(folder, "not an id.mp4"), "1");
  await writeFile(join(folder, ".gitkeep"), "");
  await mkdir(join(folder, "x.parts"));
  await library.started(about("good"));
  const listed = await library.list();
  await library.list();
  t.deepEqual(listed.map(({ id, size }) => [id, size]).sort(), [
    ["found", 7],
    ["good", 0],
    ["torn", 5],
  ]);
  t.regex(
    listed.find(({ id }) => id === "torn")?.reason ?? "",
    /cannot be read/,
  );
  t.deepEqual(lines.map(({ recording }) => recording).sort(), [
    "torn",
    "wrong",
  ]);
});

test("the list has the newest first", async (t) => {
  const { library } = await setUp(t);
  for (const [id, seconds] of [
    ["a", 5],
    ["b", 50],
    ["c", 20],
  ] as const)
    await library.started({ ...about(id), startedAt: at(seconds) });
  t.deepEqual(
    (await library.list()).map(({ id }) => id),
    ["b", "c", "a"],
  );
});

test("a directory that is not there yet is an empty list, and made by the first recording", async (t) => {
  const directory = join(await makeFolder(t), "deep", "recordings");
  const { library } = await setUp(t, { directory });
  t.deepEqual(await library.list(), []);
  await library.started(about("a"));
  t.is((await library.list()).length, 1);
});

test("a running recording can be neither removed nor fetched", async (t) => {
  const { folder, library } = await setUp(t);
  await library.started(about("a"));
  await t.throwsAsync(library.remove("a"), { message: /still being recorded/ });
  await t.throwsAsync(library.file("a"), { message: /still being recorded/ });
  t.deepEqual(await readdir(folder), ["a.json"]);
});

test("removing takes everything of a recording, and nothing of others", async (t) => {
  const { folder, library } = await setUp(t);
  for (const id of ["a", "ab"]) {
    await library.started(about(id));
    await writeFile(join(folder, `${id}.mp4`), "data");
    await mkdir(join(folder, `${id}.parts`));
    await library.finished(id, result(id));
  }
  await library.remove("a");
  t.deepEqual((await readdir(folder)).sort(), [
    "ab.json",
    "ab.mp4",
    "ab.parts",
    "ab.timeline.json",
    "ab.vtt",
  ]);
});

test("an id that is not there, or is not an id, is no such recording", async (t) => {
  const { library } = await setUp(t);
  for (const id of ["nobody", "../../etc/passwd", "", "a/b", "x".repeat(65)])
    for (const act of [library.get, library.file, library.remove])
      await t.throwsAsync(act(id), { message: /no recording/ });
});

test("an end that cannot be written is shown all the same, and found unfinished by the next start", async (t) => {
  const { folder, library, lines } = await setUp(t);
  await library.started(about("a"));
  // A directory in the place of the temporary file stops the writing as a full disk would.
  await mkdir(join(folder, "a.json.tmp"));
  await library.finished("a", result("a"));
  t.is((await library.get("a")).state, "stopped");
  t.is(lines.length, 1);
  const next = await setUp(t, { directory: folder });
  t.deepEqual(await next.library.unfinished(), [{ id: "a", format: "mp4" }]);
});
