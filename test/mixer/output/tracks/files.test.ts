import { execFile } from "node:child_process";
import {
  appendFile,
  mkdir,
  readFile,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { TICK_SAMPLES } from "../../../../mixer/media.js";
import {
  folderOf,
  repairTracks,
} from "../../../../mixer/output/tracks/files.js";
import { createOggOpus } from "../../../../mixer/output/tracks/ogg.js";
import { openTrack } from "../../../../mixer/output/tracks/track.js";
import { makeFolder } from "../../../helpers/folder.js";
import { decodeErrors, outerBoxes, probeFile } from "../../../helpers/probe.js";

const run = promisify(execFile);
const SECONDS = 4;
/** Of a process that is no more. */
const NOBODY = 2 ** 22 + 1;

const burst = new Int16Array(TICK_SAMPLES).fill(3000);

const writeSound = async (path: string): Promise<void> => {
  const track = await openTrack({
    ...{ path, title: "ann", channels: 1, begin: 0 },
    onError: (error) => {
      throw error;
    },
  });
  for (let tick = 0; tick < SECONDS * 50; tick++)
    track.write(burst, tick * 20_000);
  await track.close(SECONDS * 1_000_000);
};

/** Half a second a fragment, as the recorder has them. */
const writePart = async (folder: string): Promise<string> => {
  const path = join(folder, "part-000.mp4");
  await mkdir(folder, { recursive: true });
  await run("ffmpeg", [
    ...["-v", "error", "-f", "lavfi", "-i", `testsrc=d=${SECONDS}:r=30`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "15"],
    ...["-movflags", "frag_keyframe+empty_moov+default_base_moof", path],
  ]);
  const note = { startedAt: 2_500_000, pid: NOBODY };
  await writeFile(`${path}.json`, JSON.stringify(note));
  return path;
};

test("a torn last page and a torn last fragment are cut, and all before them plays", async (t) => {
  const directory = await makeFolder(t);
  const folder = join(directory, folderOf("r1"));
  await mkdir(folder);
  const sound = join(folder, "ann.opus");
  await writeSound(sound);
  const whole = await readFile(sound);
  await truncate(sound, whole.length - 7);
  const part = await writePart(join(folder, ".ann"));
  const { length } = await readFile(part);
  // What ffmpeg writes at its end is not there after a kill, and the last fragment is torn.
  const boxes = await outerBoxes(part);
  t.is(boxes.at(-1), "mfra");
  await truncate(part, length - 2000);
  const screen = await writePart(join(folder, ".ann.share"));
  await truncate(screen, length - 2000);

  const [found, ...others] = (await repairTracks(directory, "r1")) ?? [];
  t.deepEqual(others, []);
  t.is(found?.participant, "ann");
  t.deepEqual(found?.video?.file, "r1.tracks/ann.mp4");
  t.is(found?.video?.start, 2.5);
  t.deepEqual(found?.share?.file, "r1.tracks/ann.share.mp4");
  t.is(found?.share?.start, 2.5);
  for (const kept of [found!.audio!, found!.video!, found!.share!]) {
    const path = join(directory, kept.file);
    t.is(await decodeErrors(path), "");
    const { duration, size } = await probeFile(path);
    t.true(duration > SECONDS - 1.1, `${path}: ${duration} s`);
    t.is(size, kept.size);
  }
  const cut = await readFile(sound);
  t.deepEqual(cut, whole.subarray(0, cut.length));
  const again = await repairTracks(directory, "r1");
  t.deepEqual(again, [found], "nothing is left to repair");
});

test("of whom nothing can be played is left out, and costs nobody else's", async (t) => {
  const directory = await makeFolder(t);
  const folder = join(directory, folderOf("r1"));
  await mkdir(join(folder, ".cy"), { recursive: true });
  await writeSound(join(folder, "ann.opus"));
  // Killed before its first page was written, and within it.
  await writeFile(join(folder, "ben.opus"), "");
  await writeFile(join(folder, "eve.opus"), "OggS");
  const heads = { channels: 1, preSkip: 120, title: "fay", serial: 1 } as const;
  await writeFile(join(folder, "fay.opus"), createOggOpus(heads).head);
  // A part without a whole fragment.
  await mkdir(join(folder, ".dan"));
  await writeFile(join(folder, ".dan", "part-000.mp4"), "torn");
  await appendFile(join(folder, "notes.txt"), "not ours");
  const found = await repairTracks(directory, "r1");
  t.deepEqual(
    found?.map(({ participant }) => participant),
    ["ann"],
  );
});

test("a picture without the note of its beginning begins with the recording", async (t) => {
  const directory = await makeFolder(t);
  const folder = join(directory, folderOf("r1"));
  const part = await writePart(join(folder, ".ann"));
  await writeFile(`${part}.json`, "{");
  const [found] = (await repairTracks(directory, "r1")) ?? [];
  t.is(found?.video?.start, 0);
  t.is(found?.audio, undefined);
});

test("an empty folder has no tracks, and no folder is none that were asked for", async (t) => {
  const directory = await makeFolder(t);
  await mkdir(join(directory, folderOf("r1")));
  t.deepEqual(await repairTracks(directory, "r1"), []);
  t.is(await repairTracks(directory, "r2"), undefined);
});
