/** `npm run bench -- recording`: what recordings cost a running call, and how soon a file is there. */
import { median } from "../helpers/median.js";
import { execFile } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { repairRecording } from "../../mixer/output/recorder.js";
import { partArguments } from "../../mixer/output/arguments.js";
import { FORMATS } from "../../mixer/output/formats.js";
import type { Server } from "../helpers/server.js";
import { grown, print, readMetrics } from "./figures.js";
import {
  call,
  beyond,
  costOf,
  isWriter,
  LOAD,
  SETTLE_MS,
  start,
  stop,
  type Cost,
} from "./recording-cost.js";
import { measureTracks, measureWork } from "./recording-tracks.js";
import { startLoad } from "./load/start.js";
import { withServer } from "./serve.js";

const runProgram = promisify(execFile);

const HELP = `recording: the cost of one recording of a 720p call, of one in each of many rooms, and the time from stop to file
  --seconds 15   measured with and without
  --rounds 3     of both, in turns
  --rooms 10     with a recording each, two participants in each
  --minutes 60   of 1.5 Mbit/s, finished
  --tracks       only this: what tracks of 8 participants add to a recording, 2 and all 8 of them talking`;

/** So that ten rooms and those who play their people fit into one machine. */
const SMALL = { width: 640, height: 360, fps: 15 };

/** In turns, so that what else the machine does falls on both. */
const measureOne = async (
  server: Server,
  seconds: number,
  rounds: number,
): Promise<void> => {
  const load = await startLoad(server, { room: "bench", ...LOAD });
  const added: Cost[] = [];
  try {
    await delay(SETTLE_MS);
    for (let round = 0; round < rounds; round++) {
      const without = await costOf(server, seconds);
      const id = await start(server, "bench");
      await delay(SETTLE_MS);
      const [recorded, writers] = await Promise.all([
        costOf(server, seconds),
        costOf(server, seconds, isWriter),
      ]);
      print(
        `its writers ${writers.cpu.toFixed(1)} % of a core, ${writers.memory.toFixed(0)} MB, ${writers.own.toFixed(0)} without programs`,
      );
      const after = await stop(server, "bench", id);
      added.push(beyond(recorded, without));
      print(
        `a call alone ${without.cpu.toFixed(1)} %, recorded ${recorded.cpu.toFixed(1)} %; the file is there after ${after.toFixed(2)} s`,
      );
      // The look through the file is over.
      await delay(SETTLE_MS);
    }
  } finally {
    load.disconnect();
  }
  const middle = (what: keyof Cost): number =>
    median(added.map((cost) => cost[what]));
  print(
    `one recording adds ${middle("cpu").toFixed(1)} % of a core and ${middle("memory").toFixed(0)} MB, ${middle("own").toFixed(0)} of them beside the code of programs, which all have in common`,
  );
};

const LOST = [
  ["packets dropped", "tutti_mixer_packets_dropped_total"],
  ["audio ticks skipped", "tutti_mixer_audio_ticks_skipped_total"],
  ["frames dropped", "tutti_mixer_frames_dropped_total"],
] as const;

const measureMany = async (
  server: Server,
  rooms: number,
  seconds: number,
): Promise<void> => {
  const names = Array.from({ length: rooms }, (_, at) => `bench-${at}`);
  const people = { ...LOAD, participants: 2, talkers: 1, viewers: 0 };
  const loads = [];
  try {
    for (const room of names) {
      await call(server, `/v1/rooms/${room}`, "PUT", { video: SMALL });
      loads.push(await startLoad(server, { room, ...people }));
    }
    const ids = await Promise.all(names.map((room) => start(server, room)));
    await delay(SETTLE_MS);
    const before = await readMetrics(server);
    const { cpu } = await costOf(server, seconds);
    const after = await readMetrics(server);
    print(`${rooms} rooms of 2, each recorded: ${cpu.toFixed(0)} % of a core`);
    for (const [label, name] of LOST)
      print(`  ${label} in ${seconds} s: ${grown(before, after, name)}`);
    const times = await Promise.all(
      names.map((room, at) => stop(server, room, ids[at]!)),
    );
    print(`  all stopped at once: ${Math.max(...times).toFixed(2)} s`);
  } finally {
    for (const load of loads) load.disconnect();
  }
};

/** A part as a recorder leaves it, of so many minutes of the same twenty seconds. */
const makePart = async (folder: string, minutes: number): Promise<void> => {
  const clip = join(folder, "clip.mp4");
  await runProgram("ffmpeg", [
    ...["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30"],
    ...["-f", "lavfi", "-i", "sine=440:r=48000", "-t", "20"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "150"],
    ...["-b:v", "1400k", "-maxrate", "1500k", "-bufsize", "1500k"],
    ...["-c:a", "aac", "-b:a", "96k", "-ac", "1", clip],
  ]);
  const { output } = partArguments(FORMATS.mp4.part);
  await runProgram("ffmpeg", [
    ...["-v", "error", "-stream_loop", String(minutes * 3 - 1), "-i", clip],
    ...output.filter((option) => option !== "-copyts"),
    join(folder, "part-000.mp4"),
  ]);
  await rm(clip);
};

const measureHour = async (minutes: number): Promise<void> => {
  const directory = join(tmpdir(), `tutti-bench-${process.pid}`);
  const folder = join(directory, ".hour");
  await mkdir(folder, { recursive: true });
  try {
    await makePart(folder, minutes);
    await runProgram("sync", ["-d", join(folder, "part-000.mp4")]);
    const from = performance.now();
    const result = await repairRecording({
      ...{ directory, recording: "hour", format: "mp4" },
    });
    const took = (performance.now() - from) / 1_000;
    const megabytes = (result.size / 1e6).toFixed(0);
    print(
      `from stop to file, ${minutes} min of ${megabytes} MB: ${took.toFixed(2)} s`,
    );
    if ((await readdir(directory)).length !== 1)
      throw new Error("something was left beside the file");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/** Measures and prints; about three minutes. */
export const run = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: "string", default: "15" },
      rounds: { type: "string", default: "3" },
      rooms: { type: "string", default: "10" },
      minutes: { type: "string", default: "60" },
      tracks: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return print(HELP);
  const [seconds, rounds, rooms, minutes] = [
    Number(values.seconds),
    Number(values.rounds),
    Number(values.rooms),
    Number(values.minutes),
  ];
  if (values.tracks) {
    await measureWork();
    for (const talkers of [2, 8])
      await withServer({}, (server) =>
        measureTracks(server, { seconds, rounds, talkers }),
      );
    return;
  }
  if (minutes > 0) await measureHour(minutes);
  if (rounds > 0)
    await withServer({}, (server) => measureOne(server, seconds, rounds));
  if (rooms > 0)
    await withServer({}, (server) => measureMany(server, rooms, seconds));
};
