/** `npm run bench -- ladder`: what a real browser hears and sees behind a line that is cut and comes back. */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { launchBrowser, openPage } from "../helpers/browser.js";
import type { MixStats } from "../helpers/page/peers.js";
import type { Relay } from "../helpers/relay.js";
import { relayWhep } from "../helpers/relayed.js";
import type { Server } from "../helpers/server.js";
import { until } from "../helpers/until.js";
import { print } from "./figures.js";
import { compareRungs } from "./ladder-latency.js";
import { startLoad } from "./load/start.js";
import { withServer } from "./serve.js";

const HELP = `ladder: a viewer in Chromium behind a line that is cut, and then as wide as before
  --wide 3000        kbit/s before and after
  --narrow 150,64    kbit/s of the cut; one run for each
  --queue 300        ms that a packet may wait in the line's queue
  --cut 15           seconds
  --codec h264       of the picture: h264, vp8
  --participants 3   who send 640x360@30; one of them talks
  --rungs            instead: glass to glass with one rung encoded, and with three`;

const ROOM = "bench";
const NOBODY = { tone: 0, colour: "#000", microphone: false, camera: false };
/** The promise is 20 s. */
const RECOVERY_MS = 40_000;
/** How often the browser is asked. */
const SAMPLE_MS = 100;
const SETTLE_MS = 6000;

type Sample = MixStats & { at: number };

/** What the browser counts, ten times a second, until `stop`. */
const watch = (page: Page) => {
  const samples: Sample[] = [];
  let running = true;
  const done = (async () => {
    while (running) {
      const stats = await page.evaluate(() => window.tools.stats());
      samples.push({ ...stats, at: performance.now() });
      await delay(SAMPLE_MS);
    }
  })();
  return {
    samples,
    stop: async (): Promise<void> => {
      running = false;
      await done;
    },
  };
};

/** Changes from one sample to the next, between two moments. */
const steps = (samples: readonly Sample[], from: number, to: number) =>
  samples.slice(1).flatMap((now, n) => {
    const before = samples[n]!;
    if (now.at < from || now.at > to) return [];
    const ms = (count: number): number => count / 48;
    return {
      at: now.at,
      height: now.frameHeight,
      pictures: now.framesDecoded - before.framesDecoded,
      concealed: ms(now.concealedSamples - before.concealedSamples),
      sound: ms(now.totalSamples - before.totalSamples),
    };
  });

type Step = ReturnType<typeof steps>[number];

/** The longest time in which most of the sound was made up, in ms. */
const longestGap = (some: readonly Step[]): number => {
  let longest = 0;
  let gap = 0;
  for (const { concealed, sound } of some) {
    gap = concealed > sound / 2 ? gap + concealed : 0;
    longest = Math.max(longest, gap);
  }
  return longest;
};

const sum = (some: readonly Step[], key: "concealed" | "pictures"): number =>
  some.reduce((total, step) => total + step[key], 0);

/** The longest time without a new picture, in ms. */
const longestStop = (some: readonly Step[]): number => {
  let longest = 0;
  let since = some[0]?.at ?? 0;
  for (const { at, pictures } of some) {
    longest = Math.max(longest, at - since);
    if (pictures > 0) since = at;
  }
  return longest;
};

/** Pictures that make movement. */
const MOVING = 5;

/** When smaller pictures had come so many times, in ms after the cut; undefined = never. */
const smallerAfter = (
  some: readonly Step[],
  count: number,
  { cutAt, height }: { cutAt: number; height: number },
): number | undefined => {
  let seen = 0;
  for (const step of some) {
    if (step.height >= height) continue;
    seen += step.pictures;
    if (seen >= count) return step.at - cutAt;
  }
  return undefined;
};

const largest = (page: Page, height: number, within: number) =>
  until({
    what: `${height} lines`,
    read: () => page.evaluate(() => window.tools.stats()),
    accept: ({ frameHeight }) => frameHeight >= height,
    within,
  });

const line = (what: string, value: number | undefined, unit: string): void =>
  print(
    `  ${what.padEnd(44)} ${value === undefined ? "-".padStart(6) : value.toFixed(0).padStart(6)} ${unit}`,
  );

type Cut = { wide: number; narrow: number; queueMs: number; seconds: number };

const measure = async (page: Page, relay: Relay, cut: Cut): Promise<void> => {
  const { value: before } = await largest(page, 720, RECOVERY_MS);
  await delay(SETTLE_MS);
  const { samples, stop } = watch(page);
  const narrow = (kbits: number): void =>
    relay.narrow("toClient", {
      bitsPerSecond: 1000 * kbits,
      queueMs: cut.queueMs,
    });
  await delay(2000);
  const cutAt = performance.now();
  narrow(cut.narrow);
  await delay(1000 * cut.seconds);
  const restoredAt = performance.now();
  narrow(cut.wide);
  const back = await largest(page, before.frameHeight, RECOVERY_MS).catch(
    () => undefined,
  );
  await stop();
  const first = steps(samples, cutAt, cutAt + 3000);
  const during = steps(samples, cutAt + 3000, restoredAt);
  const after = steps(samples, restoredAt, Infinity);
  const height = before.frameHeight;
  const all = [...first, ...during];
  line(
    "first picture after the cut",
    smallerAfter(all, 1, { cutAt, height }),
    "ms",
  );
  line(
    "moving again after the cut",
    smallerAfter(all, MOVING, { cutAt, height }),
    "ms",
  );
  line("longest stop of the picture after the cut", longestStop(all), "ms");
  line(
    "pictures a second then",
    (1000 * sum(during, "pictures")) / (restoredAt - cutAt - 3000),
    "",
  );
  line("their lines", during.at(-1)?.height, "");
  line("sound made up in the first 3 s", sum(first, "concealed"), "ms");
  line("  longest gap", longestGap(first), "ms");
  line("sound made up in the rest of the cut", sum(during, "concealed"), "ms");
  line(`back at ${height} lines after`, back?.after, "ms");
  line("sound made up on the way up", sum(after, "concealed"), "ms");
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
    const wide = { bitsPerSecond: 1000 * cut.wide, queueMs: cut.queueMs };
    const options = { room: ROOM, codec, lines: { toClient: wide } };
    await relayWhep(page, options, (made) => (relay = made));
    print(
      `${cut.wide} kbit/s, cut to ${cut.narrow} for ${cut.seconds} s, ${cut.queueMs} ms of queue, ${codec}`,
    );
    await measure(page, relay!, cut);
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
      cut: { type: "string", default: "15" },
      codec: { type: "string", default: "h264" },
      participants: { type: "string", default: "3" },
      rungs: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  }).values;

/** Measures and prints, once for each cut. */
export const run = async (args: string[]): Promise<void> => {
  const values = parse(args);
  if (values.help) return print(HELP);
  const codec = values.codec === "vp8" ? "video/VP8" : "video/H264";
  if (values.rungs) return compareRungs({ mimeType: codec, seconds: 20 });
  await withServer({}, async (server) => {
    const load = await startLoad(server, {
      room: ROOM,
      participants: Number(values.participants),
      talkers: 1,
      viewers: 0,
      camera: true,
      muted: false,
      video: "none",
    });
    try {
      for (const narrow of values.narrow.split(",").map(Number))
        await watchOnce(
          server,
          {
            wide: Number(values.wide),
            narrow,
            queueMs: Number(values.queue),
            seconds: Number(values.cut),
          },
          codec,
        );
    } finally {
      // It may have ended by itself.
      if (load.connected) load.disconnect();
    }
  });
};
