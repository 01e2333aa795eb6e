import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { createPreview } from "../../../mixer/output/preview.js";
import { makeFolder } from "../../helpers/folder.js";

const run = promisify(execFile);

/** Four seconds; a tone in the second half. */
const makeFile = async (t: ExecutionContext, name: string) => {
  const directory = await makeFolder(t);
  const picture = name.endsWith("mp4")
    ? ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=10:d=4"]
    : [];
  await run("ffmpeg", [
    ...["-v", "error", "-f", "lavfi", "-i"],
    "aevalsrc='0.5*sin(2764*t)*gt(t,2)':d=4:s=48000",
    ...picture,
    join(directory, name),
  ]);
  return directory;
};

test("a film gets a picture, and its sound is shown where it is", async (t) => {
  const directory = await makeFile(t, "r1.mp4");
  await createPreview(directory)({ recording: "r1", format: "mp4" });
  t.deepEqual((await readdir(directory)).sort(), [
    "r1.jpg",
    "r1.mp4",
    "r1.waveform.json",
    "r1.waveform.png",
  ]);
  const text = await readFile(join(directory, "r1.waveform.json"), "utf8");
  const { duration, peaks } = JSON.parse(text) as {
    duration: number;
    peaks: number[];
  };
  t.true(Math.abs(duration - 4) < 0.05 && Math.abs(peaks.length - 40) <= 1);
  t.true(peaks.slice(1, 18).every((peak) => peak < 0.02));
  t.true(peaks.slice(22, 38).every((peak) => Math.abs(peak - 0.5) < 0.05));
  for (const [name, size] of [
    ["r1.jpg", "640,360"],
    ["r1.waveform.png", "1600,160"],
  ] as const) {
    const { stdout } = await run("ffprobe", [
      ...["-v", "error", "-show_entries", "stream=width,height"],
      ...["-of", "csv=p=0", join(directory, name)],
    ]);
    t.is(stdout.trim(), size);
  }
});

test("sound alone has no picture; what is no recording is refused", async (t) => {
  const directory = await makeFile(t, "r2.flac");
  const preview = createPreview(directory);
  await preview({ recording: "r2", format: "flac" });
  t.deepEqual((await readdir(directory)).sort(), [
    "r2.flac",
    "r2.waveform.json",
    "r2.waveform.png",
  ]);
  await t.throwsAsync(preview({ recording: "r3", format: "flac" }));
});
