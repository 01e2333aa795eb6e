/** `npm run bench -- meeting`: a call of Chromium pages in real time, and whether its recording kept the time. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { RecordingEntry } from "../../server/recordings/entry.js";
import { launchBrowser } from "../helpers/browser.js";
import { findClaps, offsetsOf, type Found } from "../helpers/claps.js";
import { recordCompressed } from "../helpers/compressed.js";
import { median } from "../helpers/median.js";
import { decodeErrors, probeFile } from "../helpers/probe.js";
import type { Server } from "../helpers/server.js";
import { until } from "../helpers/until.js";
import { percentile, print } from "./figures.js";
import {
  CLAP_HZ,
  openClapper,
  play,
  ROOM,
  scenesOf,
  zeroOf,
  type Clapper,
} from "./meeting-people.js";
import { call, start, stop } from "./recording-cost.js";
import { withServer } from "./serve.js";

const HELP = `meeting: a recorded call of Chromium pages with joins, mutes, silence that is not sent, and reconnects; somebody in it
flashes and beeps each second: how far the two are apart in the file, and from the time at which they were made
  --minutes 10
  --kill         the mixer, in the middle
  --dtx          the clapper's own silence is not sent; else only that of somebody beside it
  --each         prints each clap, too
  --compressed 60   instead: so many minutes on a fake clock, by the mixer's own parts without a server`;

/** Of somebody who is not timed; no harmonics in common. */
const QUIET_HZ = 1_700;
const SETTLE_MS = 3_000;
const CHECK_MS = 600_000;

type Recorded = {
  entry: RecordingEntry;
  claps: Awaited<ReturnType<Clapper["claps"]>>;
  /** When the file begins and the end of the recording is asked for, ms since 1970. */
  zero: number;
  ended: number;
  stopTook: number;
};

const rateOf = async ({ packets }: Clapper): Promise<number> => {
  const [before, from] = [await packets(), performance.now()];
  await delay(SETTLE_MS);
  return ((await packets()) - before) / ((performance.now() - from) / 1_000);
};

const load = (): string =>
  `load ${loadavg()
    .map((it) => it.toFixed(1))
    .join(" ")}`;

type Plan = { minutes: number; kill: boolean; dtx: boolean };

const hold = async (
  server: Server,
  { minutes, kill, dtx }: Plan,
): Promise<Recorded> => {
  const browser = await launchBrowser();
  try {
    await call(server, `/v1/rooms/${ROOM}`, "PUT", {});
    const clapper = await openClapper(browser, server, { hz: CLAP_HZ, dtx });
    await clapper.come();
    const quiet = { hz: QUIET_HZ, dtx: true, camera: false };
    const other = await openClapper(browser, server, quiet);
    await other.come();
    const rates = await Promise.all([clapper, other].map(rateOf));
    const [own, others] = rates.map((rate) => rate.toFixed(0));
    print(
      `packets of sound a second: the clapper's ${own}, somebody else's who beeps over silence that is not sent ${others}`,
    );
    const id = await start(server, ROOM);
    const from = performance.now();
    const zero = await until({
      what: "the recording has begun",
      read: () => zeroOf(server, id).catch(() => 0),
      accept: (at) => at > 0,
    });
    const scenes = scenesOf(browser, server, clapper);
    for (let minute = 0; minute < minutes; minute++) {
      const killed = kill && minute === Math.floor(minutes / 2);
      await play(scenes(minute, killed), from + minute * 60_000);
      print(`${minute + 1} min, ${load()}`);
    }
    await delay(Math.max(0, from + minutes * 60_000 - performance.now()));
    const claps = await clapper.claps();
    const ended = performance.timeOrigin + performance.now();
    const stopTook = await stop(server, ROOM, id);
    const { value: entry } = await until({
      what: "the file has been looked through",
      read: async () =>
        (await (
          await fetch(`${server.url}/v1/recordings/${id}`)
        ).json()) as RecordingEntry,
      accept: ({ checks }) => checks !== undefined,
      within: CHECK_MS,
    });
    return { entry, claps, zero: zero.value, ended, stopTook };
  } finally {
    await browser.close();
  }
};

const ms = (value: number | undefined): string =>
  (value === undefined || Number.isNaN(value)
    ? "-"
    : value.toFixed(1)
  ).padStart(7);

const heardIn = (found: readonly Found[]): number[] =>
  found.flatMap(({ heard }) => heard ?? []);
const seenIn = (found: readonly Found[]): number[] =>
  found.flatMap(({ seen }) => seen ?? []);
const worst = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0];
const within = (found: readonly Found[], from: number, to: number) =>
  found.filter(({ made }) => made >= from && made < to);

const tell = (name: string, found: readonly Found[]): void => {
  const apart = offsetsOf(found);
  print(
    `${name.padEnd(10)} ${String(apart.length).padStart(4)} pairs   sound after picture: median ${ms(median(apart))}, worst ${ms(worst(apart))} ms   after the clap: heard ${ms(median(heardIn(found)))}, seen ${ms(median(seenIn(found)))} ms`,
  );
};

const tellTime = (found: readonly Found[], minutes: number): void => {
  for (let minute = 0; minute < minutes; minute++)
    tell(`minute ${minute + 1}`, within(found, minute * 60, (minute + 1) * 60));
  tell("all", found);
  const all = offsetsOf(found);
  const over = all.filter((it) => Math.abs(it) > 40).length;
  print(`pairs more than 40 ms apart: ${over} of ${all.length}`);
  // A busy machine's jitter buffers grow and shrink; what is never less than before has drifted.
  const least = (values: number[]) => percentile(values, 0.1);
  const [first, last] = [found.slice(0, 60), found.slice(-60)];
  for (const [name, of] of [
    ["median", median],
    ["least (p10)", least],
  ] as const) {
    const drift = (some: (found: readonly Found[]) => number[]): string =>
      (of(some(last)) - of(some(first))).toFixed(1);
    print(
      `${name} delay, from the first minute to the last: sound ${drift(heardIn)} ms, picture ${drift(seenIn)} ms`,
    );
  }
};

const report = async (
  { recordings }: Server,
  { entry, claps, zero, ended, stopTook }: Recorded,
): Promise<Found[]> => {
  const file = join(recordings, `${entry.id}.${entry.format}`);
  const { duration, size } = await probeFile(file);
  const wall = (ended - zero) / 1_000;
  print(
    `${(size / 1e6).toFixed(0)} MB; the file lasts ${duration.toFixed(3)} s of ${wall.toFixed(3)} s until its end was asked for: ${((duration - wall) * 1_000).toFixed(0)} ms`,
  );
  print(`from stop to file ${stopTook.toFixed(2)} s; ${load()}`);
  const { checks } = entry;
  print(
    `starts ${checks?.startOffset} ms apart, ends ${checks?.endOffset} ms; gaps: ${JSON.stringify(checks?.gaps)}; problems: ${JSON.stringify(checks?.problems)}`,
  );
  print(`decode errors: ${(await decodeErrors(file)) || "none"}`);
  const inFile = (time: number): number => (time - zero) / 1_000;
  const made = claps.map(({ heard, seen }) => ({
    heard: inFile(heard),
    seen: inFile(seen),
  }));
  return findClaps(file, made, CLAP_HZ);
};

const holdCompressed = async (minutes: number): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), "tutti-bench-"));
  try {
    const from = performance.now();
    const meeting = await recordCompressed(directory, minutes);
    const { found, file, duration, wall, problems, dropped } = meeting;
    const took = (performance.now() - from) / 1_000;
    print(
      `${minutes} min in ${took.toFixed(0)} s; the file lasts ${duration.toFixed(3)} s of ${wall.toFixed(3)} s; ${dropped} units dropped; problems: ${JSON.stringify(problems)}`,
    );
    print(`decode errors: ${(await decodeErrors(file)) || "none"}`);
    tellTime(found, minutes);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/** Holds the meeting, stops, decodes and prints. */
export const run = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: "string", default: "10" },
      dtx: { type: "boolean", default: false },
      kill: { type: "boolean", default: false },
      compressed: { type: "string" },
      each: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return print(HELP);
  if (values.compressed !== undefined)
    return holdCompressed(Number(values.compressed));
  const minutes = Number(values.minutes);
  await withServer({}, async (server) => {
    const recorded = await hold(server, { ...values, minutes });
    const found = await report(server, recorded);
    if (values.each)
      for (const { made, heard, seen } of found)
        print(`${made.toFixed(3)} s: heard ${ms(heard)}, seen ${ms(seen)} ms`);
    tellTime(found, minutes);
  });
};
