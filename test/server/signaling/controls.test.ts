/** What moderators control in a running call: recordings, broadcasts, what plays, who hears whom, options. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { PlayedInfo } from "../../../server/infos.js";
import { openClient, startSignaling } from "../../helpers/signaling.js";

const DONE = "done";

/** Ann, who moderates, and Bob, who does not. */
const openRoom = async (t: Parameters<typeof startSignaling>[0]) => {
  const server = await startSignaling(t);
  const { url, directory } = server;
  const [ann, bob] = [await openClient(url), await openClient(url)];
  const { participant: annId } = await ann.join("red");
  const { participant: bobId } = await bob.join("red", { name: "Bob" });
  const room = directory.find("red")!;
  await room.update(bobId, { role: "participant" });
  return { ...server, ann, bob, annId, bobId, room };
};

test("a recording has the format that was asked for, stands still and goes on, and everybody is told", async (t) => {
  const { ann, bob } = await openRoom(t);
  const record = (state: string, more = {}) =>
    ann.refusal({ type: "record", state, ...more });
  t.is(await record("recording", { format: "flac" }), DONE);
  const { recording } = await bob.until("recording");
  t.like(recording, { state: "recording", format: "flac" });
  t.is(await record("recording", { format: "mp4" }), DONE, "it runs already");
  for (const state of ["paused", "recording", "stopped"]) {
    t.is(await record(state), DONE);
    await bob.until(
      "recording",
      (m) => m.recording.id === recording.id && m.recording.state === state,
    );
  }
  const ids = bob.heard.flatMap((m) =>
    m.type === "recording" ? m.recording.id : [],
  );
  t.is(new Set(ids).size, 1);
});

test("two who start or stop at the same moment make one recording, and both are answered at its end", async (t) => {
  const { ann, bob, bobId, room } = await openRoom(t);
  await room.update(bobId, { role: "moderator" });
  const both = (state: string) =>
    [ann, bob].map((one) => one.refusal({ type: "record", state }));
  t.deepEqual(await Promise.all(both("recording")), [DONE, DONE]);
  t.is(room.recordings().length, 1);
  const answers = both("stopped");
  t.is(await Promise.race(answers), DONE);
  t.deepEqual(room.recordings(), []);
  t.deepEqual(await Promise.all(answers), [DONE, DONE]);
});

test("a broadcast begins once and ends; a push goes where it may, and its key is told nobody", async (t) => {
  const { ann, bob, room } = await openRoom(t);
  const start = { type: "live", state: "live" };
  t.is(await ann.refusal(start), DONE);
  t.is(await ann.refusal(start), DONE);
  t.is(room.lives.all().length, 1);
  t.like((await bob.until("live")).live, { kind: "hls" });
  const url = "rtmp://live.example.com/app/secret";
  t.is(await ann.refusal({ ...start, url }), DONE);
  const push = await ann.until("live", ({ live }) => live.kind === "push");
  t.false(JSON.stringify(ann.heard).includes("secret"));
  t.true(push.live.target?.startsWith("rtmp://live.example.com/app"));
  const { live } = await bob.until("live", (m) => m.live.kind === "push");
  t.is(live.target, undefined);
  const stop = { type: "live", state: "stopped" };
  t.is(await ann.refusal({ ...stop, live: live.id }), DONE);
  t.is(room.lives.all().length, 1);
  t.is(await ann.refusal(stop), DONE);
  t.deepEqual(room.lives.all(), []);
});

test("what there is to be played is in the folder, uploaded or recorded here", async (t) => {
  const { ann, shelf } = await openRoom(t);
  const empty = await ann.request({ type: "playable" });
  t.like(empty, {
    ...{ type: "playable", feedHosts: ["*.example.com"], pushes: true },
  });
  await mkdir(join(shelf.folder, "jingles"), { recursive: true });
  await mkdir(join(shelf.folder, ".git"));
  for (const name of ["b.mp3", "jingles/a.wav", ".hidden", ".git/x"])
    await writeFile(join(shelf.folder, name), "");
  const found = await ann.request({ type: "playable" });
  if (found.type !== "playable") return t.fail(found.type);
  t.deepEqual(found.files, ["b.mp3", "jingles/a.wav"]);
  t.deepEqual([found.uploads, found.recordings], [[], []]);
});

test("a sound and a feed are told to moderators alone, from their beginning through each change to their end", async (t) => {
  const { ann, bob, annId, bobId, room } = await openRoom(t);
  const shown = async (fits: (playing: PlayedInfo[]) => boolean) =>
    (await ann.until("playing", ({ playing }) => fits(playing))).playing;
  const sound = { file: "a.mp3", loop: true, duck: 12, participant: bobId };
  t.is(await ann.refusal({ type: "play", sound }), DONE);
  const [first] = await shown((all) => all.length === 1);
  t.like(first, { kind: "sound", file: "a.mp3", state: "playing", loop: true });
  const feed = { url: "rtsp://me:word@cam.example.com/x", name: "Hall" };
  t.is(await ann.refusal({ type: "play", feed }), DONE);
  const [, second] = await shown((all) => all.length === 2);
  t.like(second, { kind: "feed", url: "rtsp://me:***@cam.example.com/x" });
  await bob.until("participant", (m) => m.participant.name === "Hall");

  const change = (played: string | undefined, more: object) =>
    ann.refusal({ type: "playback", played, ...more });
  t.is(await change(first?.id, { state: "paused", volume: 0.5 }), DONE);
  await shown(([one]) => one?.state === "paused" && one.volume === 0.5);
  t.is(await change(first?.id, { duck: 6 }), DONE);
  await shown(([one]) => one?.duck === 6);
  t.is(await change(second?.id, { duck: 6 }), "bad-request");
  t.is(await change(second?.id, { state: "paused", volume: 2 }), DONE);
  await shown(([, one]) => one?.state === "paused" && one.volume === 2);
  t.is(await change(second?.id, { state: "stopped" }), DONE);
  await bob.until("gone", ({ participant }) => participant === second?.id);
  t.is(room.feeds().length, 0);

  t.false(bob.heard.some(({ type }) => type === "playing"));
  await room.update(bobId, { role: "moderator" });
  t.is((await bob.until("playing")).playing.length, 1);
  await bob.request({ type: "leave" });
  await shown((all) => all.length === 0);
  t.is(room.info()[0]?.id, annId);
});

test("everybody is told what is special about whom they hear; the forms are for moderators", async (t) => {
  const { ann, bob, annId, bobId, url } = await openRoom(t);
  const routing = { sidebars: [{ members: [annId, bobId] }] };
  t.is(await ann.refusal({ type: "route", routing }), DONE);
  t.like(await bob.until("hearing"), { sidebar: [annId], greenRoom: false });
  const told = await ann.until("routing");
  t.deepEqual(told.routing.sidebars, [{ members: [annId, bobId], room: 0.25 }]);
  const late = await openClient(url);
  await late.join("red", { name: "Cy" });
  t.is((await late.until("routing")).routing.sidebars.length, 1);

  const coach = { coaches: [{ coach: annId, heardBy: bobId }] };
  t.is(await ann.refusal({ type: "route", routing: coach }), DONE);
  t.like(await bob.until("hearing", ({ coachedBy }) => coachedBy.length > 0), {
    sidebar: null,
    coachedBy: [annId],
    coaches: [],
  });
  await ann.until("hearing", ({ coaches }) => coaches[0] === bobId);
  const channels = { channels: [{ name: "french", interpreter: bobId }] };
  t.is(await ann.refusal({ type: "route", routing: channels }), DONE);
  await bob.until("hearing", ({ interprets }) => interprets === "french");
  t.deepEqual((await ann.until("channels")).channels, ["french"]);
  t.false(bob.heard.some(({ type }) => type === "routing"));
  t.false(late.heard.some(({ type }) => type === "hearing"));
});

test("options are changed one by one, and everybody is told of all of them", async (t) => {
  const { ann, bob } = await openRoom(t);
  for (const change of [
    { agc: false },
    { loudest: 3 },
    { stereo: true },
    { title: "Daily" },
    { sounds: { join: true } },
    { recordingLimits: { maxDuration: 60 } },
  ])
    t.is(await ann.refusal({ type: "configure", ...change }), DONE);
  t.is(await ann.refusal({ type: "configure" }), DONE, "nothing is no change");
  const last = await bob.until(
    "options",
    ({ recordingLimits }) => recordingLimits.maxDuration === 60,
  );
  t.like(last, { agc: false, loudest: 3, title: "Daily", stereo: true });
  t.deepEqual(last.sounds, {
    ...{ join: true, leave: false, alone: false, recording: true },
  });
});

test("place and noise suppression of a voice are one's own affair and a moderator's, and shown to all", async (t) => {
  const { ann, bob, bobId } = await openRoom(t);
  t.is(await bob.refusal({ type: "update", denoise: true, pan: -1 }), DONE);
  await ann.until("participant", ({ participant: p }) => p.pan === -1);
  const change = { type: "moderate", participant: bobId, spread: true };
  t.is(await ann.refusal({ ...change, pan: 0.5 }), DONE);
  const { participant } = await bob.until(
    "participant",
    ({ participant: p }) => p.spread,
  );
  t.like(participant, { id: bobId, denoise: true, pan: 0.5 });
});
