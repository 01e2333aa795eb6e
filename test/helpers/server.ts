/** The real server as a process of its own, on a free port, with its recordings in a folder of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ExecutionContext } from "ava";
import {
  descendants,
  isAlive,
  killProcess,
  readProcess,
  waitGone,
  type ProcessInfo,
} from "./processes.js";
import { inRoot } from "./root.js";

const ROOT = inRoot();

/** What `npm start` does: people run what is built, and it starts in half the time of the sources. */
const BUILT = [
  "/bin/sh",
  "-c",
  "node scripts/setup.mjs serve && exec node dist/server/main.js",
] as const;

/** Loading the mixers' addons takes a second here; a busy machine, which may have to build first, is slower. */
const START_LIMIT = 30_000;
/** The server promises to be gone 10 s after SIGTERM. */
const STOP_LIMIT = 12_000;
const TAIL = 60;

export type Server = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `ws://127.0.0.1:PORT/ws` */
  readonly ws: string;
  readonly pid: number;
  /** The directory of its recordings. */
  readonly recordings: string;
  /** Milliseconds from the start of the process to its `ready` line. */
  readonly readyAfter: number;
  /** The last lines that it logged. */
  log(): string;
  /** Mixer processes that run now. */
  mixers(): ProcessInfo[];
  /** Every process below the server that runs now. */
  processes(): ProcessInfo[];
  /** SIGTERM; resolves with the exit code when it and all its processes are gone. Safe twice. */
  stop(): Promise<number | null>;
  /** SIGKILL, to the server alone: its children have to notice. Resolves when all are gone. @throws Error when one stays */
  kill(): Promise<void>;
};

export type StartOptions = {
  env?: NodeJS.ProcessEnv;
  /** Default: a new one, removed with the test. */
  recordings?: string;
  command?: readonly string[];
  /** Where the process starts. */
  cwd?: string;
};

type Output = { lines: string[]; tail(): string };

const collect = (child: ChildProcess): Output => {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null)
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (lines.length > TAIL) lines.shift();
      });
  return { lines, tail: () => lines.join("\n") };
};

/** The address of the `ready` line. @throws Error with what the process said, if it ends or takes too long */
const waitReady = async (
  child: ChildProcess,
  output: Output,
): Promise<string> => {
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const [, url] = /^ready (https?:\/\/\S+)$/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
  const over = new AbortController();
  const ended = once(child, "exit", { signal: over.signal }).then(() => "");
  const late = new Promise<string>((resolve) => {
    const timer = setTimeout(() => resolve(""), START_LIMIT);
    over.signal.addEventListener("abort", () => clearTimeout(timer));
  });
  const url = await Promise.race([ready, ended.catch(() => ""), late]);
  over.abort();
  if (url !== "") return url;
  child.kill("SIGKILL");
  throw new Error(`the server did not get ready:\n${output.tail()}`);
};

const environment = (recordings: string, env: NodeJS.ProcessEnv) => ({
  ...process.env,
  TUTTI_PORT: "0",
  TUTTI_RECORDINGS: recordings,
  TUTTI_MIXERS: "1",
  // Only where it is the matter: it would have a part of the machine while a test begins.
  TUTTI_SPARE_MIXER: "false",
  TUTTI_LOG_LEVEL: "info",
  ...env,
});

const outlived = (left: readonly ProcessInfo[], output: Output): string =>
  [
    "these processes outlived the server:",
    ...left.map(({ command }) => command),
    output.tail(),
  ].join("\n");

/** Starts it and waits for its `ready` line. The caller stops it. */
export const launchServer = async ({
  env = {},
  recordings = mkdtempSync(join(tmpdir(), "tutti-recordings-")),
  command = BUILT,
  cwd = ROOT,
}: StartOptions = {}): Promise<Server> => {
  const startedAt = performance.now();
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: environment(recordings, env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = collect(child);
  const gone = once(child, "exit").then(() => child.exitCode);
  const url = await waitReady(child, output);
  const readyAfter = performance.now() - startedAt;
  const pid = child.pid!;

  const running = (): boolean =>
    child.exitCode === null && child.signalCode === null;
  const processes = (): ProcessInfo[] => (running() ? descendants(pid) : []);
  let stopping: Promise<number | null> | undefined;
  const stop = async (): Promise<number | null> => {
    const self = readProcess(pid);
    const family = [...(self === undefined ? [] : [self]), ...processes()];
    if (running()) child.kill("SIGTERM");
    const left = await waitGone(family, STOP_LIMIT);
    for (const info of left) killProcess(info);
    if (left.length > 0) throw new Error(outlived(left, output));
    return gone;
  };
  return {
    url,
    ws: `${url.replace(/^http/, "ws")}/ws`,
    pid,
    recordings,
    readyAfter,
    log: output.tail,
    mixers: () => {
      const named = processes().filter((it) =>
        /mixer\/main\.[jt]s/.test(it.command),
      );
      // What a mixer starts has the mixer's command until it has its own.
      return named.filter((it) => !named.some(({ pid }) => pid === it.parent));
    },
    processes,
    stop: () => (stopping ??= stop()),
    kill: async () => {
      const family = processes();
      child.kill("SIGKILL");
      await gone;
      const left = await waitGone(family);
      for (const info of left) killProcess(info);
      if (left.length > 0) throw new Error(outlived(left, output));
    },
  };
};

/**
 * A server for one test: its end is the test's, and the test fails if any process of it is left.
 * What it logged last is shown when the test fails.
 */
export const startServer = async (
  t: ExecutionContext,
  options: StartOptions = {},
): Promise<Server> => {
  const server = await launchServer(options);
  t.teardown(async () => {
    if (!t.passed) t.log(server.log());
    const family = server.processes();
    await server.stop().catch((error: Error) => t.log(error.message));
    const left = family.filter(isAlive);
    for (const info of left) killProcess(info);
    if (options.recordings === undefined)
      rmSync(server.recordings, { recursive: true, force: true });
    if (left.length > 0) throw new Error("the server left processes behind");
  });
  return server;
};
