/** The real server, killed in the middle of a render. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { makeFolder } from "../../../helpers/folder.js";
import { waitGone } from "../../../helpers/processes.js";
import { createRest } from "../../../helpers/rest.js";
import { startServer, type Server } from "../../../helpers/server.js";
import { ANN, BEN, makeRecording } from "../../../helpers/tracks.js";
import { until } from "../../../helpers/until.js";

const waitFor = async (
  server: Server,
  id: string,
  accept: (job: { state: string; progress: number }) => boolean,
) => {
  const { api } = createRest(server);
  const { value } = await until({
    what: `render ${id} is so far`,
    read: () => api("GET", `/v1/renders/${id}`),
    accept: ({ json }) => accept(json),
    within: 120_000,
  });
  return value.json;
};

test("a server that is killed leaves no process, and the next one makes what was asked for", async (t) => {
  const recordings = await makeFolder(t);
  const entry = await makeRecording(recordings, "rec", [ANN, BEN], 12);
  await writeFile(join(recordings, "rec.json"), JSON.stringify(entry));
  const first = await startServer(t, { recordings });
  const { api } = createRest(first);
  const path = "/v1/recordings/rec/render";
  const begun = await api("POST", path, { layout: "speaker" });
  const waits = await api("POST", path, { only: "ben", format: "opus" });
  await waitFor(first, begun.json.id, ({ progress }) => progress > 0);
  const family = first.processes();
  process.kill(first.pid, "SIGKILL");
  // Idle processes take their time to end where others want the processor.
  t.deepEqual(await waitGone(family, 60_000), []);

  const second = await startServer(t, { recordings });
  const jobs = [begun, waits].map(({ json }) => json.id as string);
  for (const id of jobs) {
    const ended = ({ state }: { state: string }) =>
      state === "done" || state === "failed";
    t.like(await waitFor(second, id, ended), { state: "done", progress: 1 });
  }
  const names = jobs.map((id) => `${id}.json`).sort();
  await until({
    what: "nothing is left beside the jobs, not even of their writing",
    read: () => readdir(join(recordings, ".renders")),
    accept: (all) => all.sort().join() === names.join(),
  });
  const { result } = await waitFor(second, jobs[0]!, () => true);
  const { value } = await until({
    what: "the result is looked through like any recording",
    read: () => createRest(second).api("GET", `/v1/recordings/${result}`),
    accept: ({ json }) => json.checks !== undefined,
    within: 120_000,
  });
  t.deepEqual(value.json.checks.problems, []);
  t.like(value.json, { renderedFrom: "rec", state: "stopped" });
});
