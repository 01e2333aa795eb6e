/** How busy this process is: what its rooms report, looked at once a second. Driven by their ticks, no timer of its own. */
import { performance } from "node:perf_hooks";
import type { OverloadLevel } from "../contract.js";
import type { Micros } from "../media.js";
import { createOverload, type LoadSample } from "./overload.js";

export type Load = {
  readonly level: OverloadLevel;
  audioTick: (isLate: boolean) => void;
  /** A frame was made; `time` is what it took, as a fraction of the time between two frames. */
  frame: (time: number) => void;
  framesDropped: (count: number) => void;
  /** Any number of rooms may call it as often as they like. */
  look: (now: Micros) => void;
};

const PERIOD: Micros = 1_000_000;

const nothing = (): LoadSample => ({
  audioTicks: 0,
  audioTicksLate: 0,
  frames: 0,
  framesDropped: 0,
  frameTime: 0,
  utilization: 0,
  cores: 0,
});

/** Idle fraction of the event loop since the last call, turned round: 0 to 1. */
const createUtilization = (): (() => number) => {
  let from = performance.eventLoopUtilization();
  return () => {
    const { utilization } = performance.eventLoopUtilization(from);
    from = performance.eventLoopUtilization();
    return utilization;
  };
};

/** Processor time of all threads since the last call, in cores. */
const createCores = (): (() => number) => {
  let from = process.cpuUsage();
  let at = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(from);
    const elapsed = 1000 * (performance.now() - at);
    from = process.cpuUsage();
    at = performance.now();
    return (user + system) / Math.max(1, elapsed);
  };
};

/** Both tell of the time since they were last asked: how busy the event loop was (0 to 1), and the whole process (in cores). */
export const createLoad = (
  readUtilization = createUtilization(),
  readCores = createCores(),
): Load => {
  const overload = createOverload();
  let sample = nothing();
  let frameTime = 0;
  let made = 0;
  let lookedAt: Micros = 0;
  const take = (now: Micros): void => {
    sample.utilization = readUtilization();
    sample.cores = readCores();
    sample.frameTime = made === 0 ? 0 : frameTime / made;
    overload.observe(sample, now);
    sample = nothing();
    frameTime = made = 0;
    lookedAt = now;
  };
  return {
    get level() {
      return overload.level;
    },
    audioTick: (isLate) => {
      sample.audioTicks++;
      if (isLate) sample.audioTicksLate++;
    },
    frame: (time) => {
      sample.frames++;
      made++;
      frameTime += time;
    },
    framesDropped: (count) => {
      sample.frames += count;
      sample.framesDropped += count;
    },
    look: (now) => {
      if (now - lookedAt >= PERIOD) take(now);
    },
  };
};
