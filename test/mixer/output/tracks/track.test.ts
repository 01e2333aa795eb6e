import { execFile } from "node:child_process";
import { stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { TICK_SAMPLES } from "../../../../mixer/media.js";
import { openTrack } from "../../../../mixer/output/tracks/track.js";
import { makeFolder } from "../../../helpers/folder.js";

const run = promisify(execFile);

const open = (t: ExecutionContext, path: string, begin = 0) =>
  openTrack({
    ...{ path, title: "Ann", channels: 1, begin },
    onError: (error) => t.fail(String(error)),
  });

/** A burst: 20 ms at a level that no silence has. */
const burst = Int16Array.from({ length: TICK_SAMPLES }, (_, index) =>
  Math.round(9000 * Math.sin(index / 5)),
);

/** When something is heard, in ms: the beginnings of each stretch above a level. */
const onsets = async (file: string): Promise<number[]> => {
  const { stdout } = await run(
    "ffmpeg",
    ["-v", "error", "-i", file, "-f", "s16le", "-ac", "1", "-"],
    { encoding: "buffer", maxBuffer: 1 << 29 },
  );
  const found: number[] = [];
  let quiet = 48_000;
  for (let at = 0; at < stdout.length / 2; at++) {
    const loud = Math.abs(stdout.readInt16LE(2 * at)) > 3000;
    if (loud && quiet > 4800) found.push(at / 48);
    quiet = loud ? 0 : quiet + 1;
  }
  return found;
};

const near = (t: ExecutionContext, found: number[], wanted: number[]): void => {
  t.is(found.length, wanted.length, String(found));
  for (const [index, ms] of wanted.entries())
    t.true(Math.abs(found[index]! - ms) < 1.5, `${found[index]} for ${ms}`);
};

test("a voice is where the recording's time says, whatever was silent before", async (t) => {
  const path = join(await makeFolder(t), "ann.opus");
  const track = await open(t, path);
  for (const at of [1_007_000, 2_500_000, 5_333_000]) track.write(burst, at);
  await Promise.all([track.close(7_000_000), track.close(0)]);
  track.write(burst, 8_000_000);
  near(t, await onsets(path), [1007, 2500, 5333]);
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-show_entries", "format=duration"],
    ...["-of", "csv=p=0", path],
  ]);
  t.true(Math.abs(Number(stdout) - 7.02) < 0.021, stdout);
});

test("after a crash it goes on in the same file, and only what was not on disk is silent", async (t) => {
  const path = join(await makeFolder(t), "ann.opus");
  const first = await open(t, path);
  first.write(burst, 500_000);
  first.write(burst, 3_000_000);
  await first.close(4_000_000);
  await truncate(path, (await stat(path)).size - 1);
  const second = await open(t, path);
  second.write(burst, 6_010_000);
  await second.close(7_000_000);
  const found = await onsets(path);
  near(t, [found[0]!, found.at(-1)!], [500, 6010]);
});

test("who comes after ten minutes costs the event loop a few milliseconds, and is heard in time", async (t) => {
  const path = join(await makeFolder(t), "ann.opus");
  let longest = 0;
  // Of this process' own time: what others take of a busy machine is not meant.
  let last = process.cpuUsage();
  const watch = setInterval(() => {
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1_000);
    last = process.cpuUsage();
  }, 1);
  const track = await open(t, path, 600_000_000);
  clearInterval(watch);
  track.write(burst, 601_000_000);
  await track.close(602_000_000);
  t.true(longest < 30, `${longest} ms`);
  near(t, await onsets(path), [601_000]);
});
