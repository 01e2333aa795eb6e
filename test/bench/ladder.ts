/** `npm run bench -- ladder`: what a real browser hears and sees behind a line that is cut and comes back. */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { launchBrowser, openPage } from "../helpers/browser.js";
import type { Relay } from "../helpers/relay.js";
import { relayWhep } from "../helpers/relayed.js";
import type { Server } from "../helpers/server.js";
import { until } from "../helpers/until.js";
import { print } from "./figures.js";
import {
  betweenPictures,
  longestGap,
  longestStop,
  madeUp,
  smallerAfter,
  steps,
  sum,
  watch,
  type Sample,
  type Step,
} from "./ladder-figures.js";
import { compareRungs } from "./ladder-latency.js";
import { equip, understood } from "./ladder-voice.js";
import { startLoad } from "./load/start.js";
import { withServer } from "./serve.js";

const HELP = `ladder: a viewer in Chromium behind a line that is cut, and then as wide as before
  --wide 3000        kbit/s before and after
  --narrow 150,64    kbit/s of the cut; one run for each, of at most two minutes and a half
  --queue 300        ms that a packet may wait in the line's queue
  --cut 20           seconds
  --codec h264       of the picture: h264, vp8
  --participants 3   who send 640x360@30; one of them talks
  --rungs            instead: glass to glass with one rung encoded, and with three`;

const ROOM = "bench";
const NOBODY = { tone: 0, colour: "#000", microphone: false, camera: false };
/** The promise is 20 s. */
const RECOVERY_MS = 40_000;
/** Listened to before the cut, while the picture settles. */
const SETTLE_MS = 6000;
/** What the cut itself takes away: it is counted apart. */
const FIRST_MS = 3000;

/** Pictures that make movement. */
const MOVING = 5;

const largest = (page: Page, height: number, within: number) =>
  until({
    what: `${height} lines`,
    read: () => page.evaluate(() => window.tools.stats()),
    accept: ({ frameHeight }) => frameHeight >= height,
    within,
  });

const line = (
  what: string,
  value: number | undefined,
  unit: string,
  digits = 0,
): void => {
  const known = value !== undefined && !Number.isNaN(value);
  const text = known ? value.toFixed(digits) : "-";
  print(`  ${what.padEnd(44)} ${text.padStart(6)} ${unit}`);
};

type Cut = { wide: number; narrow: number; queueMs: number; seconds: number };

/** A machine that has too much to do gives less than 720 lines, whatever the line carries. */
const startHeight = async (page: Page): Promise<number> => {
  await largest(page, 720, RECOVERY_MS).catch(() =>
    print("  not 720 lines before the cut: is this machine busy?"),
  );
  return (await page.evaluate(() => window.tools.stats())).frameHeight;
};

type Measured = {
  samples: readonly Sample[];
  height: number;
  cutAt: number;
  restoredAt: number;
  /** Ms until the picture was as before. */
  back: number | undefined;
  /** Of `intelligibility`. */
  before: number;
  during: number;
};

const measure = async (
  page: Page,
  relay: Relay,
  cut: Cut,
): Promise<Measured> => {
  const height = await startHeight(page);
  const before = await understood(page, SETTLE_MS);
  const { samples, stop } = watch(page);
  const narrow = (kbits: number): void =>
    relay.narrow("toClient", {
      bitsPerSecond: 1000 * kbits,
      queueMs: cut.queueMs,
    });
  await delay(1000);
  const cutAt = performance.now();
  narrow(cut.narrow);
  await delay(FIRST_MS);
  const during = await understood(page, 1000 * cut.seconds - FIRST_MS);
  const restoredAt = performance.now();
  narrow(cut.wide);
  const back = await largest(page, height, RECOVERY_MS).catch(() => undefined);
  await stop();
  return {
    ...{ samples, height, cutAt, restoredAt, before, during },
    back: back?.after,
  };
};

const tellPicture = (
  first: readonly Step[],
  during: readonly Step[],
  { height, cutAt, restoredAt }: Measured,
): void => {
  const all = [...first, ...during];
  const after = (count: number) => smallerAfter(all, count, { cutAt, height });
  line("first picture after the cut", after(1), "ms");
  line("moving again after the cut", after(MOVING), "ms");
  line("longest stop of the picture after the cut", longestStop(all), "ms");
  const seconds = (restoredAt - cutAt - FIRST_MS) / 1000;
  line("pictures a second then", sum(during, "pictures") / seconds, "", 1);
  const { usual, most } = betweenPictures(during);
  line("  from one to the next, usually", usual, "ms");
  line("  at most", most, "ms");
  line("their lines", during.at(-1)?.height, "");
};

const tell = (measured: Measured): void => {
  const { samples, cutAt, restoredAt, height, back } = measured;
  const first = steps(samples, cutAt, cutAt + FIRST_MS);
  const during = steps(samples, cutAt + FIRST_MS, restoredAt);
  const after = steps(samples, restoredAt, Infinity);
  tellPicture(first, during, measured);
  line("sound made up in the first 3 s", sum(first, "concealed"), "ms");
  line("  longest gap", longestGap(first), "ms");
  line("sound made up in the rest of the cut", madeUp(during), "%", 1);
  line("  longest gap", longestGap(during), "ms");
  line("speech understood then (0 to 1)", measured.during, "", 2);
  line("  before the cut", measured.before, "", 2);
  line(`back at ${height} lines after`, back, "ms");
  line("sound made up on the way up", madeUp(after), "%", 1);
};

const watchOnce = async (
  server: Server,
  cut: Cut,
  codec: string,
): Promise<void> => {
  const browser = await launchBrowser();
  let relay: Relay | undefined;
  try {
    const { page } = await openPage(browser, `${server.url}/livez`, NOBODY);
    await equip(page);
    const wide = { bitsPerSecond: 1000 * cut.wide, queueMs: cut.queueMs };
    const options = { room: ROOM, codec, lines: { toClient: wide } };
    await relayWhep(page, options, (made) => (relay = made));
    print(
      `${cut.wide} kbit/s, cut to ${cut.narrow} for ${cut.seconds} s, ${cut.queueMs} ms of queue, ${codec}`,
    );
    tell(await measure(page, relay!, cut));
  } finally {
    await browser.close();
    await relay?.close();
  }
};

const parse = (args: string[]) =>
  parseArgs({
    args,
    options: {
      wide: { type: "string", default: "3000" },
      narrow: { type: "string", default: "150,64" },
      queue: { type: "string", default: "300" },
      cut: { type: "string", default: "20" },
      codec: { type: "string", default: "h264" },
      participants: { type: "string", default: "3" },
      rungs: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  }).values;

/** Measures and prints, once for each cut; one that goes wrong (a browser that is lost) does not take the others along. */
export const run = async (args: string[]): Promise<void> => {
  const values = parse(args);
  if (values.help) return print(HELP);
  const codec = values.codec === "vp8" ? "video/VP8" : "video/H264";
  if (values.rungs) return compareRungs({ mimeType: codec, seconds: 20 });
  const lines = {
    wide: Number(values.wide),
    queueMs: Number(values.queue),
    seconds: Number(values.cut),
  };
  await withServer({}, async (server) => {
    const load = await startLoad(server, {
      ...{ room: ROOM, participants: Number(values.participants) },
      ...{ talkers: 1, speech: true, viewers: 0 },
      ...{ camera: true, muted: false, video: "none" },
    });
    try {
      for (const narrow of values.narrow.split(",").map(Number))
        await watchOnce(server, { ...lines, narrow }, codec).catch((error) => {
          print(`  not measured: ${error}`);
          process.exitCode = 1;
        });
    } finally {
      // It may have ended by itself.
      if (load.connected) load.disconnect();
    }
  });
};
