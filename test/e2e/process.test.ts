import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import test from "ava";
import type { RecordingEntry } from "../../server/recordings/entry.js";
import { launchBrowser } from "../helpers/browser.js";
import { startConference } from "../helpers/conference.js";
import { makeFolder } from "../helpers/folder.js";
import { decodeErrors, probeFile } from "../helpers/probe.js";
import { isAlive } from "../helpers/processes.js";
import { createRest } from "../helpers/rest.js";
import { launchServer, startServer } from "../helpers/server.js";
import { until } from "../helpers/until.js";

const NPM_START = ["npm", "start"] as const;
const START_LIMIT = 3_000;
const STOP_LIMIT = 10_000;

test.serial("a second npm start is ready within 3 s", async (t) => {
  // The first one builds what is not built.
  await (await startServer(t, { command: NPM_START })).stop();
  const server = await startServer(t, { command: NPM_START });
  t.log(`ready after ${Math.round(server.readyAfter)} ms`);
  t.true(server.readyAfter < START_LIMIT, `${server.readyAfter} ms`);
  t.is((await fetch(`${server.url}/livez`)).status, 200);
  t.is((await fetch(`${server.url}/readyz`)).status, 200);
});

test.serial(
  "SIGTERM to npm start finishes recordings, tells the pages, and leaves no process",
  async (t) => {
    const recordings = await makeFolder(t);
    const browser = await launchBrowser();
    t.teardown(() => browser.close());
    const server = await startServer(t, { command: NPM_START, recordings });
    const call = startConference(t, server, browser);
    const [red, green] = await Promise.all([
      call.join("red"),
      call.join("green"),
    ]);
    await Promise.all([red.hears(["green"]), green.sees(red)]);
    const { id } = await call.api<RecordingEntry>(
      `/v1/rooms/${call.room}/recordings`,
      "POST",
      {},
    );
    await until({
      what: "3 s are recorded",
      read: () => call.api<RecordingEntry>(`/v1/recordings/${id}`),
      accept: ({ duration }) => duration > 3,
    });
    const family = server.processes();
    const asked = performance.now();
    const code = await server.stop();
    const took = performance.now() - asked;
    t.log(`gone after ${Math.round(took)} ms`);
    t.is(code, 0);
    t.true(took < STOP_LIMIT, `${took} ms`);
    t.deepEqual(family.filter(isAlive), []);
    const file = join(recordings, `${id}.mp4`);
    t.true((await probeFile(file)).duration > 1);
    t.is(await decodeErrors(file), "");
    await until({
      what: "the page says that the call is over or being restored",
      read: () => red.page.locator("body").innerText(),
      accept: (words) => /restart|shut|ended|reconnect/i.test(words),
    });
  },
);

test.serial(
  "without a key it refuses to listen for others, and says what to set",
  async (t) => {
    const child = spawn(process.execPath, ["dist/server/main.js"], {
      env: { ...process.env, TUTTI_HOST: "0.0.0.0", TUTTI_PORT: "0" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [said, [code]] = await Promise.all([
      text(child.stderr),
      once(child, "exit"),
    ]);
    t.not(code, 0);
    t.regex(said, /TUTTI_API_KEY/);
  },
);

test.serial(
  "a folder that cannot be one is told at the start, and calls go on",
  async (t) => {
    const folder = await makeFolder(t);
    const recordings = join(folder, "file");
    await writeFile(recordings, "");
    const server = await startServer(t, { recordings });
    await until({
      what: "it is told",
      read: () => server.log(),
      accept: (said) => said.includes("nothing can be recorded"),
    });
    const { api, openRoom } = createRest(server);
    const room = await openRoom();
    const asked = await api("POST", `/v1/rooms/${room}/recordings`, {});
    t.like(asked, { status: 502, json: { error: { code: "mixer-failed" } } });
    t.regex(asked.json.error.message, /folder of recordings cannot be written/);
    t.is((await api("GET", `/v1/rooms/${room}`)).status, 200);
  },
);

test.serial("every bad setting is named, not only the first", async (t) => {
  const env = { TUTTI_MIXERS: "none", TUTTI_MEDIA_PORTS: "9-1" };
  const { message } = (await t.throwsAsync(launchServer({ env })))!;
  t.regex(message, /TUTTI_MIXERS/);
  t.regex(message, /TUTTI_MEDIA_PORTS/);
});
