/** Kills, failures, broken descriptions, and what is removed or not there. */
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { makeFolder } from "../../helpers/folder.js";
import { about, at, onDisk, result, setUp } from "../../helpers/library.js";
import { until } from "../../helpers/until.js";

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

test("an end that could not be written is written as soon as there is room", async (t) => {
  const { folder, library } = await setUp(t, { writeEvery: 1 });
  await library.started(about("a"));
  const inItsWay = join(folder, "a.json.tmp");
  await mkdir(inItsWay);
  await library.failed("a", "The disk is full", result("a"));
  await rm(inItsWay, { recursive: true });
  await until({
    what: "it is written down",
    read: () => onDisk(folder, "a"),
    accept: ({ state }) => state === "failed",
  });
  t.is((await onDisk(folder, "a")).reason, "The disk is full");
  t.true(existsSync(join(folder, "a.timeline.json")));
});
