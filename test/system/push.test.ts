/** Encoders that push by RTMP into the running server, seen and heard over WHEP. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import test from "ava";
import { freePort } from "../helpers/ports.js";
import { killProcess } from "../helpers/processes.js";
import { startEncoder, type Encoder } from "../helpers/pushes.js";
import { createRest, type Rest } from "../helpers/rest.js";
import { BLUE, GREEN, hears, sees } from "../helpers/room.js";
import { launchServer, type Server } from "../helpers/server.js";
import { comeTo } from "../helpers/strays.js";
import { until } from "../helpers/until.js";

let port: number;
let server: Server;
let rest: Rest;

const folders = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith("tutti-rtmp-"));
const before = new Set(folders());

test.before(async () => {
  port = await freePort();
  server = await launchServer({
    env: { TUTTI_RTMP_PORT: String(port), TUTTI_LOG_LEVEL: "trace" },
  });
  rest = createRest(server);
});
test.after.always(async (t) => {
  await server.stop();
  rmSync(server.recordings, { recursive: true });
  t.deepEqual(
    folders().filter((name) => !before.has(name)),
    [],
  );
});

type Feed = { path: string; to: string; key: string; id: string };

const openFeed = async (room: string): Promise<Feed> => {
  const asked = { push: "rtmp", name: "OBS" };
  const path = `/v1/rooms/${room}/feeds`;
  const { json } = await rest.api("POST", path, asked);
  const { id, url, key } = json;
  return { path: `${path}/${id}`, to: `${url}/${key}`, key, id };
};

const becomes = (path: string, state: string) =>
  until({
    what: `${path} is ${state}`,
    read: () => rest.api("GET", path),
    accept: ({ json }) => json.state === state,
  });

const commands = (): string[] =>
  server.processes().map(({ pid }) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    } catch {
      return "";
    }
  });

test.serial(
  "OBS is heard and seen, waits as an avatar when it has gone, and comes back",
  async (t) => {
    const room = await rest.openRoom();
    const path = `/v1/rooms/${room}/feeds`;
    const made = await rest.api("POST", path, { push: "rtmp", name: "OBS" });
    t.is(made.status, 201);
    t.like(made.json, { name: "OBS", push: "rtmp", state: "waiting" });
    t.is(made.json.url, `rtmp://127.0.0.1:${port}/live`);
    t.regex(made.json.key, /^[\w-]{22}$/);
    const feed = `${path}/${made.json.id}`;
    const to = `${made.json.url}/${made.json.key}`;
    const viewer = await rest.watch(room);
    t.teardown(() => viewer.close());
    const people = async () =>
      (await rest.api("GET", `/v1/rooms/${room}/participants`)).json[0];
    t.like(await people(), { name: "OBS", camera: false });

    const first = startEncoder({ to, tone: 660, colour: GREEN });
    t.teardown(first.stop);
    const began = Date.now();
    await becomes(feed, "playing");
    t.log(`playing ${Date.now() - began} ms after the encoder's start`);
    await hears(viewer, { loud: [660] });
    await sees(viewer, GREEN);
    t.like(await people(), { camera: true });
    t.true(commands().some((it) => it.includes("unix:")));
    t.false(commands().some((it) => it.includes(made.json.key)));
    await first.stop();
    await becomes(feed, "waiting");
    await hears(viewer, { silent: [660] });
    t.like(await people(), { camera: false });
    t.false(commands().some((it) => it.includes("unix:")));

    const second = startEncoder({ to, tone: 880, colour: BLUE });
    t.teardown(second.stop);
    await sees(viewer, BLUE);
    await hears(viewer, { loud: [880], silent: [660] });
    t.is((await rest.api("DELETE", feed)).status, 204);
    t.not(await second.ended, 0);
    await hears(viewer, { silent: [880] });
    t.false(server.log().includes(made.json.key));
    const late = startEncoder({ to, tone: 880 });
    t.not(await late.ended, 0);
  },
);

test.serial(
  "a wrong key and a second encoder are refused while the first goes on",
  async (t) => {
    const room = await rest.openRoom();
    const feed = await openFeed(room);
    const viewer = await rest.watch(room);
    t.teardown(() => viewer.close());
    const wrong = startEncoder({ to: `${feed.to}x`, tone: 440 });
    t.not(await wrong.ended, 0);
    t.is((await rest.api("GET", feed.path)).json.state, "waiting");
    const first = startEncoder({ to: feed.to, tone: 660, colour: GREEN });
    t.teardown(first.stop);
    await hears(viewer, { loud: [660] });
    const second = startEncoder({ to: feed.to, tone: 880, colour: BLUE });
    t.not(await second.ended, 0);
    await sees(viewer, GREEN);
    await hears(viewer, { loud: [660], silent: [880, 440] });
    await rest.api("DELETE", feed.path);
  },
);

test.serial(
  "garbage and idle connections end nothing and are ended",
  async (t) => {
    const room = await rest.openRoom();
    const feed = await openFeed(room);
    const viewer = await rest.watch(room);
    t.teardown(() => viewer.close());
    const encoder = startEncoder({ to: feed.to, tone: 660, colour: GREEN });
    t.teardown(encoder.stop);
    await hears(viewer, { loud: [660] });
    const asked = await comeTo(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await asked.gone;
    const idle = await Promise.all(
      Array.from({ length: 40 }, () => comeTo(port, Buffer.from([3]))),
    );
    await until({
      what: "no more than 16 of an address stay",
      read: () => idle.filter(({ socket }) => !socket.closed).length,
      accept: (left) => left <= 16,
    });
    const other = await openFeed(room);
    const late = startEncoder({ to: other.to, tone: 880 });
    await hears(viewer, { loud: [660, 880] });
    await late.stop();
    await rest.api("DELETE", other.path);
    await Promise.all(idle.map(({ gone }) => gone));
    await hears(viewer, { loud: [660] });
    await sees(viewer, GREEN);
    t.is((await rest.api("GET", feed.path)).json.state, "playing");
    await rest.api("DELETE", feed.path);
  },
);

test.serial(
  "the death of a mixer is not seen by the encoder, whose feed goes on",
  async (t) => {
    const room = await rest.openRoom();
    const [feed, waiting] = [await openFeed(room), await openFeed(room)];
    const encoder = startEncoder({ to: feed.to, tone: 660, colour: GREEN });
    t.teardown(encoder.stop);
    await becomes(feed.path, "playing");
    for (const mixer of server.mixers()) killProcess(mixer);
    await becomes(feed.path, "connecting");
    await becomes(feed.path, "playing");
    const { json } = await rest.api("GET", feed.path);
    t.is(`${json.url}/${json.key}`, feed.to);
    const viewer = await rest.watch(room);
    t.teardown(() => viewer.close());
    await hears(viewer, { loud: [660] });
    t.is((await rest.api("GET", waiting.path)).json.state, "waiting");
    const other: Encoder = startEncoder({ to: waiting.to, tone: 880 });
    t.teardown(other.stop);
    await hears(viewer, { loud: [660, 880] });
    await rest.api("DELETE", `/v1/rooms/${room}`);
    t.not(await encoder.ended, 0);
  },
);
