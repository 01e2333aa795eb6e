/** What processes use and what the server counts, over a while. */
import { readProcess, type ProcessInfo } from "../helpers/processes.js";
import type { Server } from "../helpers/server.js";

/** Values of `/metrics`, summed over labels. */
export type Metrics = Map<string, number>;

export const readMetrics = async (server: Server): Promise<Metrics> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const metrics: Metrics = new Map();
  for (const line of text.split("\n")) {
    const [, name, value] = /^(\w+)(?:\{[^}]*\})? (\S+)/.exec(line) ?? [];
    if (name !== undefined)
      metrics.set(name, (metrics.get(name) ?? 0) + Number(value));
  }
  return metrics;
};

/** How much a counter has grown. */
export const grown = (before: Metrics, after: Metrics, name: string): number =>
  (after.get(name) ?? 0) - (before.get(name) ?? 0);

export type Usage = {
  name: string;
  /** Per cent of one core. */
  cpu: number;
  /** Resident memory in MB. */
  memory: number;
};

const nameOf = ({ command }: ProcessInfo): string => {
  if (/mixer\/main/.test(command)) return "mixer";
  if (/^\S*ffmpeg /.test(command)) return "ffmpeg";
  if (/server\/main/.test(command)) return "server";
  return command.split(" ")[0]!;
};

/** The server and all its processes. */
export const family = (server: Server): ProcessInfo[] => {
  const self = readProcess(server.pid);
  return [...(self === undefined ? [] : [self]), ...server.processes()];
};

/** What each of these processes has used since it was read. */
export const usageSince = (
  before: readonly ProcessInfo[],
  seconds: number,
): Usage[] =>
  before.flatMap((was) => {
    const now = readProcess(was.pid);
    if (now === undefined) return [];
    const cpu = (100 * (now.cpuSeconds - was.cpuSeconds)) / seconds;
    return [{ name: nameOf(was), cpu, memory: now.memory / 1e6 }];
  });

export const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

export const percentile = (
  values: readonly number[],
  share: number,
): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.max(0, at)] ?? NaN;
};
