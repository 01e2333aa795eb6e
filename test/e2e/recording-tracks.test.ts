import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import type { RecordingEntry } from "../../server/recordings/entry.js";
import { align } from "../helpers/align.js";
import { PERSONAS } from "../helpers/conference.js";
import { makeFolder } from "../helpers/folder.js";
import { median } from "../helpers/median.js";
import { decodeErrors, probeFile, sound } from "../helpers/probe.js";
import { killProcess } from "../helpers/processes.js";
import { chooseRecord } from "../helpers/menus.js";
import {
  AUDIBLE,
  entryOf,
  fileOf,
  RATE,
  recorded,
  start,
  stop,
} from "../helpers/recorded.js";
import { useSuite } from "../helpers/suite.js";
import { goertzel } from "../helpers/tone.js";
import { until } from "../helpers/until.js";

const run = promisify(execFile);
const { conference, server } = useSuite(test);

const STEP = RATE / 50;
/** Steps of a voice: a tenth of a second. */
const LASTING = 5;

/** How loud a tone is every 20 ms, in dB. */
const loudness = (samples: Float32Array, hz: number): number[] =>
  Array.from({ length: Math.floor(samples.length / STEP) }, (_, at) =>
    goertzel(samples.subarray(at * STEP, (at + 1) * STEP), RATE, hz),
  );

/** The first and the last time that a tone is heard, in steps. */
const span = (samples: Float32Array, hz: number): [number, number] => {
  const levels = loudness(samples, hz);
  // Where another voice breaks off there is a bit of every tone, for a moment.
  const heard = (_: number, at: number): boolean =>
    at + LASTING <= levels.length &&
    levels.slice(at, at + LASTING).every((level) => level > -35);
  const last = levels.findLastIndex(heard);
  return [levels.findIndex(heard), last + LASTING - 1];
};

/** When a tone is heard again after the last time that it was not, in steps. */
const returns = (samples: Float32Array, hz: number): number =>
  loudness(samples, hz)
    .slice(0, -RATE / STEP)
    .findLastIndex((level) => level < -35) + 1;

/** How far a track lies from its mix, in samples: each quarter of two seconds. One in which a packet came late says little. */
const lagsOf = (
  own: Float32Array,
  mix: Float32Array,
  start: number,
): number[] =>
  Array.from({ length: 8 }, (_, at) => {
    const length = RATE / 4;
    // Half a wave of the higher tone to each side.
    const { lag } = align(own, mix, {
      ...{ from: start + at * length, length, most: 39 },
    });
    return lag;
  });

const save = async (path: string, url: string): Promise<void> => {
  const response = await fetch(url);
  await writeFile(path, Buffer.from(await response.arrayBuffer()));
};

/** The chime with which a recording begins is played to everybody. */
const PLAYED = { participant: "played", name: "Sounds of the room" };

test.serial(
  "everybody's own track has nobody else's voice, and lies where the voice is in the mix",
  async (t) => {
    const call = conference(t);
    const red = await call.join("red");
    const id = await start(call, { tracks: "audio" });
    await recorded(call, id, 2);
    const green = await call.join("green");
    await Promise.all([red.hears(["green"]), green.hears(["red"])]);
    const { duration: both } = await entryOf(call, id);
    await recorded(call, id, both + 3);
    await call.api(`/v1/rooms/${call.room}/participants/${red.id}`, "PATCH", {
      muted: true,
    });
    const { duration: muted } = await entryOf(call, id);
    await recorded(call, id, muted + 2);
    const { tracks = [], duration } = await stop(call, id);

    t.deepEqual(
      tracks.map(({ name }) => name).sort(),
      [green.name, red.name, PLAYED.name].sort(),
    );
    const folder = await makeFolder(t);
    const mix = await sound(fileOf(call, id));
    for (const [person, colour, other] of [
      [red, "red", "green"],
      [green, "green", "red"],
    ] as const) {
      const path = join(folder, `${colour}.opus`);
      const url = `${server().url}/v1/recordings/${id}`;
      await save(path, `${url}/tracks/${person.id}.opus`);
      const own = await sound(path);
      t.true(Math.abs(own.length / RATE - duration) < 0.1);
      const hz = PERSONAS[colour].tone;
      const during = own.subarray((both + 1) * RATE, (both + 2) * RATE);
      t.true(goertzel(during, RATE, hz) > AUDIBLE, `${colour} is in its track`);
      const foreign = goertzel(during, RATE, PERSONAS[other].tone);
      t.true(foreign < -60, `${other} in ${colour}'s track: ${foreign} dB`);

      const [found, wanted] = [span(own, hz), span(mix, hz)];
      // What AAC smears decides about a step; the samples are compared below.
      t.true(
        found.every((step, at) => Math.abs(step - wanted[at]!) <= 1),
        `${colour} is in its track ${found}, in the mix ${wanted}`,
      );
      const lags = lagsOf(own, mix, Math.round((both + 0.5) * RATE));
      t.log(`${colour} is off by ${lags.join(" ")} samples`);
      t.true(Math.abs(median(lags)) <= 1);
    }
  },
);

test.serial(
  "tracks go on in the next mixer when theirs is killed, and stay with the mix",
  async (t) => {
    const call = conference(t);
    const [red, green] = await Promise.all([
      call.join("red"),
      call.join("green"),
    ]);
    await Promise.all([red.hears(["green"]), green.hears(["red"])]);
    const id = await start(call, { tracks: "video" });
    await recorded(call, id, 3);
    for (const mixer of server().mixers()) killProcess(mixer);
    await red.hearsNot(["green"], 3000);
    await Promise.all([red.hears(["green"]), green.hears(["red"])]);
    const { duration } = await entryOf(call, id);
    await recorded(call, id, duration + 4);
    const { tracks = [], ...entry } = await stop(call, id);
    const people = tracks.filter((it) => it.participant !== PLAYED.participant);
    t.is(people.length, 2);
    const folder = call.server.recordings;
    const mix = await sound(fileOf(call, id));
    for (const { participant, audio, video } of people) {
      const colour = participant === red.id ? "red" : "green";
      const own = await sound(join(folder, audio!.file));
      t.true(Math.abs(own.length / RATE - entry.duration) < 0.1);
      for (const seconds of [0.5, entry.duration - 2]) {
        const from = Math.round(seconds * RATE);
        const part = own.subarray(from, from + RATE);
        // The median: a busy browser leaves a hole now and then.
        const level = median(loudness(part, PERSONAS[colour].tone));
        t.true(level > AUDIBLE, `${colour} at ${seconds} s: ${level} dB`);
      }
      // A frame of AAC cannot end just anywhere: the file's hole is exact in its times, not in its samples.
      const [back, wanted] = [own, mix].map((samples) =>
        returns(samples, PERSONAS[colour].tone),
      );
      t.true(Math.abs(back! - wanted!) <= 1, `${back} ${wanted}`);
      const picture = join(folder, video!.file);
      t.is(await decodeErrors(picture), "");
      const { duration: shown } = await probeFile(picture);
      const there = entry.duration - video!.start;
      t.true(Math.abs(shown - there) < 1.5, `${shown} s of ${there} s`);
    }
  },
);

test.serial(
  "who records from the page can have everybody's own sound kept",
  async (t) => {
    const call = conference(t);
    const red = await call.join("red");
    const own = red.page.getByRole("menuitemcheckbox", {
      name: "Also keep everybody's own sound",
    });
    await red.page.getByTestId("record").click();
    t.is(await own.getAttribute("aria-checked"), "false");
    await own.press("Enter");
    t.is(await own.getAttribute("aria-checked"), "true");
    await red.page.locator("[data-item=record-m4a]").click();
    const { value } = await until({
      what: "it is being recorded",
      read: () =>
        call.api<RecordingEntry[]>(`/v1/rooms/${call.room}/recordings`),
      accept: ({ length }) => length > 0,
    });
    const { id } = value[0]!;
    await recorded(call, id, 2);
    await chooseRecord(red, "record-stop");
    const { value: entry } = await until({
      what: "the file is final",
      read: () => entryOf(call, id),
      accept: ({ state }) => state === "stopped",
    });
    t.is(entry.format, "m4a");
    t.deepEqual(
      entry.tracks?.map(({ name, video }) => ({ name, video })),
      [red, PLAYED].map(({ name }) => ({ name, video: undefined })),
    );
  },
);

test.serial(
  "all that there is of a meeting comes as one archive",
  async (t) => {
    const call = conference(t);
    await call.join("red");
    const id = await start(call, { tracks: "audio" });
    await recorded(call, id, 3);
    await stop(call, id);
    const url = `${server().url}/v1/recordings/${id}`;
    await until({
      what: "the waveform is there",
      read: async () => (await fetch(`${url}/waveform.json`)).status,
      accept: (status) => status === 200,
      within: 30_000,
    });
    const thumbnail = await fetch(`${url}/thumbnail.jpg`, {
      headers: { Range: "bytes=0-1" },
    });
    t.is(thumbnail.status, 206);
    t.is(Buffer.from(await thumbnail.arrayBuffer()).toString("hex"), "ffd8");
    const archive = join(await makeFolder(t), "all.tar");
    await save(archive, `${url}/package`);
    const { stdout } = await run("tar", ["-tf", archive]);
    const names = stdout.trim().split("\n").sort();
    t.is(names.length, 9, stdout);
    for (const wanted of [
      /chapters\.vtt$/,
      /recording\.json$/,
      /thumbnail\.jpg$/,
      /timeline\.json$/,
      /tracks\/Sounds-of-the-room-played\.opus$/,
      /tracks\/red.*\.opus$/,
      /waveform\.json$/,
      /waveform\.png$/,
      /\.mp4$/,
    ])
      t.true(
        names.some((name) => wanted.test(name)),
        String(wanted),
      );
  },
);
