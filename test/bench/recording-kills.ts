/** `npm run bench -- recording-kills`: what is left of recordings whose writer, mixer or server is killed at any moment. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { RecordingFormat } from "../../mixer/contract.js";
import type { RecordingEntry } from "../../server/recordings/entry.js";
import { ask } from "../helpers/ask.js";
import { decodeErrors, probeFile } from "../helpers/probe.js";
import { killProcess, type ProcessInfo } from "../helpers/processes.js";
import { launchServer, type Server } from "../helpers/server.js";
import { until } from "../helpers/until.js";
import { print } from "./figures.js";
import { startLoad } from "./load/start.js";

const HELP = `recording-kills: kills at random moments, and looks at each file
  --times 20     of each kind
  --kinds ffmpeg,mixer,server,return
  return: the server is killed with all its processes, and then its people come back`;

const KINDS = ["ffmpeg", "mixer", "server", "return"] as const;
type Kind = (typeof KINDS)[number];
const FORMAT_NAMES: readonly RecordingFormat[] = ["mp4", "webm", "opus", "wav"];
const ROOM = "kills";
const PEOPLE = {
  ...{ room: ROOM, participants: 2, talkers: 1, viewers: 0 },
  ...{ camera: true, muted: false, video: "h264" as const },
} as const;
/** What may be missing, in seconds. */
const MOST_MISSING = 2;
/** Until when a kill may come, and how long the recording goes on after one that it survives. */
const LATEST_MS = 4_000;
const AFTER_MS = 3_000;

const launch = (
  { wait }: { wait: boolean },
  recordings?: string,
): Promise<Server> =>
  launchServer({
    recordings,
    env: {
      ...{ TUTTI_MIXERS: "1", TUTTI_LOG_LEVEL: "silent" },
      TUTTI_RESUME_SECONDS: wait ? "60" : "0",
    },
  });

const isFfmpeg = ({ command }: ProcessInfo): boolean =>
  /^\S*ffmpeg /.test(command);

/** Kills everything at once, so that nobody has time to notice. */
const killAll = (server: Server): void => {
  const all = server.processes();
  process.kill(server.pid, "SIGKILL");
  for (const one of all) killProcess(one);
};

const ended = (server: Server, id: string): Promise<RecordingEntry> =>
  until({
    what: "the recording has ended",
    read: () => ask<RecordingEntry>(server, `/v1/recordings/${id}`),
    accept: ({ state }) => state === "stopped" || state === "failed",
    within: 30_000,
  }).then(({ value }) => value);

type Found = { missing: number; errors: string; state: string };

/** What is missing of `wanted` seconds. */
const look = async (
  server: Server,
  entry: RecordingEntry,
  wanted: number,
): Promise<Found> => {
  const file = join(server.recordings, `${entry.id}.${entry.format}`);
  const [{ duration }, errors] = await Promise.all([
    probeFile(file),
    decodeErrors(file),
  ]);
  return { missing: wanted - duration, errors, state: entry.state };
};

/** The server goes on: the recording is stopped a while after the kill. */
const survive = async (
  server: Server,
  { id, startedAt }: RecordingEntry,
  victims: readonly ProcessInfo[],
): Promise<Found> => {
  for (const victim of victims) killProcess(victim);
  await until({
    what: "a further part is written",
    read: () => readdir(join(server.recordings, `.${id}`)),
    accept: (names) => names.some((name) => /^part-001\.\w+$/.test(name)),
    within: 30_000,
  });
  await delay(AFTER_MS);
  const path = `/v1/rooms/${ROOM}/recordings/${id}`;
  const wanted = (Date.now() - Date.parse(startedAt)) / 1_000;
  await ask(server, path, "PATCH", { state: "stopped" });
  return look(server, await ended(server, id), wanted);
};

/** One recording, and one kill at a random moment. */
const once = async (kind: Kind, format: RecordingFormat): Promise<Found> => {
  const waits = { wait: kind === "return" };
  let server = await launch(waits);
  let load = await startLoad(server, PEOPLE);
  try {
    const path = `/v1/rooms/${ROOM}/recordings`;
    const { id } = await ask<RecordingEntry>(server, path, "POST", { format });
    // What is killed before its first second leaves nothing, and needs not.
    await until({
      what: "something is recorded",
      read: () => ask<RecordingEntry>(server, `/v1/recordings/${id}`),
      accept: ({ size }) => size > 10_000,
    });
    await delay(Math.random() * LATEST_MS);
    const entry = await ask<RecordingEntry>(server, `/v1/recordings/${id}`);
    if (kind === "ffmpeg") {
      const writers = server.processes().filter(isFfmpeg);
      return await survive(server, entry, writers);
    }
    if (kind === "mixer") return await survive(server, entry, server.mixers());
    const wanted = (Date.now() - Date.parse(entry.startedAt)) / 1_000;
    killAll(server);
    const { recordings } = server;
    await server.stop();
    server = await launch(waits, recordings);
    if (kind === "return") {
      load.disconnect();
      load = await startLoad(server, PEOPLE);
      return await survive(server, entry, []);
    }
    return await look(server, await ended(server, id), wanted);
  } finally {
    load.disconnect();
    await server.stop();
    await rm(server.recordings, { recursive: true, force: true });
  }
};

const several = async (kind: Kind, times: number): Promise<boolean> => {
  const all: Found[] = [];
  for (let time = 0; time < times; time++) {
    const format = FORMAT_NAMES[time % FORMAT_NAMES.length]!;
    const found = await once(kind, format);
    all.push(found);
    const { missing, errors, state } = found;
    print(
      `  ${kind} ${format.padEnd(4)} ${state}, ${missing.toFixed(2)} s missing ${errors}`,
    );
  }
  const most = Math.max(...all.map(({ missing }) => missing));
  const good = all.filter(
    ({ missing, errors, state }) =>
      missing <= MOST_MISSING && errors === "" && state === "stopped",
  ).length;
  print(
    `${kind}: ${good} of ${times} good, at most ${most.toFixed(2)} s missing`,
  );
  return good === times;
};

/** Kills, looks and prints; sets the exit code when a file is not as it should be. */
export const run = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      times: { type: "string", default: "20" },
      kinds: { type: "string", default: KINDS.join() },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return print(HELP);
  const kinds = KINDS.filter((kind) => values.kinds.split(",").includes(kind));
  for (const kind of kinds)
    if (!(await several(kind, Number(values.times)))) process.exitCode = 1;
};
