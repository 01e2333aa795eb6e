/** The running server, played into over REST; heard and seen over WHEP by a client without a browser. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import test from "ava";
import { makeMedia } from "../helpers/media.js";
import { killProcess } from "../helpers/processes.js";
import { createRest, type Rest } from "../helpers/rest.js";
import { GREEN, hears, sees } from "../helpers/room.js";
import { launchServer, type Server } from "../helpers/server.js";
import { until } from "../helpers/until.js";

const media = mkdtempSync("/tmp/tutti-media-");
let server: Server;
let rest: Rest;
let web: ReturnType<typeof createServer>;

const clip = { colour: GREEN, tone: 660 };

test.before(async () => {
  await makeMedia(join(media, "clip.mp4"), { ...clip, seconds: 30 });
  await makeMedia(join(media, "jingle.mp3"), { tone: 880, seconds: 10 });
  execFileSync("ffmpeg", [
    ...["-v", "error", "-i", join(media, "clip.mp4"), "-c", "copy"],
    ...["-hls_time", "2", "-hls_list_size", "0", join(media, "list.m3u8")],
  ]);
  symlinkSync("/etc/passwd", join(media, "out.mp4"));
  writeFileSync(join(media, "words.txt"), "no media");
  web = createServer((request, response) => {
    try {
      response.end(readFileSync(join(media, request.url!.slice(1))));
    } catch {
      response.writeHead(404).end();
    }
  });
  web.listen(0);
  await once(web, "listening");
  server = await launchServer({
    env: { TUTTI_MEDIA: media, TUTTI_FEED_HOSTS: "127.0.0.1" },
  });
  rest = createRest(server);
});
test.after.always(async () => {
  web.close();
  await server.stop();
  for (const folder of [media, server.recordings])
    rmSync(folder, { recursive: true });
});

const ffmpegs = () =>
  server.processes().filter(({ command }) => /^\S*ffmpeg/.test(command));

test.serial(
  "a file is played into a room, paused, sought and ended",
  async (t) => {
    const room = await rest.openRoom();
    const path = `/v1/rooms/${room}/feeds`;
    const viewer = await rest.watch(room);
    const { status, json } = await rest.api("POST", path, { file: "clip.mp4" });
    t.is(status, 201);
    t.like(json, { state: "playing", file: "clip.mp4", name: "clip.mp4" });
    t.true(Math.abs(json.duration - 30) < 0.1);
    await sees(viewer, GREEN);
    await hears(viewer, { loud: [660] });
    const people = await rest.api("GET", `/v1/rooms/${room}/participants`);
    t.like(people.json[0], { id: json.id, camera: true, inMix: true });

    const feed = `${path}/${json.id}`;
    const paused = await rest.api("PATCH", feed, {
      state: "paused",
      position: 20,
    });
    t.is(paused.status, 200);
    await hears(viewer, { silent: [660] });
    const { value } = await until({
      what: "it stands at 20 s",
      read: () => rest.api("GET", feed),
      accept: (it) => it.json.state === "paused",
    });
    t.is(value.json.position, 20);
    await rest.api("PATCH", feed, { state: "playing", volume: 1.5 });
    await hears(viewer, { loud: [660] });
    t.is((await rest.api("DELETE", feed)).status, 204);
    await hears(viewer, { silent: [660] });
    t.deepEqual((await rest.api("GET", path)).json, []);
    await until({
      what: "no process is left",
      read: () => ffmpegs().length,
      accept: (left) => left === 0,
    });
    viewer.close();
  },
);

test.serial(
  "what is not there, not allowed or no media is refused",
  async (t) => {
    const room = await rest.openRoom();
    for (const [asked, status, message] of [
      [{ file: "none.mp4" }, 404, /no file "none.mp4"/],
      [{ file: "../clip.mp4" }, 404, /no file/],
      [{ file: "/etc/passwd" }, 404, /no file/],
      [{ file: "out.mp4" }, 404, /no file/],
      [{ file: "words.txt" }, 400, /cannot be played/],
      [{ file: "list.m3u8" }, 400, /cannot be played/],
      [{ recording: "none" }, 404, /no recording/],
      [{ url: "http://192.0.2.1/a.mp4" }, 403, /TUTTI_FEED_HOSTS/],
      [{ url: "file:///etc/passwd" }, 403, /not by file/],
      [{ url: "concat:a|b" }, 403, /not by concat/],
      [{}, 400, /exactly one/],
      [{ file: "clip.mp4", url: "http://127.0.0.1/" }, 400, /exactly one/],
    ] as const) {
      const answer = await rest.api("POST", `/v1/rooms/${room}/feeds`, asked);
      t.is(answer.status, status, JSON.stringify(asked));
      t.regex(answer.json.error.message, message);
    }
    t.deepEqual(
      (await rest.api("GET", `/v1/rooms/${room}/participants`)).json,
      [],
    );
  },
);

test.serial(
  "a playlist of HLS is pulled, and goes on after its end is told",
  async (t) => {
    const room = await rest.openRoom();
    const viewer = await rest.watch(room);
    const { port } = web.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/list.m3u8`;
    const { status } = await rest.api("POST", `/v1/rooms/${room}/feeds`, {
      url,
    });
    t.is(status, 201);
    await sees(viewer, GREEN);
    await hears(viewer, { loud: [660] });
    const [feed] = (await rest.api("GET", `/v1/rooms/${room}/feeds`)).json;
    t.like(feed, { state: "playing", url });
    viewer.close();
  },
);

test.serial(
  "an address that answers nothing says why, and is tried again",
  async (t) => {
    const room = await rest.openRoom();
    const url = "rtsp://127.0.0.1:9/live";
    const { json } = await rest.api("POST", `/v1/rooms/${room}/feeds`, { url });
    t.is(json.state, "connecting");
    const { value } = await until({
      what: "the reason",
      read: () => rest.api("GET", `/v1/rooms/${room}/feeds/${json.id}`),
      accept: (it) => it.json.reason !== undefined,
    });
    t.like(value.json, { state: "connecting", reason: "Connection refused" });
    await rest.api("DELETE", `/v1/rooms/${room}/participants/${json.id}`);
    t.deepEqual((await rest.api("GET", `/v1/rooms/${room}/feeds`)).json, []);
  },
);

test.serial("RTMP is pulled live", async (t) => {
  const room = await rest.openRoom();
  const viewer = await rest.watch(room);
  const port = 19_350 + (process.pid % 500);
  const url = `rtmp://127.0.0.1:${port}/live/clip`;
  // ffmpeg as the server of one: it waits for a player and sends at the pace of time.
  const source = spawn("ffmpeg", [
    ...["-v", "error", "-re", "-i", join(media, "clip.mp4"), "-c", "copy"],
    ...["-f", "flv", "-listen", "1", url],
  ]);
  t.teardown(() => source.kill("SIGKILL"));
  await rest.api("POST", `/v1/rooms/${room}/feeds`, { url });
  await sees(viewer, GREEN);
  await hears(viewer, { loud: [660] });
  source.kill("SIGKILL");
  await hears(viewer, { silent: [660] });
  const { value } = await until({
    what: "it is connecting again",
    read: () => rest.api("GET", `/v1/rooms/${room}/feeds`),
    accept: (it) => it.json[0].state === "connecting",
  });
  t.truthy(value.json[0].reason);
  viewer.close();
});

test.serial(
  "when its mixer dies, a feed goes on near its position, and a sound too",
  async (t) => {
    const room = await rest.openRoom();
    const { json } = await rest.api("POST", `/v1/rooms/${room}/feeds`, {
      file: "clip.mp4",
      position: 10,
    });
    await rest.api("POST", `/v1/rooms/${room}/sounds`, { file: "jingle.mp3" });
    for (const mixer of server.mixers()) killProcess(mixer);
    const path = `/v1/rooms/${room}/feeds/${json.id}`;
    await until({
      what: "the loss is noticed",
      read: () => rest.api("GET", path),
      accept: (it) => it.json.state === "connecting",
    });
    const { value } = await until({
      what: "it plays again",
      read: () => rest.api("GET", path),
      accept: (it) => it.json.state === "playing",
    });
    t.true(value.json.position >= 10 && value.json.position < 14);
    const viewer = await rest.watch(room);
    await sees(viewer, GREEN);
    await hears(viewer, { loud: [660, 880] });
    viewer.close();
  },
);

test.serial(
  "a recording of the library is played back into a room",
  async (t) => {
    cpSync(join(media, "clip.mp4"), join(server.recordings, "old.mp4"));
    const room = await rest.openRoom();
    const viewer = await rest.watch(room);
    const answer = await rest.api("POST", `/v1/rooms/${room}/feeds`, {
      recording: "old",
      name: "Last week",
    });
    t.like(answer, { status: 201 });
    t.like(answer.json, { recording: "old", name: "Last week" });
    await sees(viewer, GREEN);
    await hears(viewer, { loud: [660] });
    viewer.close();
  },
);
