/** A real supervisor of real processes that run `fake-mixer.ts`. */
import { EventEmitter, once } from "node:events";
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import type { SlotTimings } from "../../server/mixers/slot.js";
import {
  createSupervisor,
  type Supervisor,
} from "../../server/mixers/supervisor.js";
import { scriptBeside } from "./root.js";

export const silentLog = pino({ level: process.env["TEST_LOG"] ?? "silent" });

export const FAKE_MIXER = scriptBeside("fake-mixer", import.meta.url);

export const MIXER_OPTIONS = {
  recordings: "/nowhere",
  mediaAddresses: [],
  mediaPorts: { min: 40_000, max: 40_100 },
  iceServers: [],
  codecs: ["h264", "vp8"],
  encoder: "auto",
  logLevel: "silent",
};

export type FakeOptions = {
  count?: number;
  env?: NodeJS.ProcessEnv;
  timings?: Partial<SlotTimings>;
  memoryLimit?: number;
};

/** Not yet up; closed when the test ends. */
export const startSupervisor = (
  t: ExecutionContext,
  { count = 1, env = {}, timings, memoryLimit }: FakeOptions = {},
): Supervisor => {
  const supervisor = createSupervisor({
    count,
    options: MIXER_OPTIONS,
    env: { ...process.env, ...env },
    log: silentLog,
    script: FAKE_MIXER,
    timings,
    memoryLimit,
  });
  t.teardown(() => supervisor.close());
  return supervisor;
};

export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Collects what happens and lets a test wait for it. */
export const createDiary = <Entry>() => {
  const entries: Entry[] = [];
  const news = new EventEmitter();
  return {
    entries,
    add: (entry: Entry): void => {
      entries.push(entry);
      news.emit("entry");
    },
    /** The first entry, past or to come, that `fits`. */
    async until(fits: (entry: Entry) => boolean): Promise<Entry> {
      for (;;) {
        const found = entries.find(fits);
        if (found !== undefined) return found;
        await once(news, "entry");
      }
    },
  };
};
