/** What recordings cost a running call: what the measurements of it share. */
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { TrackKind } from "../../mixer/contract.js";
import type { ProcessInfo } from "../helpers/processes.js";
import type { Server } from "../helpers/server.js";
import { family, usageSince } from "./figures.js";

export const LOAD = {
  ...{ participants: 4, talkers: 2, viewers: 1 },
  ...{ camera: true, muted: false, video: "h264" as const },
} as const;
export const SETTLE_MS = 4_000;
export const call = async (
  { url }: Server,
  path: string,
  method: string,
  body: object,
): Promise<{ id: string }> => {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as { id: string };
};

export const start = async (
  server: Server,
  room: string,
  tracks: TrackKind = "none",
): Promise<string> =>
  (await call(server, `/v1/rooms/${room}/recordings`, "POST", { tracks })).id;

/** Seconds until the file is there. */
export const stop = async (
  server: Server,
  room: string,
  id: string,
): Promise<number> => {
  const from = performance.now();
  const path = `/v1/rooms/${room}/recordings/${id}`;
  await call(server, path, "PATCH", { state: "stopped" });
  return (performance.now() - from) / 1_000;
};

type Memory = {
  /** Its own, or its share of what several processes have, in MB. */
  memory: number;
  /** What of it is no file: programs and libraries are in memory once, however many run. */
  own: number;
};

const memoryOf = async (pid: number): Promise<Memory> => {
  const path = `/proc/${pid}/smaps_rollup`;
  const text = await readFile(path, "utf8").catch(() => "");
  const read = (name: string): number =>
    Number(new RegExp(`^${name}: +(\\d+)`, "m").exec(text)?.[1] ?? 0) / 1_000;
  return { memory: read("Pss"), own: read("Pss_Anon") };
};

export type Cost = { cpu: number } & Memory;

/** What writes files, beside the mixer. */
export const isWriter = ({ command }: ProcessInfo): boolean =>
  /^\S*ffmpeg |^sh -c read -r _; sync/.test(command);
/** What one costs beyond another. */
export const beyond = (one: Cost, other: Cost): Cost => ({
  cpu: one.cpu - other.cpu,
  memory: one.memory - other.memory,
  own: one.own - other.own,
});

const all = (): boolean => true;

/** CPU (per cent of a core) and memory of these processes of the server. */
export const costOf = async (
  server: Server,
  seconds: number,
  which: (process: ProcessInfo) => boolean = all,
): Promise<Cost> => {
  const before = family(server).filter(which);
  const from = performance.now();
  await delay(seconds * 1_000);
  const usage = usageSince(before, (performance.now() - from) / 1_000);
  const memories = await Promise.all(before.map(({ pid }) => memoryOf(pid)));
  return {
    cpu: usage.reduce((sum, { cpu }) => sum + cpu, 0),
    memory: memories.reduce((sum, { memory }) => sum + memory, 0),
    own: memories.reduce((sum, { own }) => sum + own, 0),
  };
};
