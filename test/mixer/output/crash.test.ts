/** What is left when processes are killed and disks are full. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import type { RecordingResult } from "../../../mixer/contract.js";
import { repairRecording } from "../../../mixer/output/recorder.js";
import { encodeFlashBeep, type TimedUnit } from "../../helpers/flash-beep.js";
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
import { scriptBeside } from "../../helpers/root.js";

const media = await encodeFlashBeep(4);
const CHILD = fileURLToPath(
  scriptBeside("../../helpers/record-child", import.meta.url),
);
/** What a SIGKILL takes is a fragment of half a second and what is on its way; the rest is for a busy machine. */
const LOSS = 1.5;
const place = (directory: string) =>
  ({ directory, recording: "call", format: "mp4" }) as const;

const startChild = (t: ExecutionContext, directory: string): ChildProcess => {
  const child = spawn(
    process.execPath,
    [...process.execArgv, CHILD, directory],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  t.teardown(() => child.kill("SIGKILL"));
  return child;
};

/** Resolves with the wall time of its pts 0 (ms) when the child has fed so many seconds. */
const fed = async (child: ChildProcess, seconds: number): Promise<number> => {
  let zero = NaN;
  for await (const line of createInterface(child.stdout!)) {
    if (line.startsWith("zero ")) zero = Number(line.slice(5));
    if (Number(line) >= seconds) break;
  }
  return zero;
};

/** When flash and beep came in a sound file; one of them may be alone where a process was killed. */
const inSync = async (t: ExecutionContext, file: string): Promise<number[]> => {
  t.is(await decodeErrors(file), "");
  const { together, alone } = await synchronous(file);
  t.true(alone.length <= 1, alone.join());
  return together;
};

const checkRepaired = async (
  t: ExecutionContext,
  directory: string,
  result: RecordingResult,
  least: number,
): Promise<void> => {
  const file = join(directory, result.file);
  t.deepEqual(await readdir(directory), ["call.mp4"]);
  t.true(result.duration > least, `${result.duration} s are left`);
  t.is((await outerBoxes(file))[1], "moov");
  const seen = await inSync(t, file);
  t.deepEqual(
    seen.map(Math.round),
    seen.map((_, second) => second),
  );
};

test("when the recording process and its ffmpeg are killed, repairing finds all but the last second", async (t) => {
  const directory = await makeFolder(t);
  const child = startChild(t, directory);
  await fed(child, 3.5);
  process.kill(await writerOf(directory), "SIGKILL");
  child.kill("SIGKILL");
  await once(child, "exit");
  const result = await repairRecording(place(directory));
  await checkRepaired(t, directory, result, 3.5 - LOSS);
  t.deepEqual(await repairRecording(place(directory)), result);
});

test("another process goes on with the recording, and the pause keeps its length", async (t) => {
  const directory = await makeFolder(t);
  const child = startChild(t, directory);
  const firstZero = await fed(child, 1.5);
  await until(async () => (await fragmentsOf(directory)) >= 3);
  child.kill("SIGKILL");
  await once(child, "exit");
  const { recorder } = await record(directory, media);
  const zero = Math.ceil(performance.now()) * 1_000;
  await feed(recorder, between(media.units, 0, 2), zero);
  const result = await recorder.stop();
  const seen = await inSync(t, join(directory, result.file));
  const later = (performance.timeOrigin + zero / 1_000 - firstZero) / 1_000;
  t.true(seen.length >= 4);
  for (const [at, expected] of [0, 1, later, later + 1].entries()) {
    const time = seen.at(at < 2 ? at : at - 4)!;
    t.true(Math.abs(time - expected) < 0.04, `${time} is not ${expected}`);
  }
});

test("repairing what is not there says so", async (t) => {
  const directory = await makeFolder(t);
  await t.throwsAsync(repairRecording(place(directory)), {
    name: "MixerError",
    message: /Nothing was recorded/,
  });
});

/** A disk of its own, or undefined (and a log line) where mounting is not allowed. */
const smallDisk = async (
  t: ExecutionContext,
  megabytes: number,
): Promise<string | undefined> => {
  const folder = await makeFolder(t);
  const run = promisify(execFile);
  try {
    const size = `size=${megabytes}m`;
    await run("mount", ["-t", "tmpfs", "-o", size, "tmpfs", folder]);
  } catch (error) {
    t.log(`not tested, tmpfs cannot be mounted: ${String(error)}`);
    t.pass();
    return undefined;
  }
  t.teardown(() => run("umount", ["-l", folder]));
  return folder;
};

/** The media with filler (NAL type 12, which takes room and shows nothing) in every picture. */
const fatten = (bytes: number): TimedUnit[] => {
  const filler = Buffer.alloc(bytes, 0xff);
  filler.set([0, 0, 0, 1, 12]);
  return media.units.map(({ kind, unit }) => {
    if (kind === "audio") return { kind, unit };
    return {
      kind,
      unit: { ...unit, data: Buffer.concat([unit.data, filler]) },
    };
  });
};

test("a full disk ends the recording with a reason and keeps what was written", async (t) => {
  const directory = await smallDisk(t, 3);
  if (directory === undefined) return;
  const { recorder, nextStatus, statuses } = await record(directory, media, {
    reserveBytes: 0,
  });
  const told = nextStatus();
  // 120 pictures of 40 kB are 4.8 MB.
  await feed(recorder, fatten(40_000));

  t.deepEqual((await told).state, "failed");
  t.regex((await told).reason!, /disk is full/);
  const result = await recorder.stop();
  const file = join(directory, result.file);
  t.true(result.duration >= 1, `${result.duration} s are left`);
  t.true((await probeFile(file)).video!.start < 0.01);
  t.is(await decodeErrors(file), "");
  t.regex(statuses.at(-1)!.reason!, /kept as it was written/);
});

test("a disk that is nearly full ends the recording before anything is lost", async (t) => {
  const directory = await smallDisk(t, 12);
  if (directory === undefined) return;
  const options = { reserveBytes: 8 << 20 };
  const { recorder, nextStatus } = await record(directory, media, options);
  const told = nextStatus();
  // 20 pictures are the 4 MB that may be used; the first 30 are written at once.
  await feed(recorder, between(fatten(200_000), 0, 1.2));
  t.deepEqual((await told).state, "failed");
  t.regex((await told).reason!, /nearly full/);
  const another = { ...options, recording: "another" };
  await t.throwsAsync(record(directory, media, another), {
    message: /nearly full/,
  });
  const result = await recorder.stop();
  t.true(Math.abs(result.duration - 1.2) < 0.04, String(result.duration));
  t.is(await decodeErrors(join(directory, result.file)), "");
});
