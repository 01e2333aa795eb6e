/** A recording whose server is killed with all its processes, and the meeting that comes back, or does not. */
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { RecordingEntry } from "../../server/recordings/entry.js";
import { makeFolder } from "../helpers/folder.js";
import { makeFlashBeep } from "../helpers/media.js";
import { median } from "../helpers/median.js";
import {
  enter,
  entryOf,
  entryUntil,
  hasEnded,
  inMix,
  killAll,
  MEETING,
  zeroOf,
} from "../helpers/meeting.js";
import {
  beeps,
  decodeErrors,
  flashes,
  probeFile,
  sound,
} from "../helpers/probe.js";
import { createRest, type Rest } from "../helpers/rest.js";
import { startServer } from "../helpers/server.js";
import { openClient } from "../helpers/signaling.js";
import { goertzel } from "../helpers/tone.js";
import { until } from "../helpers/until.js";

const media = mkdtempSync("/tmp/tutti-media-");
const [BEFORE, AFTER] = [440, 660];
/** What may be missing of what was before the kill, in seconds. */
const LOSS = 2;
/** How far a beep may be from its flash, in seconds: pictures come every 33 ms. */
const APART = 0.1;

test.before(() => makeFlashBeep(join(media, "pulse.mp4"), 60));
test.after.always(() => rmSync(media, { recursive: true }));

const start = async (
  t: ExecutionContext,
  recordings: string,
  env: NodeJS.ProcessEnv = {},
) => {
  const server = await startServer(t, {
    recordings,
    env: { TUTTI_MEDIA: media, ...env },
  });
  return { server, rest: createRest(server) };
};

const record = async (
  rest: Rest,
  seconds: number,
  options: object = {},
): Promise<RecordingEntry> => {
  const path = `/v1/rooms/${MEETING}/recordings`;
  const { id } = (await rest.api("POST", path, options)).json;
  return entryUntil(rest, id, ({ duration }) => duration > seconds);
};

/** In dB, in the second that begins at `at`. */
const level = (samples: Float32Array, at: number, tone: number): number =>
  goertzel(
    samples.subarray(Math.round(at * 48_000), Math.round((at + 1) * 48_000)),
    48_000,
    tone,
  );

const nearest = (time: number, among: readonly number[]): number =>
  Math.min(...among.map((it) => Math.abs(it - time)));

/** Beeps have their flashes in each of these stretches; a machine that is too busy shows one or another late. */
const assertInStep = async (
  t: ExecutionContext,
  file: string,
  stretches: ((time: number) => boolean)[],
): Promise<void> => {
  const [heard, seen] = [await beeps(file, 0.3), await flashes(file, 70)];
  for (const isIn of stretches) {
    const times = heard.filter(isIn);
    t.true(times.length >= 3, `${heard}`);
    const apart = median(times.map((time) => nearest(time, seen)));
    t.true(apart < APART, `${times} among ${seen}`);
  }
};

test.serial(
  "after a SIGKILL of everything the recording goes on in the same file with those who come back, sound and picture in step",
  async (t) => {
    const recordings = await makeFolder(t);
    const first = await start(t, recordings);
    await first.rest.api("PUT", `/v1/rooms/${MEETING}`, { title: "Monday" });
    const ann = await enter(t, first.server, { tone: BEFORE });
    const feed = { file: "pulse.mp4", name: "pulse" };
    const feeds = `/v1/rooms/${MEETING}/feeds`;
    await first.rest.api("POST", feeds, feed);
    await Promise.all([inMix(first.rest, "Ann"), inMix(first.rest, "pulse")]);
    const { id } = await record(first.rest, 8, { tracks: "video" });
    const zero = await zeroOf(recordings, id);
    const timeInFile = (): number => (Date.now() - zero) / 1000;
    const duration = timeInFile();
    await killAll(first.server);
    ann.sender.close();

    const { server, rest } = await start(t, recordings);
    const again = await enter(t, server, {
      tone: AFTER,
      resume: ann.joined.token,
    });
    t.is(again.joined.participant, ann.joined.participant);
    t.is(again.joined.title, "Monday");
    t.like(again.joined.recordings, [{ id, state: "recording" }]);
    await rest.api("POST", feeds, feed);
    await Promise.all([inMix(rest, "Ann"), inMix(rest, "pulse")]);
    const told = await again.until("recording");
    t.like(told.recording, { id, state: "recording" });
    t.regex(told.recording.reason ?? "", /restarted/);
    const back = timeInFile();
    await entryUntil(rest, id, (entry) => entry.duration > back + 7);
    await rest.api("PATCH", `/v1/rooms/${MEETING}/recordings/${id}`, {
      state: "stopped",
    });

    const list: RecordingEntry[] = (await rest.api("GET", "/v1/recordings"))
      .json;
    t.deepEqual(
      list.map((one) => [one.id, one.state]),
      [[id, "stopped"]],
    );
    const entry = list[0]!;
    t.log(`killed at ${duration.toFixed(1)} s, back at ${back.toFixed(1)} s`);
    const file = join(recordings, `${id}.mp4`);
    t.is(await decodeErrors(file), "");
    const ran = Date.parse(entry.endedAt!) - zero;
    const facts = await probeFile(file);
    t.true(Math.abs(facts.duration - ran / 1000) < 1, `${facts.duration} s`);

    const mix = await sound(file);
    for (let at = 1; at < duration - LOSS - 1; at++)
      t.true(level(mix, at, BEFORE) > -40, `${BEFORE} Hz at ${at} s`);
    t.true(level(mix, (duration + back) / 2 - 0.5, BEFORE) < -60);
    for (let at = back + 1; at < back + 4; at++)
      t.true(level(mix, at, AFTER) > -40, `${AFTER} Hz at ${at} s`);

    await assertInStep(t, file, [
      (time) => time > 1 && time < duration - LOSS,
      (time) => time > back + 1,
    ]);

    // Ann is one person with one track, which has both of her tones where the mix has them.
    const track = entry.tracks!.find(({ name }) => name === "Ann");
    t.is(entry.tracks!.filter(({ name }) => name === "Ann").length, 1);
    const own = join(recordings, track!.audio!.file);
    t.is(await decodeErrors(own), "");
    const voice = await sound(own);
    for (const [at, tone] of [
      [3, BEFORE],
      [back + 3, AFTER],
    ] as const)
      t.true(Math.abs(level(voice, at, tone) - level(mix, at, tone)) < 3);
    // A feed comes as another: what there was of the first is whole, too.
    const pictures = entry.tracks!.filter(({ name }) => name === "pulse");
    t.is(pictures.length, 2);
    for (const { video } of pictures)
      t.is(await decodeErrors(join(recordings, video!.file)), "");
    for (const { audio } of entry.tracks!) {
      const { duration: long } = await probeFile(join(recordings, audio!.file));
      t.true(Math.abs(long - facts.duration) < 0.5, `${audio!.file}: ${long}`);
    }
    t.deepEqual(await readdir(join(recordings, ".rooms")), []);
  },
);

test.serial(
  "a recording to which nobody comes back is repaired and finished",
  async (t) => {
    const recordings = await makeFolder(t);
    const env = { TUTTI_RESUME_SECONDS: "3" };
    const first = await start(t, recordings, env);
    const ann = await enter(t, first.server, { tone: BEFORE });
    await inMix(first.rest, "Ann");
    const { id } = await record(first.rest, 4);
    const duration = (Date.now() - (await zeroOf(recordings, id))) / 1000;
    await killAll(first.server);
    ann.sender.close();

    const { rest } = await start(t, recordings, env);
    t.is((await entryOf(rest, id)).state, "recording");
    const { state, reason = "" } = await entryUntil(rest, id, hasEnded);
    t.is(state, "stopped");
    t.regex(reason, /killed/);
    const file = join(recordings, `${id}.mp4`);
    t.is(await decodeErrors(file), "");
    const facts = await probeFile(file);
    t.true(duration - facts.duration < LOSS, `${facts.duration} s`);
    t.true(level(await sound(file), 1, BEFORE) > -40);
    await until({
      what: "the room has gone",
      read: () => rest.api("GET", `/v1/rooms/${MEETING}`),
      accept: ({ status }) => status === 404,
      within: 20_000,
    });
  },
);

test.serial(
  "a room with a PIN does not come back open, and who is not recorded is not from the first moment on",
  async (t) => {
    const recordings = await makeFolder(t);
    const first = await start(t, recordings);
    const path = `/v1/rooms/${MEETING}`;
    await first.rest.api("PUT", path, { pin: "2468" });
    const ann = await enter(t, first.server, { tone: BEFORE, pin: "2468" });
    const bob = await enter(t, first.server, { tone: AFTER, pin: "2468" });
    const { participant } = bob.joined;
    await bob.request({ type: "update", recorded: false });
    await first.rest.api("PATCH", `${path}/participants/${participant}`, {
      role: "participant",
    });
    await inMix(first.rest, "Ann");
    const { id } = await record(first.rest, 3, { format: "opus" });
    const kept = join(recordings, ".rooms", `${MEETING}.json`);
    t.is((await stat(kept)).mode & 0o777, 0o600);
    await killAll(first.server);
    for (const { sender } of [ann, bob]) sender.close();

    const { server, rest } = await start(t, recordings);
    const stranger = await openClient(server.ws);
    const join_ = { type: "join", room: MEETING, name: "Eve" };
    t.is(await stranger.refusal(join_), "wrong-pin");
    t.is(await stranger.refusal({ ...join_, pin: "1111" }), "wrong-pin");
    t.is(
      await stranger.refusal({ ...join_, resume: "x".repeat(32) }),
      "wrong-pin",
    );
    t.is((await rest.api("GET", path)).json.pinRequired, true);
    t.is((await entryOf(rest, id)).duration, 0, "nobody has come back");
    const again = await enter(t, server, {
      tone: AFTER,
      resume: bob.joined.token,
    });
    t.is(again.joined.role, "participant");
    t.like(again.joined.participants, [{ recorded: false }]);
    await inMix(rest, "Ann");
    const { recording } = await again.until("recording");
    t.is(recording.state, "recording");
    const back = (await entryOf(rest, id)).duration;
    await entryUntil(rest, id, (entry) => entry.duration > back + 3);
    // Its last one leaves.
    await again.request({ type: "leave" });
    const { state } = await entryUntil(rest, id, hasEnded);
    t.is(state, "stopped");
    const samples = await sound(join(recordings, `${id}.opus`));
    t.true(level(samples, 1, BEFORE) > -40);
    for (let at = 0; at < samples.length / 48_000 - 1; at++)
      t.true(level(samples, at, AFTER) < -60, `${at} s`);
  },
);
