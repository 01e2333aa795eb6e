/** `npm run bench -- audio`: what rooms of voices cost, beside Janus' AudioBridge with the same people. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { readProcess, type ProcessInfo } from "../helpers/processes.js";
import { reportDelay } from "./audio-delay.js";
import { family, print, usageSince } from "./figures.js";
import { JANUS_ROOM, startJanus } from "./janus.js";
import type { LoadOptions, LoadReport } from "./load/main.js";
import { startLoad } from "./load/start.js";
import { withServer } from "./serve.js";

const HELP = `audio: rooms of voices in Tutti, and in Janus where it is installed
  --participants 50  in each room
  --listeners 200    of the last measurement, with 3 talkers (Tutti: WHEP viewers)
  --seconds 15       of each measurement, after 5 of settling
  --rounds 2         of each comparison, in turns`;

const SETTLE_MS = 5_000;

type Case = { what: string; people: Partial<LoadOptions> };
type Place = {
  name: string;
  url: string;
  ws: string;
  processes: () => ProcessInfo[];
  extra?: Partial<LoadOptions>;
};

const report = async (load: ChildProcess): Promise<LoadReport> => {
  load.send("report");
  const [received] = (await once(load, "message")) as [LoadReport];
  return received;
};

/** Per cent of one core that all processes of a place use while these people are in it. */
const measure = async (
  place: Place,
  { what, people }: Case,
  seconds: number,
): Promise<number> => {
  const load = await startLoad(place, {
    room: what.replaceAll(/\W+/g, "-"),
    participants: 0,
    viewers: 0,
    talkers: 0,
    camera: false,
    muted: false,
    video: "none",
    ...people,
    ...place.extra,
  });
  try {
    await delay(SETTLE_MS);
    await report(load);
    const [before, start] = [place.processes(), performance.now()];
    await delay(seconds * 1000);
    const ran = (performance.now() - start) / 1000;
    const used = usageSince(before, ran);
    const { packets, missing } = await report(load);
    const cpu = used.reduce((sum, one) => sum + one.cpu, 0);
    const everybody = (people.participants ?? 0) + (people.viewers ?? 0);
    print(
      `${place.name.padEnd(7)} ${what.padEnd(34)} ${cpu.toFixed(1).padStart(6)} %  ${(cpu / everybody).toFixed(2)} % each; each got ${(packets.least / ran).toFixed(1)} packets/s or more, at most ${missing.most} missing`,
    );
    return cpu;
  } finally {
    if (load.connected) load.disconnect();
    await once(load, "exit");
  }
};

const casesOf = (participants: number): Case[] =>
  [
    { what: "3 talk", people: { talkers: Math.min(3, participants) } },
    { what: "all talk", people: { talkers: participants } },
    { what: "all muted", people: { muted: true } },
  ].map(({ what, people }) => ({
    what: `${participants} people, ${what}`,
    people: { participants, ...people },
  }));

const audienceOf = (listeners: number): Case => ({
  what: `3 people, ${listeners} listeners`,
  people: { participants: 3, talkers: 3, viewers: listeners },
});

/** What all places use, in turns: a machine that others use too is faster at one time than at another. */
const compare = async (
  places: readonly Place[],
  one: Case,
  { seconds, rounds }: { seconds: number; rounds: number },
): Promise<void> => {
  const used = places.map(() => 0);
  for (let round = 0; round < rounds; round++)
    for (const [index, place] of places.entries())
      used[index]! += (await measure(place, one, seconds)) / rounds;
  const [ours = 0, theirs] = used;
  if (theirs === undefined) return;
  print(
    `        on average ${ours.toFixed(1)} and ${theirs.toFixed(1)} %: Tutti uses ${((100 * ours) / theirs).toFixed(0)} % of what Janus does`,
  );
};

const withJanus = async (
  work: (places: readonly Place[]) => Promise<void>,
): Promise<void> => {
  const janus = await startJanus();
  if (janus === undefined) {
    print("janus: not installed, not compared (apt-get install janus)");
    return work([]);
  }
  print(`Janus ${janus.version}`);
  const place: Place = {
    ...{ name: "Janus", url: "", ws: janus.ws },
    processes: () => [readProcess(janus.pid)!],
    extra: { audioBridge: JANUS_ROOM },
  };
  try {
    await work([place]);
  } finally {
    await janus.stop();
  }
};

/** One after the other: in each measurement, the machine is one room's alone. */
export const run = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      participants: { type: "string", default: "50" },
      listeners: { type: "string", default: "200" },
      seconds: { type: "string", default: "15" },
      rounds: { type: "string", default: "2" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return print(HELP);
  const [seconds, rounds] = [+values.seconds, +values.rounds];
  await reportDelay(+values.participants, seconds);
  print(`${availableParallelism()} cores; CPU in per cent of one core`);
  const env = {
    TUTTI_MIXERS: "1",
    TUTTI_SPARE_MIXER: "false",
    TUTTI_MEDIA_IP: "127.0.0.1",
  };
  await withServer(env, async (server) => {
    const ours: Place = {
      ...{ name: "Tutti", url: server.url, ws: server.ws },
      processes: () => family(server),
    };
    await withJanus(async (others) => {
      for (const one of casesOf(+values.participants))
        await compare([ours, ...others], one, { seconds, rounds });
    });
    await measure(ours, audienceOf(+values.listeners), seconds);
  });
};
