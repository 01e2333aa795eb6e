import { readdir } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { encodeFlashBeep } from "../../helpers/flash-beep.js";
import { makeFolder } from "../../helpers/folder.js";
import { decodeErrors, outerBoxes, probeFile } from "../../helpers/probe.js";
import {
  between,
  feed,
  fragmentsOf,
  record,
  synchronous,
  until,
  writerOf,
} from "../../helpers/recording.js";

const media = await encodeFlashBeep(4, 0.2);
/** Every flash has its beep; returns when they were. */
const inSync = async (t: ExecutionContext, file: string): Promise<number[]> => {
  const { together, alone } = await synchronous(file);
  t.deepEqual(alone, []);
  return together;
};

const tryKill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended, as it should.
  }
};

const near = (
  t: ExecutionContext,
  actual: number,
  expected: number,
  by: number,
) =>
  t.true(
    Math.abs(actual - expected) <= by,
    `${actual} is not near ${expected}`,
  );

test("a recording becomes a sound file with fast start, flash and beep together", async (t) => {
  const directory = await makeFolder(t);
  const { recorder, statuses, keys } = await record(directory, media);
  t.is(keys(), 1);
  await feed(recorder, media.units);
  const result = await recorder.stop();
  const file = join(directory, result.file);
  const facts = await probeFile(file);
  t.deepEqual(await readdir(directory), ["call.mp4"]);
  t.is(result.file, "call.mp4");
  near(t, result.duration, 4, 0.03);
  t.is(result.size, facts.size);
  t.like(facts.video, { codec: "h264", width: 320, height: 180, start: 0 });
  t.like(facts.audio, { codec: "aac", sampleRate: 48000, channels: 1 });
  t.deepEqual((await outerBoxes(file)).slice(0, 2), ["ftyp", "moov"]);
  t.is(await decodeErrors(file), "");
  t.is((await inSync(t, file)).length, 4);
  t.deepEqual(statuses, []);
  t.deepEqual({ ...recorder.counters }, { droppedUnits: 0, restarts: 0 });
});

test("a recording begins with the first key frame, and sound that came before it in order but not in time is kept", async (t) => {
  const directory = await makeFolder(t);
  const { recorder } = await record(directory, media);
  // From the middle of a group of pictures; each sound 200 ms early, as if pictures took that long to encode.
  const order = (at: number) => {
    const { kind, unit } = units[at]!;
    return unit.pts - (kind === "audio" ? 200_000 : 0);
  };
  const units = between(media.units, 0.85, 4);
  const late = units.map((_, at) => at).sort((a, b) => order(a) - order(b));
  await feed(
    recorder,
    late.map((at) => units[at]!),
  );
  const file = join(directory, (await recorder.stop()).file);
  const seen = await inSync(t, file);
  near(t, seen[0]!, 0, 0.001);
  near(t, (await probeFile(file)).audio!.start, 0, 0.022);
  near(t, (await probeFile(file)).duration, 3, 0.03);
});

test("a recording survives its ffmpeg: before and after are in one file, in their real time", async (t) => {
  const directory = await makeFolder(t);
  const { recorder, nextStatus, keys } = await record(directory, media);
  await feed(recorder, between(media.units, -1, 1.7));
  await until(async () => (await fragmentsOf(directory)) === 3);
  const told = nextStatus();
  process.kill(await writerOf(directory), "SIGKILL");
  await told;
  await feed(recorder, between(media.units, 1.7, 1.75));
  // Ready for the next part.
  await until(() => keys() > 1);
  await feed(recorder, between(media.units, 1.75, 4));
  t.like(await told, { state: "recording" });
  t.regex((await told).reason!, /SIGKILL/);
  const result = await recorder.stop();
  const file = join(directory, result.file);
  near(t, result.duration, 4, 0.04);
  t.is(await decodeErrors(file), "");
  const seen = await inSync(t, file);
  t.deepEqual(seen.map(Math.round), [0, 1, 2, 3]);
  t.is(recorder.counters.restarts, 1);
  t.true(recorder.counters.droppedUnits > 0);
});

test("an ffmpeg that stands still costs pictures, not memory, and the recording goes on at a key frame", async (t) => {
  const directory = await makeFolder(t);
  const { recorder, statuses, keys } = await record(directory, media);
  await feed(recorder, between(media.units, -1, 1.5));
  const pid = await writerOf(directory);
  await until(async () => (await fragmentsOf(directory)) > 0);
  process.kill(pid, "SIGSTOP");
  t.teardown(() => tryKill(pid));
  // NAL type 12 is filler data: a megabyte that is taken along and never shown.
  const filler = Buffer.alloc(1 << 20, 0xff);
  filler.set([0, 0, 0, 1, 12]);
  for (let at = 0; at < 20; at++)
    recorder.writeVideo({
      data: filler,
      pts: 1_500_000 + at * 1_000,
      key: false,
    });
  t.is(statuses.length, 1);
  t.like(statuses[0], { state: "recording" });
  t.true(recorder.counters.droppedUnits >= 10);
  process.kill(pid, "SIGCONT");
  // It asks for a key frame as soon as ffmpeg has taken what piled up.
  await until(async () => {
    recorder.writeVideo({ data: filler, pts: 1_600_000, key: false });
    return keys() > 1;
  });
  await feed(recorder, between(media.units, 1.7, 4));
  const file = join(directory, (await recorder.stop()).file);
  const seen = await inSync(t, file);
  t.deepEqual(seen.map(Math.round), [0, 1, 2, 3]);
  t.is(statuses.length, 1);
});

test.serial(
  "stopping leaves no process, timer or handle, and is the same twice",
  async (t) => {
    const directory = await makeFolder(t);
    const alive = () =>
      process
        .getActiveResourcesInfo()
        .filter((name) => /Timeout|Process|FSReq/.test(name)).length;
    const before = alive();
    const { recorder } = await record(directory, media);
    await feed(recorder, between(media.units, 0, 1));
    const pid = await writerOf(directory);
    const stopping = recorder.stop();
    t.is(recorder.stop(), stopping);
    await stopping;
    recorder.writeVideo(media.units[0]!.unit);
    t.throws(() => process.kill(pid, 0), { code: "ESRCH" });
    t.true(alive() <= before);
  },
);

test("a recording to which no picture came is refused with a sentence and leaves nothing", async (t) => {
  const directory = await makeFolder(t);
  const { recorder } = await record(directory, media);
  await feed(
    recorder,
    media.units.filter(({ kind }) => kind === "audio"),
  );
  await t.throwsAsync(recorder.stop(), { message: /Nothing was recorded/ });
  t.deepEqual(await readdir(directory), []);
});

test("an id that could be a path, and one that is finished, are refused", async (t) => {
  const directory = await makeFolder(t);
  for (const recording of ["../x", "", "a/b", ".", "x".repeat(65)])
    await t.throwsAsync(record(directory, media, { recording }), {
      instanceOf: TypeError,
    });
  const { recorder } = await record(directory, media);
  await feed(recorder, between(media.units, 0, 0.5));
  await recorder.stop();
  await t.throwsAsync(record(directory, media), {
    message: /already finished/,
  });
});
