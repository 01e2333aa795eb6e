/** What Prometheus reads: the server's own process, its rooms and requests, and every mixer's counters. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { MixerStats } from "../mixer/contract.js";
import { gauges } from "./gauges.js";
import { keptFigures } from "./metrics-kept.js";
import type { Keeping } from "./recordings/keeping.js";
import type { Directory } from "./rooms/types.js";

export type MixerReport = MixerStats & { mixer: number; up: boolean };

export type Metrics = {
  readonly contentType: string;
  /** The exposition text, of now. */
  text(): Promise<string>;
  /** One answered request. `route` is a path of the route table, so that there are few of them. */
  request(done: {
    method: string;
    route: string;
    status: number;
    seconds: number;
  }): void;
  close(): void;
};

export type MetricsSources = {
  directory: Pick<Directory, "list" | "spoke">;
  mixers: { stats(): Promise<MixerReport[]> };
  keeping: Pick<Keeping, "figures">;
};

type Kind = typeof Counter | typeof Gauge;

/** Name without `tutti_mixer_`, help, and whether it only grows. A new figure of the contract does not compile without. */
const MIXER_FIGURES: Record<keyof MixerStats, [string, string, Kind]> = {
  rooms: ["rooms", "Rooms hosted", Gauge],
  participants: ["participants", "Participants hosted", Gauge],
  subscriptions: ["subscriptions", "Receiving connections", Gauge],
  cpuSeconds: ["cpu_seconds_total", "CPU time used", Counter],
  memory: ["memory_bytes", "Resident memory", Gauge],
  loopDelayP99: [
    "loop_delay_p99_milliseconds",
    "Delay of the event loop, 99th percentile",
    Gauge,
  ],
  loopUtilization: [
    "loop_utilization_ratio",
    "Share of time in which the event loop was busy",
    Gauge,
  ],
  audioTicks: ["audio_ticks_total", "Mixing steps of 20 ms", Counter],
  audioTicksLate: [
    "audio_ticks_late_total",
    "Mixing steps more than 20 ms late",
    Counter,
  ],
  audioTicksSkipped: [
    "audio_ticks_skipped_total",
    "Mixing steps given up after a stall",
    Counter,
  ],
  audioSamplesTrimmed: [
    "audio_samples_trimmed_total",
    "Samples thrown away to keep queues short",
    Counter,
  ],
  audioSamplesMissing: [
    "audio_samples_missing_total",
    "Samples of silence put in for missing ones",
    Counter,
  ],
  audioSamplesClipped: [
    "audio_samples_clipped_total",
    "Samples cut off after the limiter; there should be none",
    Counter,
  ],
  audioLimitedSeconds: [
    "audio_limited_seconds_total",
    "For how long limiters held something down, of all mixes together",
    Counter,
  ],
  audioPeak: [
    "audio_peak_dbfs",
    "Loudest sample that came out in the last 10 to 20 s",
    Gauge,
  ],
  audioGainReduction: [
    "audio_gain_reduction_decibels",
    "By how much limiters held something down in the last 10 to 20 s, at most",
    Gauge,
  ],
  soundsRenewed: [
    "sounds_renewed_total",
    "Jitter buffers replaced after a bad line",
    Counter,
  ],
  framesReceived: ["frames_received_total", "Camera frames decoded", Counter],
  framesReplaced: [
    "frames_replaced_total",
    "Camera frames replaced before they were shown",
    Counter,
  ],
  framesComposed: ["frames_composed_total", "Pictures composed", Counter],
  framesEncoded: ["frames_encoded_total", "Pictures encoded", Counter],
  framesDropped: [
    "frames_dropped_total",
    "Pictures not made in their time",
    Counter,
  ],
  keyframes: ["keyframes_total", "Key frames encoded", Counter],
  encoderFallbacks: [
    "encoder_fallbacks_total",
    "Encoders in whose place software came: not there, or broken",
    Counter,
  ],
  packetsSent: ["packets_sent_total", "RTP packets sent", Counter],
  bytesSent: ["bytes_sent_total", "RTP bytes sent", Counter],
  packetsResent: ["packets_resent_total", "RTP packets sent again", Counter],
  packetsDropped: [
    "packets_dropped_total",
    "RTP packets that a full or shut socket did not take",
    Counter,
  ],
  encoders: ["encoders", "Encoders alive", Gauge],
  recordings: ["recordings", "Recordings running", Gauge],
  overload: ["overload_level", "What is given up under load, 0 to 4", Gauge],
};

/** Sets figures to what a mixer says. A counter that a new process begins anew is what Prometheus expects. */
const mixerFigures = (register: Registry) => {
  const labelNames = ["mixer"] as const;
  const up = new Gauge({
    name: "tutti_mixer_up",
    help: "Whether the mixer takes requests",
    labelNames,
    registers: [register],
  });
  const figures = Object.entries(MIXER_FIGURES).map(
    ([key, [name, help, Kind]]) => ({
      key: key as keyof MixerStats,
      metric: new Kind({
        name: `tutti_mixer_${name}`,
        help,
        labelNames,
        registers: [register],
      }),
    }),
  );
  return (reports: readonly MixerReport[]): void => {
    up.reset();
    for (const { metric } of figures) metric.reset();
    for (const report of reports) {
      const label = { mixer: String(report.mixer) };
      up.inc(label, report.up ? 1 : 0);
      for (const { key, metric } of figures) metric.inc(label, report[key]);
    }
  };
};

const roomFigures = (
  register: Registry,
  directory: MetricsSources["directory"],
): void => {
  const gauge = gauges(register);
  const participants = (): number =>
    directory.list().reduce((sum, room) => sum + room.participants().length, 0);
  gauge("tutti_rooms", "Rooms open", () => directory.list().length);
  gauge("tutti_participants", "Participants in all rooms", participants);
  gauge("tutti_talkers", "Participants who talk now", () =>
    directory
      .list()
      .flatMap((room) => room.info())
      .reduce((sum, { talking }) => sum + Number(talking), 0),
  );
  new Counter({
    name: "tutti_speaking_seconds_total",
    help: "For how long participants have talked, counted when they stop",
    registers: [register],
    collect() {
      this.reset();
      this.inc(directory.spoke);
    },
  });
};

/** Often enough to see a stall of one audio tick; a loop that sleeps is woken 50 times a second for it. */
const LOOP_RESOLUTION_MS = 20;

/** Figures of this process, and their end. */
const processFigures = (register: Registry): (() => void) => {
  const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  delay.enable();
  new Counter({
    name: "process_cpu_seconds_total",
    help: "CPU time used",
    registers: [register],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  const gauge = gauges(register);
  const startedAt = Date.now() / 1000 - process.uptime();
  gauge("process_start_time_seconds", "Start, since 1970", () => startedAt);
  gauge(
    "process_resident_memory_bytes",
    "Resident memory",
    process.memoryUsage.rss,
  );
  gauge(
    "nodejs_heap_size_used_bytes",
    "Heap in use",
    () => process.memoryUsage().heapUsed,
  );
  gauge(
    "nodejs_eventloop_lag_p99_seconds",
    "Delay of the event loop since the last reading, 99th percentile",
    () => {
      // What is measured is the time between two wakings, of which the resolution is meant.
      const late = delay.percentile(99) / 1e6 - LOOP_RESOLUTION_MS;
      delay.reset();
      return Math.max(0, late) / 1000;
    },
  );
  return () => void delay.disable();
};

const requestFigures = (register: Registry): Metrics["request"] => {
  const duration = new Histogram({
    name: "tutti_http_request_duration_seconds",
    help: "Time to answer a request",
    labelNames: ["method", "route", "status"],
    // From an answer out of memory to one that waits for a mixer that starts.
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 8],
    registers: [register],
  });
  return ({ method, route, status, seconds }) =>
    duration.observe({ method, route, status: String(status) }, seconds);
};

export const createMetrics = ({
  directory,
  mixers,
  keeping,
}: MetricsSources): Metrics => {
  const register = new Registry();
  const close = processFigures(register);
  roomFigures(register, directory);
  keptFigures(register, keeping);
  const request = requestFigures(register);
  const setMixers = mixerFigures(register);
  return {
    contentType: register.contentType,
    text: async () => {
      setMixers(await mixers.stats());
      return register.metrics();
    },
    request,
    close,
  };
};
