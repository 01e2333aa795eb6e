import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import type { RecordingFormat } from "../../../mixer/contract.js";
import { makeFolder } from "../../helpers/folder.js";
import { averageRgb } from "../../helpers/picture.js";
import { decodeErrors, probeFile, sound } from "../../helpers/probe.js";
import { pictureAt, RATE } from "../../helpers/recorded.js";
import { hears, openRoom, sees, BLUE, RED } from "../../helpers/room.js";
import { personOf, settingsOf } from "../../helpers/settings.js";
import { goertzel } from "../../helpers/tone.js";
import { until } from "../../helpers/until.js";

const [RED_TONE, BLUE_TONE] = [440, 880];

/** Two people, red on the left and blue on the right, heard and seen by a viewer. */
const openCall = async (t: ExecutionContext) => {
  const directory = await makeFolder(t);
  const call = openRoom({ recordings: directory });
  t.teardown(call.close);
  const { room } = call;
  room.participants.add(personOf("red"));
  room.participants.add(personOf("blue"));
  await call.send("red", "camera", { colour: RED, tone: RED_TONE });
  await call.send("blue", "camera", { colour: BLUE, tone: BLUE_TONE });
  const viewer = await call.receive();
  await sees(viewer, RED, [0.25, 0.5]);
  await sees(viewer, BLUE, [0.75, 0.5]);
  await hears(viewer, { loud: [RED_TONE, BLUE_TONE] });
  const start = async (
    recording: string,
    format: RecordingFormat,
    view = "main",
    rendition: "high" | "low" = "high",
  ) => {
    const params = { room: "demo", recording, format, view, rendition };
    await room.startRecording(params);
  };
  const stop = async (recording: string) =>
    join(
      directory,
      (await room.stopRecording({ room: "demo", recording })).file,
    );
  return { ...call, viewer, start, stop };
};

const levelsAt = (samples: Float32Array, from: number): number[] =>
  [RED_TONE, BLUE_TONE].map((hz) =>
    goertzel(samples.subarray(from * RATE, (from + 0.5) * RATE), RATE, hz),
  );

/** How red, and how blue, the middle of the left and of the right half are. */
const coloursAt = async (file: string, seconds: number, width: number) => {
  const pixels = await pictureAt(file, seconds);
  return [0.25, 0.75].map((at) =>
    averageRgb(pixels, width, {
      x: Math.round((at - 0.02) * width),
      y: Math.round(width * 0.4 * 0.5625),
      ...{ width: 8, height: 8 },
    }),
  );
};

/** The avatar that takes the picture's place is violet. */
const isBlue = ([r, , b]: readonly number[]): boolean => b! > r! + 110;
const isRed = ([r, , b]: readonly number[]): boolean => r! > b! + 60;

test.serial(
  "recordings in several formats, views and sizes run at once, and a view may go meanwhile",
  async (t) => {
    const { room, start, stop } = await openCall(t);
    await room.setView(
      "alone",
      settingsOf({ layout: "solo", pinned: "blue", width: 320, height: 180 }),
    );
    await start("film", "mp4", "main", "low");
    await start("web", "webm", "alone");
    await start("exact", "wav");
    await start("small", "opus");
    await delay(1_500);
    room.views.remove("alone");
    await delay(1_500);
    const files = {
      film: await stop("film"),
      web: await stop("web"),
      exact: await stop("exact"),
      small: await stop("small"),
    };
    t.is(room.recordings.size, 0);
    for (const file of Object.values(files)) {
      t.is(await decodeErrors(file), "");
      const { duration } = await probeFile(file);
      t.true(duration > 2.4 && duration < 6, `${file}: ${duration} s`);
      const samples = await sound(file);
      for (const tone of [0, 1]) {
        const levels = [0.5, 1, 1.5].map((at) => levelsAt(samples, at)[tone]!);
        t.true(Math.max(...levels) > -26, `${file}: ${levels} dB`);
      }
    }
    t.like((await probeFile(files.film)).video, { codec: "h264", height: 180 });
    const [left, right] = await coloursAt(files.film, 1, 320);
    t.true(isRed(left!) && isBlue(right!), `${left} ${right}`);
    t.like((await probeFile(files.web)).video, { codec: "vp8", width: 320 });
    for (const at of [0.5, 2])
      t.true((await coloursAt(files.web, at, 320)).every(isBlue), `${at} s`);
  },
);

test.serial(
  "who does not want to be recorded is neither heard nor seen in the file, and is in the call",
  async (t) => {
    const { room, start, stop, viewer } = await openCall(t);
    await start("film", "mp4");
    await start("exact", "wav");
    await delay(1_500);
    room.participants.update("blue", { recorded: false });
    await delay(2_000);
    t.is([...room.views.all()].length, 2, "a picture for files while it lasts");
    await hears(viewer, { loud: [RED_TONE, BLUE_TONE] });
    await sees(viewer, BLUE, [0.75, 0.5]);
    room.participants.update("blue", { recorded: true });
    await until({
      what: "the picture for files is given up",
      read: () => [...room.views.all()].length,
      accept: (open) => open === 1,
    });
    await delay(1_500);
    const film = await stop("film");
    const exact = await stop("exact");
    t.is(await decodeErrors(film), "");
    const { duration } = await probeFile(film);
    for (const file of [film, exact]) {
      const samples = await sound(file);
      t.true(levelsAt(samples, 0.5)[1]! > -26, "heard before");
      const [others, own] = levelsAt(samples, 2.3);
      t.true(others! > -26, `the others are heard: ${others} dB`);
      t.true(own! < -60, `${file}: ${own} dB`);
      t.true(levelsAt(samples, duration - 0.7)[1]! > -26, "heard after");
    }
    for (const [at, seen] of [
      [0.5, true],
      [2.5, false],
      [duration - 0.4, true],
    ] as const) {
      const [left, right] = await coloursAt(film, at, 640);
      t.true(isRed(left!), `at ${at} s ${left}`);
      t.is(isBlue(right!), seen, `at ${at} s ${right}`);
    }
  },
);

test.serial(
  "who did not want to be recorded from the start is in no picture of the file",
  async (t) => {
    const { room, start, stop } = await openCall(t);
    room.participants.update("blue", { recorded: false });
    await start("film", "webm");
    await delay(1_500);
    const film = await stop("film");
    for (const at of [0, 0.3, 1]) {
      const [left, right] = await coloursAt(film, at, 640);
      t.true(isRed(left!), `at ${at} s ${left}`);
      t.false(isBlue(right!), `at ${at} s ${right}`);
    }
  },
);
