/** `npm run bench -- joins`: how soon there is a picture, and whether memory levels off. */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { launchBrowser, openPage } from "../helpers/browser.js";
import { PERSONAS } from "../helpers/conference.js";
import type { Milestones } from "../helpers/page/peers.js";
import type { Server } from "../helpers/server.js";
import { until } from "../helpers/until.js";
import { percentile, print, readMetrics } from "./figures.js";
import { withServer } from "./serve.js";
import { startLoad } from "./load/start.js";

const HELP = `joins: time to the first mixed picture in Chromium, then memory after many joins and leaves
  --joins 20     measured in Chromium
  --churn 50     joins and leaves of synthetic participants, twice`;

const ROOM = "bench";
/** Closed peers are given back by and by. */
const REST_MS = 12_000;
/** How many come and go together. */
const GROUP = 5;

/** Opens the page, waits for the first picture, leaves. */
const joinOnce = async (
  browser: Browser,
  server: Server,
): Promise<Required<Milestones>> => {
  const url = `${server.url}/r/${ROOM}?name=Guest&autojoin=1`;
  const persona = { ...PERSONAS.green, microphone: true, camera: true };
  const { page, context } = await openPage(browser, url, persona);
  const { value } = await until({
    what: "the first picture",
    read: () => page.evaluate(() => window.tools.milestones),
    accept: ({ firstPicture }) => firstPicture !== undefined,
  });
  await context.close();
  return value as Required<Milestones>;
};

const line = (name: string, values: readonly number[]): string =>
  `${name.padEnd(32)} p50 ${percentile(values, 0.5).toFixed(0).padStart(4)} ms   p95 ${percentile(values, 0.95).toFixed(0).padStart(4)} ms`;

const measureJoins = async (server: Server, count: number): Promise<void> => {
  const browser = await launchBrowser();
  const found: Required<Milestones>[] = [];
  for (let index = 0; index < count; index += 1)
    found.push(await joinOnce(browser, server));
  await browser.close();
  const since = (from: keyof Milestones): number[] =>
    found.map((one) => one.firstPicture - one[from]);
  print(`${count} joins in Chromium, one after the other`);
  print(line("from joining to a picture", since("joining")));
  print(line("from being connected to one", since("connected")));
};

const memoryOf = async (server: Server): Promise<number> => {
  await delay(REST_MS);
  const metrics = await readMetrics(server);
  return (metrics.get("tutti_mixer_memory_bytes") ?? 0) / 1e6;
};

/** Lets people come in groups and go again. */
const churn = async (server: Server, count: number): Promise<void> => {
  for (let done = 0; done < count; done += GROUP) {
    const load = await startLoad(server, {
      room: ROOM,
      participants: GROUP,
      talkers: 1,
      viewers: 0,
      camera: true,
      muted: false,
      video: "h264",
    });
    await delay(1000);
    load.disconnect();
    await until({
      what: "all of a group are gone",
      read: async () => {
        const metrics = await readMetrics(server);
        return metrics.get("tutti_mixer_participants");
      },
      accept: (left) => left === 0,
      within: 30_000,
    });
  }
};

/** Measures and prints. */
export const run = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      joins: { type: "string", default: "20" },
      churn: { type: "string", default: "50" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return print(HELP);
  await withServer({}, async (server) => {
    await measureJoins(server, Number(values.joins));
    const count = Number(values.churn);
    for (const round of [0, 1, 2]) {
      if (round > 0) await churn(server, count);
      const memory = (await memoryOf(server)).toFixed(0);
      print(
        `memory of the mixer after ${round * count} more joins: ${memory} MB`,
      );
    }
  });
};
