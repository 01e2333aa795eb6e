/** Live sources, lips and voice, and what is left: the running server, over REST and WHEP. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { isIdle } from "../helpers/idle.js";
import { makeFlashBeep } from "../helpers/media.js";
import { createRest, type Rest } from "../helpers/rest.js";
import { hears } from "../helpers/room.js";
import { startCamera } from "../helpers/rtsp.js";
import { launchServer, type Server } from "../helpers/server.js";
import { until } from "../helpers/until.js";

const media = mkdtempSync("/tmp/tutti-media-");
let server: Server;
let rest: Rest;

test.before(async () => {
  await makeFlashBeep(join(media, "flash.mp4"), 20);
  const env = { TUTTI_MEDIA: media, TUTTI_FEED_HOSTS: "rtsp://127.0.0.1" };
  server = await launchServer({ env });
  rest = createRest(server);
});
test.after.always(async () => {
  await server.stop();
  for (const folder of [media, server.recordings])
    rmSync(folder, { recursive: true });
});

const ffmpegs = () =>
  server
    .processes()
    .filter(({ command }) => /ffmpeg.* -max_interleave/.test(command));

test.serial(
  "RTSP is heard, paused, and joined again when its line breaks",
  async (t) => {
    const camera = await startCamera(660);
    t.teardown(camera.close);
    const room = await rest.openRoom();
    const viewer = await rest.watch(room);
    const { url } = camera;
    const { json } = await rest.api("POST", `/v1/rooms/${room}/feeds`, { url });
    const feed = `/v1/rooms/${room}/feeds/${json.id}`;
    await hears(viewer, { loud: [660] });
    camera.drop();
    await until({
      what: "the loss is told",
      read: () => rest.api("GET", feed),
      accept: (it) => it.json.state === "connecting" && it.json.reason,
    });
    camera.callBack();
    await hears(viewer, { loud: [660] });
    await rest.api("PATCH", feed, { state: "paused" });
    await hears(viewer, { silent: [660] });
    t.deepEqual(ffmpegs(), []);
    const sought = await rest.api("PATCH", feed, { position: 3 });
    t.is(sought.status, 400);
    await rest.api("PATCH", feed, { state: "playing" });
    await hears(viewer, { loud: [660] });
    const [person] = (await rest.api("GET", `/v1/rooms/${room}/participants`))
      .json;
    t.is(person.camera, false);
    viewer.close();
  },
);

/** When the picture becomes light, in seconds of the file. */
const flashesOf = (file: string): number[] => {
  const lines = execFileSync("ffprobe", [
    ...["-v", "error", "-f", "lavfi", `movie=${file},signalstats`],
    ...["-show_entries", "frame=pts_time:frame_tags=lavfi.signalstats.YAVG"],
    ...["-of", "csv=p=0"],
  ]);
  const flashes: number[] = [];
  let light = true;
  for (const line of lines.toString().trim().split("\n")) {
    const [at, level] = line.split(",").map(Number);
    if (level! > 120 && !light) flashes.push(at!);
    light = level! > 120;
  }
  return flashes;
};

const beepsOf = (file: string): number[] => {
  const pcm = execFileSync(
    "ffmpeg",
    [
      ...["-v", "error", "-i", file, "-map", "0:a"],
      ...["-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", "48000"],
      ...["-f", "s16le", "-"],
    ],
    { maxBuffer: 2 ** 28 },
  );
  const beeps: number[] = [];
  let quiet = 0;
  for (let i = 0; i < pcm.length >> 1; i++) {
    quiet++;
    if (Math.abs(pcm.readInt16LE(2 * i)) <= 3_000) continue;
    if (quiet > 12_000) beeps.push(i / 48_000);
    quiet = 0;
  }
  return beeps;
};

test.serial(
  "lips and voice of a feed are together within 40 ms in the mix",
  async (t) => {
    const room = await rest.openRoom();
    const path = `/v1/rooms/${room}/recordings`;
    const feeds = `/v1/rooms/${room}/feeds`;
    const feed = await rest.api("POST", feeds, { file: "flash.mp4" });
    const { id } = (await rest.api("POST", path, {})).json;
    await until({
      what: "6 flashes have been shown",
      read: () => rest.api("GET", `${feeds}/${feed.json.id}`),
      accept: (it) => it.json.position > 6.5,
    });
    await rest.api("PATCH", `${path}/${id}`, { state: "stopped" });
    await rest.api("DELETE", `${feeds}/${feed.json.id}`);
    const file = join(server.recordings, `${id}.mp4`);
    const beeps = beepsOf(file);
    // The stop may fall between the last flash and its beep.
    const flashes = flashesOf(file).slice(0, -1);
    const offsets = flashes.map((flash) =>
      Math.min(...beeps.map((beep) => Math.abs(beep - flash))),
    );
    t.true(offsets.length >= 4);
    // A queue that has run dry holds up to 35 ms more of the voice for a while.
    const limit = isIdle() ? 0.04 : 0.08;
    t.true(Math.max(...offsets) < limit, offsets.join(" "));
  },
);

test.serial(
  "after many feeds and sounds no process and no file is left open",
  async (t) => {
    const room = await rest.openRoom();
    const [mixer] = server.mixers().map(({ pid }) => `/proc/${pid}/fd`);
    const path = `/v1/rooms/${room}`;
    const round = async (): Promise<void> => {
      const feed = await rest.api("POST", `${path}/feeds`, {
        file: "flash.mp4",
      });
      const sound = { file: "flash.mp4", loop: true };
      const played = await rest.api("POST", `${path}/sounds`, sound);
      await rest.api("PATCH", `${path}/feeds/${feed.json.id}`, { position: 9 });
      await rest.api("DELETE", `${path}/sounds/${played.json.id}`);
      await rest.api("DELETE", `${path}/feeds/${feed.json.id}`);
    };
    const settled = () =>
      until({
        what: "no process is left",
        read: () => ffmpegs().length,
        accept: (left) => left === 0,
      });
    await round();
    await settled();
    const before = readdirSync(mixer!).length;
    for (let i = 0; i < 5; i++) await round();
    await settled();
    await until({
      what: `no more than ${before} files are open`,
      read: () => readdirSync(mixer!).length,
      accept: (open) => open <= before + 1,
    });
    t.pass();
  },
);
