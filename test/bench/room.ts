/** `npm run bench -- room`: a call of synthetic participants, and what it costs. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Server } from "../helpers/server.js";
import {
  family,
  grown,
  print,
  readMetrics,
  usageSince,
  type Metrics,
} from "./figures.js";
import type { LoadOptions, LoadReport } from "./load/main.js";
import { startLoad } from "./load/start.js";
import { withServer } from "./serve.js";

const HELP = `room: synthetic participants in one room of a server that is started for it
  --participants 8   who send 640x360@30 VP8 and Opus, and receive the mix
  --viewers 0        who only receive, by WHEP
  --talkers 8        how many of the participants speak (default: all)
  --seconds 20       of measurement, after 5 of settling
  --codec h264       in which they receive: h264, vp8
  --audio-only       no cameras, no pictures
  --muted            everybody is muted
  --record           the room is recorded
  --mixers 1         mixer processes`;

const SETTLE_MS = 5_000;

const parse = (args: string[]) =>
  parseArgs({
    args,
    options: {
      participants: { type: "string", default: "8" },
      viewers: { type: "string", default: "0" },
      talkers: { type: "string" },
      seconds: { type: "string", default: "20" },
      codec: { type: "string", default: "h264" },
      mixers: { type: "string", default: "1" },
      "audio-only": { type: "boolean", default: false },
      muted: { type: "boolean", default: false },
      record: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  }).values;

type Values = ReturnType<typeof parse>;

const loadOptions = (values: Values): Omit<LoadOptions, "url" | "ws"> => ({
  room: "bench",
  participants: Number(values.participants),
  viewers: Number(values.viewers),
  talkers: Number(values.talkers ?? values.participants),
  camera: !values["audio-only"],
  muted: values.muted,
  video: values["audio-only"]
    ? "none"
    : values.codec === "vp8"
      ? "vp8"
      : "h264",
});

const askLoad = async (load: ChildProcess): Promise<LoadReport> => {
  load.send("report");
  const [report] = (await once(load, "message")) as [LoadReport];
  return report;
};

const COUNTERS = [
  ["frames received", "frames_received_total"],
  ["frames replaced unseen", "frames_replaced_total"],
  ["frames composed", "frames_composed_total"],
  ["frames encoded", "frames_encoded_total"],
  ["frames dropped", "frames_dropped_total"],
  ["key frames", "keyframes_total"],
  ["audio ticks", "audio_ticks_total"],
  ["audio ticks late by > 20 ms", "audio_ticks_late_total"],
  ["audio ticks skipped", "audio_ticks_skipped_total"],
  ["audio samples trimmed", "audio_samples_trimmed_total"],
  ["audio samples missing", "audio_samples_missing_total"],
  ["packets sent", "packets_sent_total"],
  ["packets sent again", "packets_resent_total"],
  ["packets dropped", "packets_dropped_total"],
] as const;

const printCounters = (
  before: Metrics,
  after: Metrics,
  seconds: number,
): void => {
  for (const [label, name] of COUNTERS) {
    const count = grown(before, after, `tutti_mixer_${name}`);
    print(
      `${label.padEnd(30)} ${String(count).padStart(9)}  ${(count / seconds).toFixed(1).padStart(8)} /s`,
    );
  }
  for (const [label, name] of [
    ["mixer loop delay p99, ms", "tutti_mixer_loop_delay_p99_milliseconds"],
    ["mixer loop utilization", "tutti_mixer_loop_utilization_ratio"],
    ["server loop delay p99, s", "tutti_loop_delay_p99_seconds"],
    ["encoders", "tutti_mixer_encoders"],
  ] as const) {
    const value = after.get(name);
    if (value !== undefined)
      print(`${label.padEnd(30)} ${value.toFixed(3).padStart(9)}`);
  }
};

const printReceived = (report: LoadReport, seconds: number): void => {
  const range = (
    { least, most }: { least: number; most: number },
    unit: number,
  ): string => `${(least / unit).toFixed(1)} to ${(most / unit).toFixed(1)}`;
  print(`each receiver got: pictures/s ${range(report.pictures, seconds)}`);
  print(`  kbit/s ${range(report.bytes, 125 * seconds)}`);
  print(`  packets missing ${range(report.missing, 1)}`);
};

const measure = async (
  server: Server,
  load: ChildProcess,
  seconds: number,
): Promise<void> => {
  await askLoad(load);
  const [metrics, processes] = [await readMetrics(server), family(server)];
  const start = performance.now();
  await delay(seconds * 1000);
  const ran = (performance.now() - start) / 1000;
  const usage = usageSince(processes, ran);
  const [after, report] = [await readMetrics(server), await askLoad(load)];
  print("process      CPU % of a core   memory MB");
  for (const { name, cpu, memory } of usage)
    print(
      `${name.padEnd(12)} ${cpu.toFixed(1).padStart(15)} ${memory.toFixed(0).padStart(11)}`,
    );
  const total = usage.reduce((sum, { cpu }) => sum + cpu, 0);
  print(`${"together".padEnd(12)} ${total.toFixed(1).padStart(15)}`);
  printCounters(metrics, after, ran);
  printReceived(report, ran);
};

const describeLoad = ({
  participants,
  talkers,
  muted,
  viewers,
  video,
}: Omit<LoadOptions, "url" | "ws">): string =>
  `${participants} participants (${talkers} talk${muted ? ", all muted" : ""}), ${viewers} viewers, ${video}, ${availableParallelism()} cores`;

const record = async ({ url }: Server): Promise<void> => {
  const { ok, status } = await fetch(`${url}/v1/rooms/bench/recordings`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
  });
  if (!ok) throw new Error(`the recording did not start: ${status}`);
};

/** Measures one room and prints the figures. */
export const run = async (args: string[]): Promise<void> => {
  const values = parse(args);
  if (values.help) return print(HELP);
  const options = loadOptions(values);
  await withServer({ TUTTI_MIXERS: values.mixers }, async (server) => {
    print(describeLoad(options));
    const load = await startLoad(server, options);
    try {
      if (values.record) await record(server);
      await delay(SETTLE_MS);
      await measure(server, load, Number(values.seconds));
    } finally {
      load.disconnect();
    }
  });
};
