/** A recording with tracks, and the death of all that writes it: files as participants, on the running server. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { makeFolder } from "../helpers/folder.js";
import { makeFlashBeep, makeMedia } from "../helpers/media.js";
import { entryUntil, inMix } from "../helpers/meeting.js";
import {
  beeps,
  decodeErrors,
  flashes,
  probeFile,
  sound,
} from "../helpers/probe.js";
import { killProcess } from "../helpers/processes.js";
import { createRest, type Rest } from "../helpers/rest.js";
import { startServer } from "../helpers/server.js";
import { goertzel } from "../helpers/tone.js";

const media = mkdtempSync("/tmp/tutti-media-");
/** Of the one without a picture. */
const TONE = 440;
/** What may be missing at the end, in seconds. */
const LOSS = 2;
/** How far a track may be from the mix, in seconds: of a picture, three of the mix, which are every 33 ms. */
const SOUND_APART = 0.02;
const PICTURE_APART = 0.1;

test.before(async () => {
  await makeFlashBeep(join(media, "pulse.mp4"), 60);
  await makeMedia(join(media, "tone.m4a"), { tone: TONE, seconds: 60 });
});
test.after.always(() => rmSync(media, { recursive: true }));

const play = async (rest: Rest, room: string, file: string, name: string) => {
  await rest.api("POST", `/v1/rooms/${room}/feeds`, { file, name });
  await inMix(rest, name, room);
};

/** By how much the same is earlier or later in the second, at most; all of the shorter is in both. */
const apart = (track: readonly number[], mix: readonly number[]): number => {
  const common = Math.min(track.length, mix.length);
  const away = track
    .slice(0, common)
    .map((time, at) => Math.abs(time - mix[at]!));
  return common === 0 ? Infinity : Math.max(...away);
};

/** How far the farthest is from its nearest in the mix, which may have seen a flash before the track had its first picture. */
const farthest = (track: readonly number[], mix: readonly number[]): number =>
  Math.max(
    ...track.map((time) => Math.min(...mix.map((it) => Math.abs(it - time)))),
  );

test.serial(
  "after a SIGKILL of everything mix and tracks are repaired at the next start: playable, aligned, and no more than 2 s short",
  async (t) => {
    const recordings = await makeFolder(t);
    const env = { TUTTI_MEDIA: media, TUTTI_RESUME_SECONDS: "0" };
    const first = await startServer(t, { recordings, env });
    const rest = createRest(first);
    const room = await rest.openRoom();
    await play(rest, room, "tone.m4a", "tone");
    const path = `/v1/rooms/${room}/recordings`;
    const { id } = (await rest.api("POST", path, { tracks: "video" })).json;
    await entryUntil(rest, id, ({ duration }) => duration > 1.3);
    // Who comes later begins in the middle of the file: times are compared from the recording's zero.
    await play(rest, room, "pulse.mp4", "pulse");
    const { duration: wanted } = await entryUntil(
      ...([rest, id] as const),
      ({ duration }) => duration > 9,
    );
    // All at once, so that nobody has time to notice.
    for (const one of first.processes()) killProcess(one);
    await first.kill();

    const second = createRest(await startServer(t, { recordings, env }));
    const { state, tracks = [] } = await entryUntil(
      ...([second, id] as const),
      (entry) => entry.state !== "recording",
    );
    t.is(state, "stopped");
    const named = (name: string) => tracks.find((track) => track.name === name);
    const [tone, pulse] = [named("tone"), named("pulse")];
    // And one of the chime with which it began.
    t.is(tracks.length, 3);
    const [mix, own, picture, hum] = [
      ...[`${id}.mp4`, pulse!.audio!.file],
      ...[pulse!.video!.file, tone!.audio!.file],
    ].map((file) => join(recordings, file)) as [string, string, string, string];
    const { start } = pulse!.video!;
    for (const [file, begins] of [
      [mix, 0],
      [own, 0],
      [hum, 0],
      [picture, start],
    ] as const) {
      t.is(await decodeErrors(file), "", file);
      const { duration } = await probeFile(file);
      const missing = wanted - begins - duration;
      t.log(`${file.slice(-20)}: ${missing.toFixed(2)} s are missing`);
      t.true(missing < LOSS, `${file}: ${missing} s are missing`);
    }

    const [heard, mixed] = [await beeps(own, 0.3), await beeps(mix, 0.3)];
    t.true(heard.length >= 4, `${heard}`);
    const sounds = apart(heard, mixed);
    // The other one's tile is dark: half of the picture flashes.
    const seen = await flashes(picture, 128);
    const shown = await flashes(mix, 70);
    const { duration: mixedFor } = await probeFile(mix);
    const pictures = farthest(
      // Its tile comes into the mix softly, the first flash perhaps too softly; and the mix may end before the track.
      seen
        .filter((time) => time > 0.5 && time + start < mixedFor - 0.2)
        .map((time) => time + start),
      shown,
    );
    t.log(`apart: ${(1000 * sounds).toFixed(1)} and ${1000 * pictures} ms`);
    t.true(sounds < SOUND_APART, `${heard} in the mix ${mixed}`);
    t.true(seen.length >= 4, `${seen}`);
    t.true(pictures < PICTURE_APART, `${seen} + ${start} in the mix ${shown}`);
    // A machine that has no time for the player leaves holes, in both alike.
    const [alone, among] = await Promise.all([sound(hum), sound(mix)]);
    for (let at = 1; at < wanted - LOSS - 1; at++) {
      const [level, wished] = [alone, among].map((samples) =>
        goertzel(
          samples.subarray(at * 48_000, (at + 1) * 48_000),
          ...([48_000, TONE] as const),
        ),
      ) as [number, number];
      t.true(Math.abs(level - wished) < 3, `${at} s: ${level}, ${wished} dB`);
    }
  },
);
