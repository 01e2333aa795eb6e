/** What /proc says of our own processes. Linux only, like the tests with browsers. */
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

export type ProcessInfo = {
  pid: number;
  parent: number;
  /** Its arguments, with spaces between them. */
  command: string;
  /** Clock ticks after boot; with the pid it names one process for good. */
  startedAt: number;
  /** CPU time used so far, in seconds. */
  cpuSeconds: number;
  /** Resident memory in bytes. */
  memory: number;
};

/** Linux reports in these units on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;
const PAGE = 4096;

/** Undefined for one that is gone, or that is dead and only waits to be collected. */
export const readProcess = (pid: number): ProcessInfo | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    // The name in parentheses may have spaces; the fields begin after it, with the state.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    const number = (index: number): number => Number(fields[index]);
    return {
      pid,
      parent: number(1),
      command: command.replaceAll("\0", " ").trim(),
      startedAt: number(19),
      cpuSeconds: (number(11) + number(12)) / TICKS_PER_SECOND,
      memory: number(21) * PAGE,
    };
  } catch {
    return undefined;
  }
};

const all = (): ProcessInfo[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((info) => info !== undefined);

/** Everything below this process now, nearest first. */
export const descendants = (pid: number): ProcessInfo[] => {
  const known = all();
  const found: ProcessInfo[] = [];
  const below = new Set([pid]);
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const info of known)
      if (below.has(info.parent) && !below.has(info.pid)) {
        below.add(info.pid);
        found.push(info);
      }
  }
  return found;
};

/** Whether this very process (not a later one with its number) still runs. */
export const isAlive = ({ pid, startedAt }: ProcessInfo): boolean =>
  readProcess(pid)?.startedAt === startedAt;

/** Waits until all of them are gone, for so many milliseconds; resolves with those that are not. */
export const waitGone = async (
  processes: readonly ProcessInfo[],
  limit = 5_000,
): Promise<ProcessInfo[]> => {
  const deadline = performance.now() + limit;
  for (;;) {
    const left = processes.filter(isAlive);
    if (left.length === 0 || performance.now() > deadline) return left;
    // The kernel has no event for the end of somebody else's child.
    await delay(20);
  }
};

/** Ends this very process, if it still runs. */
export const killProcess = (
  info: ProcessInfo,
  signal: NodeJS.Signals = "SIGKILL",
): void => {
  if (isAlive(info)) process.kill(info.pid, signal);
};
