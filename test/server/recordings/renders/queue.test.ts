/** The queue with real render processes. */
import { existsSync } from "node:fs";
import { access, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { RecordingResult } from "../../../../mixer/contract.js";
import { startRenderChild } from "../../../../server/mixers/render-child.js";
import { createLibrary } from "../../../../server/recordings/library.js";
import {
  createRenders,
  type RunRender,
} from "../../../../server/recordings/renders/queue.js";
import type { StoredJob } from "../../../../server/recordings/renders/store.js";
import { makeFolder } from "../../../helpers/folder.js";
import { descendants } from "../../../helpers/processes.js";
import { silentLog } from "../../../helpers/supervisor.js";
import { ANN, BEN, makeRecording } from "../../../helpers/tracks.js";
import { until } from "../../../helpers/until.js";

const record = async (folder: string, seconds: number) => {
  const entry = await makeRecording(folder, "rec", [ANN, BEN], seconds);
  await writeFile(join(folder, "rec.json"), JSON.stringify(entry));
};

/** util-linux. */
const IDLE_IS_POSSIBLE = existsSync("/usr/bin/chrt");
/** sched(7). */
const SCHED_IDLE = "5";

const real: RunRender = (...asked) => startRenderChild(...asked, process.env);

const setUp = async (
  t: ExecutionContext,
  {
    folder = "",
    run = real,
    atOnce = 1,
  }: { folder?: string; run?: RunRender; atOnce?: number } = {},
) => {
  const directory = folder || (await makeFolder(t));
  const library = createLibrary({ directory, log: silentLog });
  t.teardown(() => library.close());
  const finished: [string, RecordingResult][] = [];
  const journal = {
    finished: (id: string, result: RecordingResult) => {
      finished.push([id, result]);
      return library.finished(id, result);
    },
  };
  const fetch = () => Promise.resolve();
  const about = { directory, library, journal, run, atOnce, fetch };
  const own = { ...about, log: silentLog };
  const renders = createRenders(own);
  t.teardown(() => renders.close());
  return { directory, library, renders, finished };
};

const state = (job: StoredJob, ...states: StoredJob["state"][]) =>
  until({
    what: `the render is ${states.join(" or ")}`,
    read: () => Promise.resolve(job.state),
    accept: (is) => states.includes(is),
    within: 120_000,
  });

const temporaries = async (directory: string): Promise<string[]> => {
  const names = await readdir(join(directory, ".renders"));
  // How it ended may still be being written down.
  return names.filter((name) => !/\.json(\.tmp)?$/.test(name));
};

test("what was asked for becomes a recording of its own, with all that belongs to one", async (t) => {
  const { directory, library, renders, finished } = await setUp(t);
  await record(directory, 3);
  const request = { only: "ann", from: 1, to: 2.5, title: "Ann's part" };
  const job = await renders.add("rec", request);
  t.like(job, { recording: "rec", room: "lobby", state: "running" });
  t.is(job.result, undefined);
  await state(job, "done", "failed");
  t.like(job, { state: "done", progress: 1, error: undefined });
  const made = await library.get(job.result!);
  t.like(made, {
    ...{ room: "lobby", title: "Ann's part", state: "stopped" },
    ...{ format: "mp4", renderedFrom: "rec" },
    startedAt: "2026-11-23T10:00:01.000Z",
  });
  t.true(Math.abs(made.duration - 1.5) < 0.034);
  t.deepEqual(
    made.participants.map(({ id }) => id),
    ["ann"],
  );
  t.is((await library.file(made.id)).size, made.size);
  t.deepEqual(
    finished.map(([id]) => id),
    [made.id],
    "others see to its checks and its thumbnail",
  );
  t.deepEqual(await temporaries(directory), []);
});

test("one at a time, in their order; what is cancelled leaves nothing", async (t) => {
  const { directory, library, renders } = await setUp(t);
  await record(directory, 20);
  const first = await renders.add("rec", { layout: "grid" });
  const second = await renders.add("rec", { only: "ann" });
  const third = await renders.add("rec", { format: "m4a" });
  t.deepEqual(
    renders.list().map(({ id, state: is }) => [id, is]),
    [
      [third.id, "queued"],
      [second.id, "queued"],
      [first.id, "running"],
    ],
  );
  await renders.cancel(second.id);
  t.is(second.state, "cancelled");
  await until({
    what: "the first has begun",
    read: () => Promise.resolve(first.progress),
    accept: (progress) => progress > 0,
    within: 60_000,
  });
  await renders.cancel(first.id);
  t.is(first.state, "cancelled");
  await state(third, "done");
  t.is((await renders.cancel(third.id)).state, "done");
  t.deepEqual(await temporaries(directory), []);
  const ids = (await library.list()).map(({ id }) => id).sort();
  t.deepEqual(ids, ["rec", third.result!].sort());
  t.throws(() => renders.get("nothing"), { message: /no render "nothing"/ });
});

// Serial: what runs below this process is of this test alone.
test.serial(
  "a render process yields to everybody else, with all its threads and its ffmpegs",
  async (t) => {
    const { directory, renders } = await setUp(t);
    await record(directory, 20);
    const job = await renders.add("rec", { layout: "grid" });
    await until({
      what: "it has begun",
      read: () => Promise.resolve(job.progress),
      accept: (progress) => progress > 0,
      within: 60_000,
    });
    const nices = descendants(process.pid);
    const own = nices.filter(({ command }) =>
      /render\/main|ffmpeg/.test(command),
    );
    t.true(own.length >= 4, own.map(({ command }) => command).join("\n"));
    for (const { command, pid } of own) {
      for (const thread of await readdir(`/proc/${pid}/task`)) {
        const stat = `/proc/${pid}/task/${thread}/stat`;
        const text = await readFile(stat, "utf8").catch(() => undefined);
        // From the third field on: 19 is the nice value, 41 the policy.
        const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
        if (fields === undefined) continue;
        t.is(fields[16], "19", command);
        if (IDLE_IS_POSSIBLE) t.is(fields[38], SCHED_IDLE, command);
      }
    }
    await renders.cancel(job.id);
  },
);

test("a restart goes on with what waited and begins anew what was being made", async (t) => {
  const folder = await makeFolder(t);
  await record(folder, 6);
  const before = await setUp(t, { folder });
  const [first, second] = [
    await before.renders.add("rec", { layout: "grid" }),
    await before.renders.add("rec", { format: "wav", without: ["ben"] }),
  ];
  const cancelled = await before.renders.add("rec", {});
  await before.renders.cancel(cancelled.id);
  await before.renders.close();
  await writeFile(join(folder, ".renders", "left-over.mp4"), "torn");
  await writeFile(join(folder, ".renders", "broken.json"), "{");

  const { renders, library } = await setUp(t, { folder });
  await renders.open();
  t.deepEqual(
    renders.list().map(({ id }) => id),
    [cancelled.id, second.id, first.id],
  );
  await state(renders.get(second.id), "done");
  t.is(renders.get(first.id).state, "done");
  t.is(renders.get(cancelled.id).state, "cancelled");
  t.deepEqual(await temporaries(folder), []);
  t.is((await library.list()).length, 3);
});

test("a render process that dies fails its render alone", async (t) => {
  let pid: number | undefined;
  const run: RunRender = (...asked) => {
    const child = startRenderChild(...asked, process.env);
    pid ??= child.pid;
    return child;
  };
  const { directory, renders } = await setUp(t, { run });
  await record(directory, 10);
  const first = await renders.add("rec", { layout: "grid" });
  const second = await renders.add("rec", { from: 9, format: "wav" });
  await until({
    what: "it has begun",
    read: () => Promise.resolve(first.progress),
    accept: (progress) => progress > 0,
    within: 60_000,
  });
  process.kill(pid!, "SIGKILL");
  await state(second, "done");
  t.like(first, { state: "failed", result: undefined });
  t.regex(first.error!, /died: SIGKILL/);
  t.deepEqual(await temporaries(directory), []);
});

test("a recording that goes away before its turn fails with the reason", async (t) => {
  const { directory, library, renders } = await setUp(t);
  await record(directory, 6);
  const first = await renders.add("rec", { from: 1 });
  const second = await renders.add("rec", { from: 2 });
  await rm(join(directory, "rec.tracks"), { recursive: true });
  await library.remove("rec");
  await state(second, "failed");
  t.is(second.error, "The recording was deleted");
  await state(first, "failed", "done");
  // It may have been done with the files by then.
  if (first.state === "failed") t.is(first.error, second.error);
  await t.throwsAsync(access(join(directory, "rec.json")));
});

test("no more may wait than a bounded number, and a bounded number is remembered", async (t) => {
  let end = (): void => undefined;
  const held = new Promise<void>((resolve) => (end = resolve));
  const run: RunRender = () => ({
    done: held.then(() => Promise.reject(new Error("No"))),
    cancel: () => Promise.resolve(end()),
  });
  const { directory, renders } = await setUp(t, { run });
  await record(directory, 1);
  for (let count = 0; count <= 50; count++) await renders.add("rec", {});
  await t.throwsAsync(renders.add("rec", {}), { message: /50 renders/ });
  end();
  await until({
    what: "all have failed",
    read: () => Promise.resolve(renders.list()),
    accept: (jobs) => jobs.every(({ error }) => error === "No"),
  });
  for (let count = 0; count < 70; count++) await renders.add("rec", {});
  await until({
    what: "the oldest are forgotten",
    read: () => readdir(join(directory, ".renders")),
    accept: ({ length }) => length === 100,
  });
  t.is(renders.list().length, 100);
});
