import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { checkRecording } from "../../../mixer/output/check.js";
import {
  createHearing,
  createPacketTimes,
  checksOf,
} from "../../../mixer/output/findings.js";
import { encodeFlashBeep } from "../../helpers/flash-beep.js";
import { makeFolder } from "../../helpers/folder.js";
import { feed, record } from "../../helpers/recording.js";

const run = promisify(execFile);

/** A file made by ffmpeg from these sources. */
const made = async (
  t: ExecutionContext,
  { picture, sound }: { picture: string; sound: string },
) => {
  const directory = await makeFolder(t);
  await run("ffmpeg", [
    ...["-v", "error", "-f", "lavfi", "-i", picture],
    ...["-f", "lavfi", "-i", sound, "-t", "14"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"],
    join(directory, "call.mp4"),
  ]);
  return checkRecording({ directory, recording: "call", format: "mp4" });
};

test("nothing is found in a recording that is as it should be", async (t) => {
  const directory = await makeFolder(t);
  const media = await encodeFlashBeep(3);
  const { recorder } = await record(directory, media);
  await feed(recorder, media.units);
  await recorder.stop();
  const place = { directory, recording: "call", format: "mp4" } as const;
  const checks = await checkRecording(place);
  t.deepEqual(checks.problems, []);
  t.true(checks.decodes);
  t.true(Math.abs(checks.duration - 3) < 0.05);
  t.true(Math.abs(checks.startOffset!) < 40);
  t.true(checks.loudness! > -20 && checks.loudness! < -10);
});

test("a black picture and silence are found, with their times", async (t) => {
  const checks = await made(t, {
    picture: "color=black:s=320x180:r=10",
    sound: "anullsrc=r=48000:cl=mono",
  });
  t.is(checks.black.length, 1);
  t.true(checks.black[0]!.to > 13);
  t.true(checks.silence[0]!.to - checks.silence[0]!.from > 13);
  t.is(checks.loudness, undefined);
  t.deepEqual(checks.problems, [
    "All of the picture is black",
    "All of it is silent",
  ]);
});

test("a black minute in a good file is noted, and is no problem", async (t) => {
  const checks = await made(t, {
    picture:
      "testsrc=s=320x180:r=10,drawbox=color=black:t=fill:enable='between(t,4,8)'",
    sound: "sine=440:r=48000",
  });
  t.is(checks.black.length, 1);
  t.true(Math.abs(checks.black[0]!.from - 4) < 0.3);
  t.deepEqual(checks.problems, []);
});

test("holes and sound that begins late are found in the packets", (t) => {
  const times = createPacketTimes();
  for (const line of [
    ...["#tb 0: 1/1000", "#media_type 0: video"],
    ...["#tb 1: 1/48000", "#media_type 1: audio"],
    ...["0, 0, 0, 40, 99, 0x1", "1, 4800, 4800, 960, 99, 0x1"],
    ...["0, 40, 40, 40, 99, 0x1", "0, 3000, 3000, 40, 99, 0x1"],
  ])
    times.take(line);
  const checks = checksOf(3, times, createHearing());
  t.is(checks.startOffset, 100);
  t.deepEqual(checks.gaps, [{ from: 0.08, to: 3 }]);
  t.is(checks.problems.length, 2);
  t.regex(checks.problems.join(), /begin 100 ms apart.*Nothing from 0.1 s/);
});

test("a file that is not there is refused", async (t) => {
  const directory = await makeFolder(t);
  await t.throwsAsync(
    checkRecording({ directory, recording: "none", format: "mp4" }),
  );
});
