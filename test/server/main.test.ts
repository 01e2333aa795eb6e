import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test from "ava";
import { WebSocket } from "ws";
import type { ViewLayout } from "../../mixer/contract.js";
import { waitGone } from "../helpers/processes.js";
import { startServer } from "../helpers/server.js";
import { openClient } from "../helpers/signaling.js";
import { until } from "../helpers/until.js";
import { inRoot } from "../helpers/root.js";

const MAIN = inRoot("dist/server/main.js");

/** Runs it until it ends by itself. */
const run = async (env: NodeJS.ProcessEnv) => {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (data) => (said.out += data));
  child.stderr.on("data", (data) => (said.err += data));
  const [code] = (await once(child, "close")) as [number];
  return { code, ...said };
};

test("a bad configuration stops the start, and every problem is named", async (t) => {
  const { code, out, err } = await run({
    TUTTI_PORT: "http",
    TUTTI_MIXERS: "-1",
    TUTTI_HOST: "0.0.0.0",
  });
  t.is(code, 1);
  t.is(out, "");
  for (const name of ["TUTTI_PORT", "TUTTI_MIXERS", "TUTTI_API_KEY"])
    t.true(err.includes(name), name);
  t.false(err.includes("    at "), "no stack for what is not a bug");
});

test("a port that is taken stops the start with a sentence", async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  t.teardown(() => other.close());
  const { port } = other.address() as AddressInfo;
  const { code, out, err } = await run({
    TUTTI_PORT: String(port),
    TUTTI_MIXERS: "1",
    TUTTI_LOG_LEVEL: "fatal",
  });
  t.is(code, 1);
  t.is(out, "");
  t.regex(err, /The server cannot start: .*EADDRINUSE/);
});

test("SIGTERM tells everybody, ends every process, and exits 0", async (t) => {
  const server = await startServer(t, { env: { TUTTI_MIXERS: "2" } });
  const ann = await openClient(server.ws);
  await ann.join("red");
  t.is(server.mixers().length, 2);
  const family = server.processes();
  const started = performance.now();
  t.is(await server.stop(), 0);
  t.true(performance.now() - started < 10_000);
  t.is((await ann.until("closed")).reason, "shutdown");
  t.deepEqual(await waitGone(family, 0), []);
});

test("mixers of a killed server end by themselves", async (t) => {
  const server = await startServer(t);
  const family = server.processes();
  t.true(family.length > 0);
  await server.kill();
  t.deepEqual(await waitGone(family, 5_000), []);
});

test("a mixer that is killed is replaced, and the room with everybody in it is there again", async (t) => {
  const server = await startServer(t);
  const ann = await openClient(server.ws);
  const { participant } = await ann.join("red");
  const shown = async (): Promise<string[]> => {
    const layout = await fetch(`${server.url}/v1/rooms/red/layout`);
    const { tiles } = (await layout.json()) as ViewLayout;
    return tiles.map((tile) => tile.participant);
  };
  t.deepEqual(await shown(), [participant]);
  const [mixer] = server.mixers();
  process.kill(mixer!.pid, "SIGKILL");
  await until({
    what: "another mixer",
    read: () => server.mixers().map(({ pid }) => pid),
    accept: (pids) => pids.length === 1 && pids[0] !== mixer!.pid,
  });
  t.deepEqual(await shown(), [participant]);
  t.is(ann.socket.readyState, WebSocket.OPEN);
});
