/** Real rooms with real WebRTC clients, into which files are played by the system's ffmpeg. */
import { mkdtempSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import test from "ava";
import type { MediaSource, SoundMedia } from "../../../mixer/contract.js";
import { makeFlashBeep, makeMedia } from "../../helpers/media.js";
import { descendants } from "../../helpers/processes.js";
import { BLUE, GREEN, hears, openRoom, sees } from "../../helpers/room.js";
import { personOf } from "../../helpers/settings.js";
import { goertzel } from "../../helpers/tone.js";
import { until } from "../../helpers/until.js";

const folder = mkdtempSync("/tmp/tutti-feeds-");
const files = {
  clip: { colour: GREEN, then: BLUE, tone: 660, thenTone: 880, seconds: 8 },
  long: { colour: GREEN, tone: 660, seconds: 20 },
  short: { colour: GREEN, tone: 660, seconds: 1 },
};
const source = (name: string): MediaSource => ({
  kind: "recording",
  name: join(basename(folder), name),
});

const ffmpegs = () =>
  descendants(process.pid).filter(({ command }) => command.includes(folder));

test.before(async () => {
  for (const [name, made] of Object.entries(files))
    await makeMedia(join(folder, `${name}.mp4`), made);
  await makeMedia(join(folder, "tone.wav"), { tone: 660, seconds: 20 });
  await makeMedia(join(folder, "tone.mp3"), { tone: 1320, seconds: 2 });
  await makeFlashBeep(join(folder, "flash.mp4"), 8);
});

const opened = new Set<ReturnType<typeof openRoom>>();
const open: typeof openRoom = (options) => {
  const room = openRoom(options);
  opened.add(room);
  return room;
};

test.afterEach.always(async (t) => {
  for (const room of opened) {
    await room.close();
    t.deepEqual(room.errors, []);
    opened.delete(room);
  }
  t.deepEqual(ffmpegs(), []);
});
test.after.always(() => rmSync(folder, { recursive: true }));

const PLAY = { playing: true, position: 0, loop: false };

const feed = (
  { room }: ReturnType<typeof openRoom>,
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

const soundOf = (
  name: string,
  change: Partial<SoundMedia> = {},
): { room: string; sound: SoundMedia } => ({
  room: "demo",
  sound: {
    ...{ id: "s1", source: source(name), volume: 1, duck: 1 },
    ...PLAY,
    ...change,
  },
});

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
    levels.push(goertzel(viewer.heard(), 48_000, 660));
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
    const { writeFileSync } = await import("node:fs");
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
  const { symlinkSync } = await import("node:fs");
  symlinkSync("/etc/hostname", join(folder, "link.wav"));
  const call = open();
  const error = await feed(call, "link.wav").catch((it: unknown) => it);
  // This folder is below that of recordings, and /etc is not.
  t.like(error, { code: "not-found" });
});

test.serial(
  "a sound is heard by everybody, makes nobody a talker, and lowers voices meanwhile",
  async (t) => {
    const call = open();
    const { room } = call;
    room.participants.add(personOf("ann", { agc: false }));
    await call.send("ann", "camera", { tone: 440 });
    const ann = await call.receive({ participant: "ann" });
    const viewer = await call.receive();
    await hears(viewer, { loud: [440] });
    await room.played.sounds.play(soundOf("tone.wav", { duck: 0.1 }));
    await hears(ann, { loud: [660], silent: [440] });
    await hears(viewer, { loud: [660] });
    const level = () => goertzel(viewer.heard(), 48_000, 440);
    await until({
      what: "the voice is 20 dB lower",
      read: level,
      accept: (it) => it < -37 && it > -50,
    });
    const talkers = call.events("talking").flatMap((it) => it.talkers);
    t.false(talkers.some((id) => id.startsWith("sound")));
    await room.played.sounds.stop("s1");
    await hears(viewer, { loud: [440], silent: [660] });
  },
);

test.serial("a sound for one is heard by that one alone", async (t) => {
  const call = open();
  const { room } = call;
  for (const id of ["ann", "bob"])
    room.participants.add(personOf(id, { agc: false }));
  await call.send("ann", "camera", { tone: 440 });
  const bob = await call.receive({ participant: "bob" });
  const viewer = await call.receive();
  await hears(viewer, { loud: [440] });
  await room.played.sounds.play(
    soundOf("tone.wav", { participant: "bob", duck: 0 }),
  );
  await hears(bob, { loud: [660], silent: [440] });
  await hears(viewer, { loud: [440], silent: [660] });
  room.played.sounds.set({
    room: "demo",
    sound: "s1",
    change: { playing: false },
  });
  await hears(bob, { loud: [440], silent: [660] });
  room.removeParticipant("bob");
  await until({
    what: "the sound goes with its listener",
    read: () => room.played.sounds.size,
    accept: (size) => size === 0,
  });
  t.pass();
});

test.serial("an MP3 plays to its end and is gone", async (t) => {
  const call = open();
  const viewer = await call.receive();
  await call.room.played.sounds.play(soundOf("tone.mp3"));
  await hears(viewer, { loud: [1320] });
  await call.awaitEvent("sound", (it) => it.status.state === "ended");
  await hears(viewer, { silent: [1320] });
  t.is(call.room.played.sounds.size, 0);
});

test.serial("a tune needs no process", async (t) => {
  const call = open();
  const viewer = await call.receive();
  await call.room.played.sounds.play(
    soundOf("", {
      source: { kind: "tune", name: "alone" },
      loop: true,
      volume: 4,
    }),
  );
  await until({
    what: "music",
    read: () => goertzel(viewer.heard(), 48_000, 262),
    accept: (level) => level > -50,
  });
  t.deepEqual(ffmpegs(), []);
});
