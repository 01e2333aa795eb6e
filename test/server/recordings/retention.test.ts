import { mkdir, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import type { RecordingEntry } from "../../../server/recordings/entry.js";
import { overdue, type Limits } from "../../../server/recordings/retention.js";
import { spaceTaken } from "../../../server/recordings/space.js";
import { makeFolder } from "../../helpers/folder.js";
import { startHttp } from "../../helpers/http.js";
import { until } from "../../helpers/until.js";

const entry = (id: string, day: number, about: object = {}): RecordingEntry => {
  const at = `2026-01-${String(day).padStart(2, "0")}T12:00:00.000Z`;
  return {
    ...{ id, room: "red", title: "Red", state: "stopped", format: "mp4" },
    ...{ startedAt: at, endedAt: at, duration: 1, size: 0, participants: [] },
    ...about,
  } as RecordingEntry;
};

const ALL = [entry("c", 9), entry("a", 1), entry("b", 5)];
const BYTES = new Map([
  ["a", 100],
  ["b", 200],
  ["c", 300],
]);

const gone = (limits: Limits, kept: string[] = [], entries = ALL): string =>
  overdue(entries, limits, {
    now: new Date("2026-01-11T12:00:00.000Z"),
    bytes: BYTES,
    isKept: ({ id }) => kept.includes(id),
  })
    .map(({ id, reason }) => `${id} ${reason}`)
    .join(", ");

for (const [what, expected, limits, kept] of [
  ["without limits nothing goes", "", {}],
  ["what is older than the days goes", "a age, b age", { keepDays: 5 }],
  ["on the last day it is still there", "a age", { keepDays: 6 }],
  ["beyond the bytes the oldest goes", "a size", { keepBytes: 599 }],
  ["as many go as are needed", "a size, b size", { keepBytes: 400 }],
  ["at the limit nothing goes", "", { keepBytes: 600 }],
  ["what is kept makes the next go", "b size", { keepBytes: 599 }, ["a"]],
  ["age makes room too", "a age", { keepDays: 9, keepBytes: 500 }],
  [
    "the limit of all can be less than one",
    "a size, b size, c size",
    { keepBytes: 1 },
  ],
] as [string, string, Limits, string[]?][])
  test(what, (t) => t.is(gone(limits, kept), expected));

test("what runs never goes, and what lies elsewhere alone makes no room", (t) => {
  const running = entry("a", 1, { state: "paused", endedAt: undefined });
  const remote = entry("elsewhere", 1);
  const all = [running, remote, ALL[2]!];
  t.is(gone({ keepBytes: 1 }, [], all), "b size");
  t.is(gone({ keepDays: 1 }, [], all), "elsewhere age, b age");
});

test("space is that of everything beside a recording, folders too", async (t) => {
  const folder = await makeFolder(t);
  await mkdir(join(folder, "one.parts/deep"), { recursive: true });
  await mkdir(join(folder, ".one"));
  for (const name of ["one.mp4", "one.json", "one.parts/deep/x", ".one/y"])
    await writeFile(join(folder, name), "1234567890");
  await writeFile(join(folder, "one-more.mp4"), "12345");
  const taken = await spaceTaken(folder);
  t.is(taken.get("one"), 40);
  t.is(taken.get("one-more"), 5);
});

test("a running server lets the oldest go, but for what is downloaded, and says so", async (t) => {
  const http = await startHttp(t, {
    keeping: { limits: { keepBytes: 2_500_000 }, everyMs: 50 },
  });
  const { folder, call, keeping, library } = http;
  for (const [at, id] of ["old", "older", "oldest"].entries()) {
    await writeFile(
      join(folder, `${id}.json`),
      JSON.stringify(entry(id, 9 - at)),
    );
    await writeFile(join(folder, `${id}.mp4`), Buffer.alloc(1_000_000));
  }
  // Somebody reads slowly.
  const slow = await fetch(
    `http://127.0.0.1:${http.port}/v1/recordings/oldest/file`,
  );
  t.true(library.isUsed("oldest"));
  keeping.start();
  await until({
    what: "one is gone",
    read: () => existsSync(join(folder, "older.json")),
    accept: (there) => !there,
  });
  t.deepEqual(
    (await call("GET", "/v1/recordings")).json.map(
      ({ id }: { id: string }) => id,
    ),
    ["old", "oldest"],
  );
  t.is((await slow.arrayBuffer()).byteLength, 1_000_000);
  await until({
    what: "nobody reads it",
    read: () => library.isUsed("oldest"),
    accept: (used) => !used,
  });
  const { value: text } = await until({
    what: "the look is over",
    read: async () => (await call("GET", "/metrics")).text,
    accept: (figures) => /^tutti_recordings_stored 2$/m.test(figures),
  });
  t.regex(text, /^tutti_recordings_removed_total\{reason="size"\} 1$/m);
  t.regex(text, /^tutti_recordings_stored_bytes 200\d{4}$/m);
});
