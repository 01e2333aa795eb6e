import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { encodeFlashBeep } from "../../helpers/flash-beep.js";
import { makeFolder } from "../../helpers/folder.js";
import { decodeErrors, probeFile } from "../../helpers/probe.js";
import {
  between,
  feed,
  fragmentsOf,
  record,
  synchronous,
  until,
  writerOf,
  type Recording,
} from "../../helpers/recording.js";

/** A flash with its beep at 0, 1, 2 and 3 s; key frames every 200 ms. */
const media = await encodeFlashBeep(4, 0.2);
/** A long pause, in microseconds: what is told to the recorder is wall time. */
const HOUR = 3_600_000_000;

/** Without the piece, the file goes on where it stopped, every flash with its beep. */
const assertJoined = async (
  t: ExecutionContext,
  { recorder, directory }: Recording,
  expected: readonly number[],
  duration: number,
): Promise<void> => {
  const result = await recorder.stop();
  const file = join(directory, result.file);
  const near = (is: number, wanted: number, by: number) =>
    t.true(Math.abs(is - wanted) <= by, `${is} is not near ${wanted}`);
  near(result.duration, duration, 0.06);
  t.is(await decodeErrors(file), "");
  const { together, alone } = await synchronous(file);
  t.deepEqual(alone, []);
  t.is(together.length, expected.length);
  expected.forEach((wanted, at) => near(together[at] ?? -1, wanted, 0.05));
  const { audio, video } = await probeFile(file);
  near(audio!.start, video!.start, 0.04);
};

test("a pause takes no time in the file: its pieces are joined, flash and beep together", async (t) => {
  const directory = await makeFolder(t);
  const recording = await record(directory, media);
  const { recorder, keys } = recording;
  await feed(recorder, between(media.units, 0, 1.4));
  await recorder.pause();
  await feed(recorder, between(media.units, 1.4, 2.6));
  await recorder.resume();
  t.is(keys(), 2);
  await feed(recorder, between(media.units, 2.6, 4));
  t.deepEqual({ ...recorder.counters }, { droppedUnits: 0, restarts: 0 });
  // 1.4 s, and 1.4 s from 2.6 on: the flash of 3 s is 0.4 s into them.
  await assertJoined(t, recording, [0, 1, 1.8], 2.8);
});

test("a pause of an hour is as short as any, and pauses may follow each other", async (t) => {
  const directory = await makeFolder(t);
  const recording = await record(directory, media);
  const { recorder } = recording;
  for (const [at, from, to] of [
    [0, 0, 1.4],
    [1, 1.4, 2.6],
    [2, 2.6, 4],
  ] as const) {
    await recorder.resume();
    await feed(recorder, between(media.units, from, to), at * HOUR);
    await recorder.pause();
    await recorder.pause();
  }
  await assertJoined(t, recording, [0, 1, 2, 3], 4);
});

test("resuming at once waits for the part that is being closed", async (t) => {
  const directory = await makeFolder(t);
  const recording = await record(directory, media);
  const { recorder } = recording;
  await feed(recorder, between(media.units, 0, 1.4));
  void recorder.pause();
  await recorder.resume();
  await feed(recorder, between(media.units, 1.4, 4));
  await assertJoined(t, recording, [0, 1, 2, 3], 4);
});

test("what stops while it is paused has what was recorded before", async (t) => {
  const directory = await makeFolder(t);
  const recording = await record(directory, media);
  const { recorder } = recording;
  await feed(recorder, between(media.units, 0, 1.4));
  const pausing = recorder.pause();
  await feed(recorder, between(media.units, 1.4, 4));
  await pausing;
  await assertJoined(t, recording, [0, 1], 1.4);
  await recorder.pause();
  await recorder.resume();
});

test("another recorder goes on with a paused recording, paused or not, without a hole", async (t) => {
  for (const paused of [true, false]) {
    const directory = await makeFolder(t);
    const { recorder: dead } = await record(directory, media);
    t.teardown(() => dead.stop());
    await feed(dead, between(media.units, 0, 1.4));
    // From now on nothing more comes from it.
    await dead.pause();
    const recording = await record(directory, media, { paused });
    const { recorder, keys } = recording;
    t.is(keys(), paused ? 0 : 1);
    if (paused) {
      await feed(recorder, between(media.units, 1.4, 2.6));
      await recorder.resume();
    }
    await feed(recorder, between(media.units, 2.6, 4), HOUR);
    await assertJoined(t, recording, [0, 1, 1.8], 2.8);
  }
});

test("a recorder that follows after a pause counts its own hole, and not the pause again", async (t) => {
  const directory = await makeFolder(t);
  const { recorder: dead } = await record(directory, media);
  t.teardown(() => dead.stop());
  await feed(dead, between(media.units, 0, 0.8));
  await dead.pause();
  await dead.resume();
  await feed(dead, between(media.units, 0.8, 2.6), HOUR);
  await until(async () => (await fragmentsOf(directory, "part-001.mp4")) === 3);
  process.kill(await writerOf(directory, 1), "SIGKILL");
  await until(() => dead.counters.restarts === 1);
  // 2.6 to 2.8 s is the time in which nobody recorded.
  const recording = await record(directory, media);
  await feed(recording.recorder, between(media.units, 2.8, 4), HOUR);
  await assertJoined(t, recording, [0, 1, 2, 3], 4);
});

test("a pause in the wake of a dead ffmpeg is kept", async (t) => {
  const directory = await makeFolder(t);
  const recording = await record(directory, media);
  const { recorder, nextStatus } = recording;
  await feed(recorder, between(media.units, 0, 1.7));
  await until(async () => (await fragmentsOf(directory)) === 3);
  const told = nextStatus();
  process.kill(await writerOf(directory), "SIGKILL");
  await told;
  await recorder.pause();
  await feed(recorder, between(media.units, 1.7, 2.6), HOUR);
  await recorder.resume();
  await feed(recorder, between(media.units, 2.6, 4), HOUR);
  const { together, alone } = await synchronous(
    join(directory, (await recorder.stop()).file),
  );
  t.deepEqual(alone, []);
  t.true((together.at(-1) ?? 9) < 2.1, `the last is at ${together.at(-1)}`);
});
