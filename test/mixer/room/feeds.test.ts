/** Real rooms with real WebRTC clients, into which files are played by the system's ffmpeg. */
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { PLAY, usePlayedFiles } from "../../helpers/played-files.js";
import {
  BLUE,
  GREEN,
  hears,
  sees,
  type OpenedRoom,
} from "../../helpers/room.js";
import { personOf } from "../../helpers/settings.js";
import { rms } from "../../helpers/tone.js";

const { folder, open, source, ffmpegs } = usePlayedFiles(test, {
  "clip.mp4": {
    colour: GREEN,
    then: BLUE,
    tone: 660,
    thenTone: 880,
    seconds: 8,
  },
  "long.mp4": { colour: GREEN, tone: 660, seconds: 20 },
  "short.mp4": { colour: GREEN, tone: 660, seconds: 1 },
});

const feed = (
  { room }: OpenedRoom,
  name: string,
  how: Partial<typeof PLAY> = {},
) => {
  room.participants.add(personOf("film", { agc: false }));
  return room.openFeed({
    ...{ room: "demo", participant: "film", source: source(name) },
    ...PLAY,
    ...how,
  });
};

test.serial("a file is seen and heard, and its end is told", async (t) => {
  const call = open();
  const viewer = await call.receive();
  const status = await feed(call, "clip.mp4");
  t.like(status, { state: "playing", video: true });
  t.true(Math.abs(status.duration! - 8) < 0.1);
  await sees(viewer, GREEN);
  await hears(viewer, { loud: [660], silent: [880] });
  await sees(viewer, BLUE);
  await hears(viewer, { loud: [880], silent: [660] });
  await call.awaitEvent("feed", (it) => it.status.state === "ended");
});

test.serial(
  "paused it is silent and its picture stands; sought, it goes on from there",
  async (t) => {
    const call = open();
    const { played } = call.room;
    const viewer = await call.receive();
    await feed(call, "clip.mp4");
    await hears(viewer, { loud: [660] });
    const set = (change: object) =>
      played.feeds.set({ room: "demo", participant: "film", change });
    const { position } = set({ playing: false });
    await hears(viewer, { silent: [660, 880] });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await sees(viewer, GREEN);
    t.is(set({}).position, position);
    set({ position: 5 });
    await sees(viewer, BLUE);
    t.is(set({}).state, "paused");
    t.is(set({}).position, 5);
    set({ playing: true });
    await hears(viewer, { loud: [880], silent: [660] });
  },
);

test.serial("looped it goes on without a gap", async (t) => {
  const call = open();
  const viewer = await call.receive();
  await feed(call, "short.mp4", { loop: true });
  await hears(viewer, { loud: [660] });
  const status = () =>
    call.room.played.feeds.set({
      room: "demo",
      participant: "film",
      change: {},
    });
  const levels: number[] = [];
  for (let i = 0; i < 30; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    levels.push(rms(viewer.heard().subarray(-9_600)));
  }
  t.true(Math.min(...levels) > -30, levels.join(" "));
  t.is(status().state, "playing");
  t.true(status().position < 1.1);
});

test.serial(
  "an ffmpeg that is killed is started again where it was",
  async (t) => {
    const call = open();
    const viewer = await call.receive();
    await feed(call, "long.mp4", { position: 4 });
    await hears(viewer, { loud: [660] });
    for (const { pid } of ffmpegs()) process.kill(pid, "SIGKILL");
    const { status } = await call.awaitEvent(
      "feed",
      (it) => it.status.state === "connecting",
    );
    t.true(status.position > 4);
    await call.awaitEvent(
      "feed",
      (it) =>
        it.status.state === "playing" && it.status.position >= status.position,
    );
    await hears(viewer, { loud: [660] });
  },
);

for (const [what, name, code] of [
  ["a file that is not there", "none.mp4", "not-found"],
  ["a file outside", "../../etc/passwd", "not-found"],
  ["what is no media", "text.txt", "bad-request"],
  ["a playlist that names another file", "list.m3u8", "bad-request"],
  ["a list of files", "list.ffconcat", "bad-request"],
] as const)
  test.serial(`${what} is refused`, async (t) => {
    writeFileSync(join(folder, "text.txt"), "words");
    writeFileSync(
      join(folder, "list.m3u8"),
      `#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\nfile:${folder}/clip.mp4\n#EXT-X-ENDLIST\n`,
    );
    writeFileSync(
      join(folder, "list.ffconcat"),
      `ffconcat version 1.0\nfile clip.mp4\n`,
    );
    const call = open();
    await t.throwsAsync(feed(call, name), { name: "MixerError" });
    const error = await feed(call, name).catch((it: unknown) => it);
    t.like(error, { code });
    t.is(call.room.played.feeds.size, 0);
  });

test.serial("a link that leads out of the folder is refused", async (t) => {
  symlinkSync("/etc/hostname", join(folder, "link.wav"));
  const call = open();
  const error = await feed(call, "link.wav").catch((it: unknown) => it);
  // This folder is below that of recordings, and /etc is not.
  t.like(error, { code: "not-found" });
});
