/** What a mixer process tells about itself. */
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import type { MixerStats } from "./contract.js";
import type { Counters } from "./counters.js";
import type { Room } from "./room/room.js";

/** Milliseconds between two looks at the loop; its histogram counts from there. */
const LOOP_RESOLUTION_MS = 10;

export type StatsReader = {
  /** Measures the event loop only while there are rooms, since measuring is itself a timer. */
  watchLoop: (watch: boolean) => void;
  /** A room is about to go: what it counted stays. */
  retire: (room: Room) => void;
  read: (rooms: Iterable<Room>) => MixerStats;
};

type RoomCounters = Pick<
  Counters,
  | "audioSamplesTrimmed"
  | "audioSamplesMissing"
  | "framesReceived"
  | "framesReplaced"
>;

const addRoom = (to: RoomCounters, room: Room): void => {
  const { trimmed, missing } = room.sound.mix.counters;
  const { framesReceived, framesReplaced } = room.view.compositor.counters;
  to.audioSamplesTrimmed += trimmed;
  to.audioSamplesMissing += missing;
  to.framesReceived += framesReceived;
  to.framesReplaced += framesReplaced;
};

const sum = (rooms: Iterable<Room>, of: (room: Room) => number): number => {
  let total = 0;
  for (const room of rooms) total += of(room);
  return total;
};

export const createStatsReader = (counters: Counters): StatsReader => {
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  let utilization = performance.eventLoopUtilization();
  return {
    watchLoop: (watch) => (watch ? loop.enable() : loop.disable()),
    retire: (room) => addRoom(counters, room),
    read: (rooms) => {
      const { user, system } = process.cpuUsage();
      const current = performance.eventLoopUtilization();
      const used = performance.eventLoopUtilization(current, utilization);
      const delay = loop.percentile(99) / 1e6 - LOOP_RESOLUTION_MS;
      utilization = current;
      loop.reset();
      const stats: MixerStats = {
        ...counters,
        rooms: sum(rooms, () => 1),
        participants: sum(rooms, (room) => room.participants.size),
        subscriptions: sum(rooms, (room) => room.subscriptions.size),
        encoders: sum(rooms, (room) => room.encoders),
        recordings: sum(rooms, (room) => room.recordings.size),
        cpuSeconds: (user + system) / 1e6,
        memory: process.memoryUsage.rss(),
        loopDelayP99: Math.max(0, delay),
        loopUtilization: used.utilization,
      };
      for (const room of rooms) addRoom(stats, room);
      return stats;
    },
  };
};
