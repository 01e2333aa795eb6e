/** What a mixer process tells about itself. */
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import type { Extremes } from "./audio/counters.js";
import { dBFS } from "./audio/level.js";
import type { MixerStats } from "./contract.js";
import type { Counters } from "./counters.js";
import type { Load } from "./room/load.js";
import type { Room } from "./room/room.js";

/** Milliseconds between two looks at the loop; its histogram counts from there. */
const LOOP_RESOLUTION_MS = 10;
/** What is told of the loop covers the last one to two of these: whoever asks more often disturbs nobody. */
const LOOP_WINDOW_MS = 10_000;

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
  | "audioSamplesClipped"
  | "audioLimitedSeconds"
  | "framesReplaced"
>;

const addRoom = (to: RoomCounters, room: Room): void => {
  const { trimmed, missing, clipped, limited } = room.sound.mix.counters;
  to.audioSamplesTrimmed += trimmed;
  to.audioSamplesMissing += missing;
  to.audioSamplesClipped += clipped;
  to.audioLimitedSeconds += limited / 1000;
  for (const { compositor } of room.views.all())
    to.framesReplaced += compositor.counters.framesReplaced;
};

const sum = (rooms: Iterable<Room>, of: (room: Room) => number): number => {
  let total = 0;
  for (const room of rooms) total += of(room);
  return total;
};

type LoopReading = { delay: number; utilization: number };

/** Measures the event loop while `watch` says so. */
const createLoopMeter = () => {
  const delays = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  let since = performance.now();
  let from = performance.eventLoopUtilization();
  let former: LoopReading = { delay: 0, utilization: 0 };
  const current = (): LoopReading => ({
    delay: Math.max(0, delays.percentile(99) / 1e6 - LOOP_RESOLUTION_MS),
    utilization: performance.eventLoopUtilization(from).utilization,
  });
  const turn = (reading: LoopReading): void => {
    former = reading;
    since = performance.now();
    from = performance.eventLoopUtilization();
    delays.reset();
  };
  return {
    watch: (wanted: boolean) => (wanted ? delays.enable() : delays.disable()),
    read: (): LoopReading => {
      const reading = current();
      const worst = {
        delay: Math.max(reading.delay, former.delay),
        utilization: Math.max(reading.utilization, former.utilization),
      };
      if (performance.now() - since > LOOP_WINDOW_MS) turn(reading);
      return worst;
    },
  };
};

const worse = (a: Extremes, b: Extremes): Extremes => ({
  peak: Math.max(a.peak, b.peak),
  lowestGain: Math.min(a.lowestGain, b.lowestGain),
});

/** The loudest of the last one to two windows, of rooms that are gone too. */
const createExtremes = () => {
  const none: Extremes = { peak: 0, lowestGain: 1 };
  let [former, current] = [none, none];
  let since = performance.now();
  return {
    take: ({ sound }: Room): void => {
      current = worse(current, sound.mix.takeExtremes());
    },
    read: (): Pick<MixerStats, "audioPeak" | "audioGainReduction"> => {
      const { peak, lowestGain } = worse(former, current);
      if (performance.now() - since > LOOP_WINDOW_MS) {
        [former, current] = [current, none];
        since = performance.now();
      }
      return {
        audioPeak: dBFS(peak * peak),
        audioGainReduction: Math.abs(20 * Math.log10(lowestGain)),
      };
    },
  };
};

export const createStatsReader = (
  counters: Counters,
  load: Load,
): StatsReader => {
  const loop = createLoopMeter();
  const extremes = createExtremes();
  return {
    watchLoop: loop.watch,
    retire: (room) => {
      addRoom(counters, room);
      extremes.take(room);
    },
    read: (asked) => {
      const rooms = [...asked];
      rooms.forEach(extremes.take);
      const { user, system } = process.cpuUsage();
      const { delay, utilization } = loop.read();
      const stats: MixerStats = {
        ...counters,
        rooms: sum(rooms, () => 1),
        participants: sum(rooms, (room) => room.participants.size),
        subscriptions: sum(rooms, (room) => room.subscriptions.size),
        encoders: sum(rooms, (room) => room.encoders),
        recordings: sum(rooms, (room) => room.recordings.size),
        cpuSeconds: (user + system) / 1e6,
        memory: process.memoryUsage.rss(),
        loopDelayP99: delay,
        loopUtilization: utilization,
        overload: load.level,
        ...extremes.read(),
      };
      for (const room of rooms) addRoom(stats, room);
      return stats;
    },
  };
};
