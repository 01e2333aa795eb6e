import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { align, whistles } from "../../helpers/align.js";
import { averageRgb } from "../../helpers/picture.js";
import {
  decodeErrors,
  flashes,
  probeFile,
  sound,
} from "../../helpers/probe.js";
import { median } from "../../helpers/median.js";
import { pictureAt, RATE } from "../../helpers/recorded.js";
import type { Yuv } from "../../helpers/peer.js";
import { openRecordedRoom as open } from "../../helpers/recorded-room.js";
import { BLUE, RED } from "../../helpers/room.js";
import { personOf } from "../../helpers/settings.js";
import { goertzel } from "../../helpers/tone.js";

/** By the best quarter of a second of a second and a half: a busy machine leaves holes in what is sent. */
const alignNear = (own: Float32Array, mix: Float32Array, seconds: number) =>
  Array.from({ length: 11 }, (_, at) => at / 8)
    .map((later) =>
      align(own, mix, {
        from: Math.round((seconds + later) * RATE),
        ...{ length: RATE / 4, most: 960 },
      }),
    )
    .reduce((best, one) => (one.likeness > best.likeness ? one : best));

/** In samples: times are rounded to one in two places. WebM counts milliseconds. */
const LEAST = { mp4: 1, webm: 48, m4a: 1, opus: 1, wav: 1, flac: 1 } as const;
const FORMATS = Object.keys(LEAST) as (keyof typeof LEAST)[];

test.serial(
  "a track lies where its voice is in the mix, to the sample, in every format",
  async (t) => {
    const { room, send, start, stop, hearsSomebody } = await open(t);
    room.participants.add(personOf("ann"));
    await send("ann", "camera", { colour: RED, sound: whistles(1) });
    await hearsSomebody();
    for (const format of FORMATS) await start(format, format);
    await delay(2_000);
    room.participants.update("ann", { muted: true });
    await delay(700);
    room.participants.update("ann", { muted: false });
    await delay(1_500);
    for (const format of FORMATS) {
      const { file, tracks } = await stop(format);
      t.deepEqual(
        tracks.map(({ participant }) => participant),
        ["ann"],
      );
      const [mix, own] = await Promise.all(
        [file, tracks[0]!.sound].map((path) => sound(path)),
      );
      for (const from of [0.3, 2.9]) {
        const found = alignNear(own!, mix!, from);
        t.true(found.likeness > 0.5, `${format}: ${found.likeness}`);
        t.true(
          Math.abs(found.lag) <= LEAST[format],
          `${format}: ${found.lag} samples`,
        );
      }
    }
  },
);

test.serial(
  "who comes late, is muted or does not want to be recorded moves nothing, in a pause neither",
  async (t) => {
    const { room, send, start, stop, hearsSomebody } = await open(t);
    for (const id of ["ann", "shy"]) room.participants.add(personOf(id));
    room.participants.update("shy", { recorded: false });
    await send("ann", "camera", { colour: RED, sound: whistles(1) });
    await send("shy", "camera", { colour: BLUE, sound: whistles(5) });
    await hearsSomebody();
    await start("film", "mp4", "video");
    await delay(1_500);
    room.participants.add(personOf("bob"));
    await send("bob", "camera", { colour: BLUE, sound: whistles(2) });
    await delay(2_500);
    const pause = { room: "demo", recording: "film" };
    await room.pauseRecording(pause);
    await delay(1_500);
    await room.resumeRecording(pause);
    await delay(2_500);
    room.removeParticipant("bob");
    await delay(500);
    const { file, tracks, duration } = await stop("film");
    t.deepEqual(
      tracks.map(({ participant }) => participant),
      ["ann", "bob"],
    );
    const mix = await sound(file);
    const beginnings = { ann: 0, bob: 1.5 };
    for (const { participant, ...track } of tracks) {
      const own = await sound(track.sound);
      t.true(Math.abs(own.length / RATE - duration) < 0.1);
      for (const seconds of [2.5, duration - 2]) {
        const found = alignNear(own, mix, seconds);
        t.true(found.likeness > 0.3, `${participant}: ${found.likeness}`);
        const where = `${participant} at ${seconds} s, ${found.likeness}`;
        t.true(Math.abs(found.lag) <= LEAST.mp4, `${where}: ${found.lag}`);
      }
      const begin = beginnings[participant as "ann"];
      t.true(Math.abs(track.video!.start - begin) < 0.7, `${begin}`);
      t.is(await decodeErrors(track.picture), "");
      const { video, audio, duration: shown } = await probeFile(track.picture);
      t.like(video, { codec: "h264", width: 640, height: 360 });
      t.is(audio, undefined);
      const there = duration - track.video!.start;
      t.true(shown > there - 1.2 && shown < there + 0.3, `${shown} ${there}`);
      const seen = averageRgb(await pictureAt(track.picture, 1), 640, {
        ...{ x: 300, y: 170, width: 40, height: 20 },
      });
      t.is(seen[2]! > seen[0]!, participant === "bob", `${seen}`);
    }
  },
);

const DARK: Yuv = [30, 128, 128];
const BRIGHT: Yuv = [220, 128, 128];

test.serial(
  "a track shows its picture when the mix does, within 20 ms",
  async (t) => {
    const { room, send, start, stop, hearsSomebody } = await open(t);
    room.participants.add(personOf("ann"));
    await send("ann", "camera", {
      ...{ colour: DARK, sound: whistles(1) },
      colours: (picture) => (picture % 9 < 3 ? BRIGHT : DARK),
    });
    await hearsSomebody();
    await start("film", "mp4", "video");
    await delay(5_000);
    const { file, tracks } = await stop("film");
    const [mix, own] = await Promise.all(
      [file, tracks[0]!.picture].map((path) => flashes(path, 100)),
    );
    const begun = tracks[0]!.video!.start;
    const apart = own!.slice(1).map((time) => {
      const offsets = mix!.map((other) => begun + time - other);
      return offsets.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0]!;
    });
    t.log(apart.map((it) => (it * 1_000).toFixed(1)).join(" "), "ms");
    t.true(apart.length >= 5);
    t.true(Math.abs(median(apart)) < 0.02);
  },
);

test.serial(
  "in a stereo room files and tracks have two channels, and voices their places",
  async (t) => {
    const { room, send, start, stop, hearsSomebody } = await open(t, {
      sound: { stereo: true, loudest: 0 },
    });
    room.participants.add(personOf("ann", { pan: -1 }));
    await send("ann", "camera", { colour: RED, sound: whistles(1) });
    await hearsSomebody();
    const formats = ["mp4", "webm", "opus", "wav"] as const;
    for (const format of formats) await start(format, format);
    const begun = performance.now();
    await delay(2_000);
    for (const format of formats) {
      const ran = (performance.now() - begun) / 1_000;
      const { file, tracks, duration } = await stop(format);
      t.true(duration < ran + 2, `${format}: ${duration} s of ${ran} s`);
      for (const path of [file, tracks[0]!.sound]) {
        const { audio } = await probeFile(path);
        t.is(audio?.channels, 2, path);
        const [left, right] = await Promise.all(
          ["FL", "FR"].map((side) => sound(path, side)),
        );
        const [loud, quiet] = [left!, right!].map((samples) =>
          Math.sqrt(samples.reduce((sum, it) => sum + it * it, 0)),
        );
        t.true(loud! > 10 * quiet! && loud! > 5, `${path} ${loud} ${quiet}`);
      }
    }
  },
);

test.serial(
  "what is played to everybody has a track, and whom the file does not hear is silent in its own",
  async (t) => {
    const { room, send, start, stop, hearsSomebody } = await open(t);
    for (const id of ["ann", "bob"])
      room.participants.add(personOf(id, { agc: false }));
    const { sound: routed } = room;
    // As of a whisper, or of a green room.
    routed.setRouting({ channels: { "": { gains: { bob: 0 } } } });
    await send("ann", "camera", { colour: RED, tone: 440 });
    await send("bob", "camera", { colour: BLUE, tone: 880 });
    await hearsSomebody();
    await start("talk", "wav");
    const { played } = room;
    const music = { kind: "tune", name: "alone" } as const;
    const how = { playing: true, position: 0, loop: true, volume: 1, duck: 1 };
    await played.sounds.play({
      ...{ room: "demo", sound: { id: "s", source: music, ...how } },
    });
    await delay(2_500);
    routed.setRouting({ channels: { "": null } });
    await delay(1_500);
    const { file, tracks } = await stop("talk");
    const ids = tracks.map(({ participant }) => participant);
    t.deepEqual(ids, ["ann", "bob", "played"]);
    const [ann, bob, music1] = await Promise.all(
      tracks.map((track) => sound(track.sound)),
    );
    const mix = await sound(file);
    const level = (samples: Float32Array, hz: number, from: number) =>
      goertzel(samples.subarray(from * RATE, (from + 1) * RATE), RATE, hz);
    t.true(level(ann!, 440, 1) > -40);
    t.true(level(mix, 880, 1) < -60, `${level(mix, 880, 1)}`);
    t.true(level(bob!, 880, 1) < -60, `${level(bob!, 880, 1)}`);
    const last = Math.floor(bob!.length / RATE - 1.1);
    t.true(level(bob!, 880, last) > -40, `${level(bob!, 880, last)}`);
    const energy = (samples: Float32Array) =>
      samples.reduce((sum, it) => sum + it * it, 0);
    t.true(energy(music1!) > 1);
  },
);
