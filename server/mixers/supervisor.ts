/** Keeps the mixer processes running, and says which of them takes the next room. */
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { MixerOptions, MixerStats } from "../../mixer/contract.js";
import { closeOnce } from "../close-once.js";
import { ConferenceError } from "../errors.js";
import {
  createSlot,
  SLOT_TIMINGS,
  type Mixer,
  type Slot,
  type SlotTimings,
} from "./slot.js";
import { createSpare } from "./spare.js";

export type SupervisorOptions = {
  /** Mixer processes, at least 1. */
  count: number;
  /** Whether one more is kept ready for the first that dies. */
  spare?: boolean;
  options: MixerOptions;
  /** What the mixers' environment is made of. */
  env: NodeJS.ProcessEnv;
  log: Logger;
  /** What a mixer process runs; another one only in tests. */
  script?: URL;
  timings?: Partial<SlotTimings>;
  memoryLimit?: number;
};

export type NumberedStats = MixerStats & { mixer: number; up: boolean };

export type Supervisor = {
  /** Resolves when every mixer is up; rejects when after 30 s none is. */
  started(): Promise<void>;
  /** The mixer with the fewest participants, then rooms. Throws `overloaded` when none is up or about to be. */
  pick(): Mixer;
  /** Whether any mixer takes rooms now. */
  ready(): boolean;
  /** Of every mixer; zeros for one that does not answer. */
  stats(): Promise<NumberedStats[]>;
  /** Ends all processes; resolves when they are gone. */
  close(): Promise<void>;
};

/** Compiled it is a `.js` beside us, under tsx a `.ts`. */
const MIXER = new URL(
  `../../mixer/main${extname(new URL(import.meta.url).pathname)}`,
  import.meta.url,
);

/** A mixer with a room of 25 stays under 600 MB; an idle one above this keeps what it should not. */
const MEMORY_LIMIT = 1_500_000_000;
/** Loading the addons on a slow machine takes a few seconds. */
const START_LIMIT_MS = 30_000;
/** The spare process starts only when the rooms of a dead mixer have had the machine to themselves for so long. */
const SPARE_WAIT_MS = 3_000;
/** Metrics are read often and by programs that wait little. */
const STATS_LIMIT_MS = 2_000;

/**
 * Encoders and scalers wait for a thread of libuv's pool, whose 4 would make them wait for each other, and for
 * the file system and the name resolver.
 */
const poolSize = (): string => String(Math.max(8, 2 * availableParallelism()));

/**
 * glibc gives each of a mixer's many threads a heap of its own, and keeps what peers leave behind in them: after 72 joins
 * and leaves 295 MB and growing, with two heaps 235 MB and level.
 */
const HEAPS = "2";

/** SVT-AV1 writes twenty lines into the log for each encoder; what is wrong comes back from it anyway. */
const SVT_SILENT = "0";

const ZEROS: MixerStats = {
  rooms: 0,
  participants: 0,
  subscriptions: 0,
  cpuSeconds: 0,
  memory: 0,
  loopDelayP99: 0,
  loopUtilization: 0,
  audioTicks: 0,
  audioTicksLate: 0,
  audioTicksSkipped: 0,
  audioSamplesTrimmed: 0,
  audioSamplesMissing: 0,
  audioSamplesClipped: 0,
  audioLimitedSeconds: 0,
  audioPeak: -127,
  audioGainReduction: 0,
  soundsRenewed: 0,
  framesReceived: 0,
  framesReplaced: 0,
  framesComposed: 0,
  framesEncoded: 0,
  framesDropped: 0,
  keyframes: 0,
  encoderFallbacks: 0,
  packetsSent: 0,
  bytesSent: 0,
  packetsResent: 0,
  packetsDropped: 0,
  encoders: 0,
  recordings: 0,
  overload: 0,
};

const pick = (slots: Slot[]): Mixer => {
  const up = slots.filter((slot) => slot.up());
  const candidates = up.length > 0 ? up : slots.filter((slot) => slot.coming());
  candidates.sort((a, b) => a.load() - b.load() || a.rooms() - b.rooms());
  const [best] = candidates;
  if (best !== undefined) return best;
  throw new ConferenceError("overloaded", "No mixer is up; try again later");
};

const statsOf = async (slot: Slot): Promise<NumberedStats> => {
  const stats = await slot
    .request("stats", {}, STATS_LIMIT_MS)
    .catch(() => ZEROS);
  return { ...stats, mixer: slot.index, up: slot.up() };
};

const started = async (slots: Slot[]): Promise<void> => {
  const patience = new AbortController();
  const { signal } = patience;
  await Promise.race([
    Promise.all(slots.map((slot) => slot.firstUp)),
    delay(START_LIMIT_MS, undefined, { signal }).catch(() => undefined),
  ]);
  patience.abort();
  if (slots.some((slot) => slot.up())) return;
  throw new Error("No mixer came up; what it said is in the log");
};

/** Starts the processes at once. */
export const createSupervisor = ({
  count,
  spare: keepSpare = false,
  options,
  env,
  log,
  script = MIXER,
  timings = {},
  memoryLimit = MEMORY_LIMIT,
}: SupervisorOptions): Supervisor => {
  if (!(Number.isInteger(count) && count > 0))
    throw new TypeError(`count must be a positive integer, got ${count}`);
  const child = {
    script,
    options,
    env: {
      UV_THREADPOOL_SIZE: poolSize(),
      MALLOC_ARENA_MAX: HEAPS,
      SVT_LOG: SVT_SILENT,
      ...env,
    },
    log,
  };
  const spare = createSpare({
    ...child,
    waitMs: SPARE_WAIT_MS,
    startLimitMs: START_LIMIT_MS,
  });
  const settings = {
    ...child,
    timings: { ...SLOT_TIMINGS, ...timings },
    memoryLimit,
    spare,
  };
  const slots = Array.from({ length: count }, (_, index) =>
    createSlot(index, settings),
  );
  const allUp = Promise.all(slots.map((slot) => slot.firstUp));
  if (keepSpare) void allUp.then(() => spare.keep());
  return {
    started: () => started(slots),
    pick: () => pick(slots),
    ready: () => slots.some((slot) => slot.up()),
    stats: () => Promise.all(slots.map(statsOf)),
    close: closeOnce(async () => {
      await Promise.all([...slots, spare].map((owned) => owned.close()));
    }),
  };
};
