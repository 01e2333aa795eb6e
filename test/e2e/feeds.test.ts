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
import { openReceiver, type Receiver } from "../helpers/peer.js";
import { killProcess } from "../helpers/processes.js";
import { GREEN, hears, sees } from "../helpers/room.js";
import { launchServer, type Server } from "../helpers/server.js";
import { goertzel } from "../helpers/tone.js";
import { until } from "../helpers/until.js";

const media = mkdtempSync("/tmp/tutti-media-");
let server: Server;
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
});
test.after.always(async () => {
  web.close();
  await server.stop();
  for (const folder of [media, server.recordings])
    rmSync(folder, { recursive: true });
});

type Answer = { status: number; json: any };

const api = async (
  method: string,
  path: string,
  json?: unknown,
): Promise<Answer> => {
  const response = await fetch(server.url + path, {
    method,
    ...(json !== undefined && {
      body: JSON.stringify(json),
      headers: { "content-type": "application/json" },
    }),
  });
  const text = await response.text();
  return {
    status: response.status,
    json: text === "" ? undefined : JSON.parse(text),
  };
};

let rooms = 0;
const openRoom = async (): Promise<string> => {
  const room = `room-${++rooms}`;
  await api("PUT", `/v1/rooms/${room}`, {});
  return room;
};

const watch = async (room: string): Promise<Receiver> => {
  const receiver = openReceiver();
  const response = await fetch(`${server.url}/whep/${room}`, {
    method: "POST",
    headers: { "content-type": "application/sdp" },
    body: await receiver.offer(),
  });
  await receiver.accept(await response.text());
  return receiver;
};

const ffmpegs = () =>
  server.processes().filter(({ command }) => /^\S*ffmpeg/.test(command));

test.serial(
  "a file is played into a room, paused, sought and ended",
  async (t) => {
    const room = await openRoom();
    const path = `/v1/rooms/${room}/feeds`;
    const viewer = await watch(room);
    const { status, json } = await api("POST", path, { file: "clip.mp4" });
    t.is(status, 201);
    t.like(json, { state: "playing", file: "clip.mp4", name: "clip.mp4" });
    t.true(Math.abs(json.duration - 30) < 0.1);
    await sees(viewer, GREEN);
    await hears(viewer, { loud: [660] });
    const people = await api("GET", `/v1/rooms/${room}/participants`);
    t.like(people.json[0], { id: json.id, camera: true, inMix: true });

    const feed = `${path}/${json.id}`;
    const paused = await api("PATCH", feed, { state: "paused", position: 20 });
    t.is(paused.status, 200);
    await hears(viewer, { silent: [660] });
    const { value } = await until({
      what: "it stands at 20 s",
      read: () => api("GET", feed),
      accept: (it) => it.json.state === "paused",
    });
    t.is(value.json.position, 20);
    await api("PATCH", feed, { state: "playing", volume: 1.5 });
    await hears(viewer, { loud: [660] });
    t.is((await api("DELETE", feed)).status, 204);
    await hears(viewer, { silent: [660] });
    t.deepEqual((await api("GET", path)).json, []);
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
    const room = await openRoom();
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
      const answer = await api("POST", `/v1/rooms/${room}/feeds`, asked);
      t.is(answer.status, status, JSON.stringify(asked));
      t.regex(answer.json.error.message, message);
    }
    t.deepEqual((await api("GET", `/v1/rooms/${room}/participants`)).json, []);
  },
);

test.serial(
  "a playlist of HLS is pulled, and goes on after its end is told",
  async (t) => {
    const room = await openRoom();
    const viewer = await watch(room);
    const { port } = web.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/list.m3u8`;
    const { status } = await api("POST", `/v1/rooms/${room}/feeds`, { url });
    t.is(status, 201);
    await sees(viewer, GREEN);
    await hears(viewer, { loud: [660] });
    const [feed] = (await api("GET", `/v1/rooms/${room}/feeds`)).json;
    t.like(feed, { state: "playing", url });
    viewer.close();
  },
);

test.serial(
  "an address that answers nothing says why, and is tried again",
  async (t) => {
    const room = await openRoom();
    const url = "rtsp://127.0.0.1:9/live";
    const { json } = await api("POST", `/v1/rooms/${room}/feeds`, { url });
    t.is(json.state, "connecting");
    const { value } = await until({
      what: "the reason",
      read: () => api("GET", `/v1/rooms/${room}/feeds/${json.id}`),
      accept: (it) => it.json.reason !== undefined,
    });
    t.like(value.json, { state: "connecting", reason: "Connection refused" });
    await api("DELETE", `/v1/rooms/${room}/participants/${json.id}`);
    t.deepEqual((await api("GET", `/v1/rooms/${room}/feeds`)).json, []);
  },
);

test.serial("RTMP is pulled live", async (t) => {
  const room = await openRoom();
  const viewer = await watch(room);
  const port = 19_350 + (process.pid % 500);
  const url = `rtmp://127.0.0.1:${port}/live/clip`;
  // ffmpeg as the server of one: it waits for a player and sends at the pace of time.
  const source = spawn("ffmpeg", [
    ...["-v", "error", "-re", "-i", join(media, "clip.mp4"), "-c", "copy"],
    ...["-f", "flv", "-listen", "1", url],
  ]);
  t.teardown(() => source.kill("SIGKILL"));
  await api("POST", `/v1/rooms/${room}/feeds`, { url });
  await sees(viewer, GREEN);
  await hears(viewer, { loud: [660] });
  source.kill("SIGKILL");
  await hears(viewer, { silent: [660] });
  const { value } = await until({
    what: "it is connecting again",
    read: () => api("GET", `/v1/rooms/${room}/feeds`),
    accept: (it) => it.json[0].state === "connecting",
  });
  t.truthy(value.json[0].reason);
  viewer.close();
});

test.serial(
  "when its mixer dies, a feed goes on near its position, and a sound too",
  async (t) => {
    const room = await openRoom();
    const { json } = await api("POST", `/v1/rooms/${room}/feeds`, {
      file: "clip.mp4",
      position: 10,
    });
    await api("POST", `/v1/rooms/${room}/sounds`, { file: "jingle.mp3" });
    for (const mixer of server.mixers()) killProcess(mixer);
    const path = `/v1/rooms/${room}/feeds/${json.id}`;
    await until({
      what: "the loss is noticed",
      read: () => api("GET", path),
      accept: (it) => it.json.state === "connecting",
    });
    const { value } = await until({
      what: "it plays again",
      read: () => api("GET", path),
      accept: (it) => it.json.state === "playing",
    });
    t.true(value.json.position >= 10 && value.json.position < 14);
    const viewer = await watch(room);
    await sees(viewer, GREEN);
    await hears(viewer, { loud: [660, 880] });
    viewer.close();
  },
);

test.serial("a sound is uploaded, played, changed and removed", async (t) => {
  const room = await openRoom();
  const viewer = await watch(room);
  const upload = async (body: Buffer) => {
    const response = await fetch(`${server.url}/v1/sounds?name=jingle`, {
      method: "POST",
      body,
      headers: { "content-type": "audio/mpeg" },
    });
    return { status: response.status, json: (await response.json()) as any };
  };
  const added = await upload(readFileSync(join(media, "jingle.mp3")));
  t.is(added.status, 201);
  t.like(added.json, { name: "jingle" });
  t.is((await upload(Buffer.from("no sound at all"))).status, 400);
  t.is((await upload(Buffer.alloc(0))).status, 400);
  t.is((await upload(Buffer.alloc(65 * 2 ** 20))).status, 413);
  t.deepEqual((await api("GET", "/v1/sounds")).json, [added.json]);

  const path = `/v1/rooms/${room}/sounds`;
  const { id } = added.json;
  const played = await api("POST", path, { upload: id, loop: true, duck: 12 });
  t.is(played.status, 201);
  await hears(viewer, { loud: [880] });
  t.like((await api("GET", path)).json[0], {
    upload: id,
    duck: 12,
    loop: true,
  });
  await api("PATCH", `${path}/${played.json.id}`, { volume: 0.1 });
  await until({
    what: "it is 20 dB lower",
    read: () => goertzel(viewer.heard(), 48_000, 880),
    accept: (level) => level < -37 && level > -46,
  });
  t.is((await api("DELETE", `${path}/${played.json.id}`)).status, 204);
  await hears(viewer, { silent: [880] });
  t.is((await api("DELETE", `${path}/${played.json.id}`)).status, 404);
  t.is((await api("DELETE", `/v1/sounds/${id}`)).status, 204);
  t.is((await api("POST", path, { upload: id })).status, 404);
  viewer.close();
});

test.serial(
  "a recording of the library is played back into a room",
  async (t) => {
    cpSync(join(media, "clip.mp4"), join(server.recordings, "old.mp4"));
    const room = await openRoom();
    const viewer = await watch(room);
    const answer = await api("POST", `/v1/rooms/${room}/feeds`, {
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
