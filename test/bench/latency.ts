/** `npm run bench -- latency`: mouth to ear and glass to glass, in Chromium through the running server. */
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import type { ViewLayout } from "../../mixer/contract.js";
import { launchBrowser, openPage, pageScript } from "../helpers/browser.js";
import type { Latencies } from "../helpers/page/latency.js";
import type { Area } from "../helpers/page/see.js";
import type { Server } from "../helpers/server.js";
import { until } from "../helpers/until.js";
import { percentile, print } from "./figures.js";
import { startLoad } from "./load/start.js";
import { withServer } from "./serve.js";

const HELP = `latency: one page sends beeps and the time, and hears and sees the mix
  --seconds 20       of measurement
  --codec h264       of the mix: h264, vp8
  --participants 0   synthetic participants in the same room
  --direct           from the page to itself, without the server: the browser's share`;

const ROOM = "bench";
/** Nobody: the page's own devices are the beeps and the stamps. */
const NOBODY = { tone: 0, colour: "#000", microphone: false, camera: false };

const tileOf = async (server: Server, id: string): Promise<Area> => {
  const { value } = await until({
    what: "the sender's camera is in the picture",
    read: async () => {
      const response = await fetch(`${server.url}/v1/rooms/${ROOM}/layout`);
      return (await response.json()) as ViewLayout;
    },
    accept: ({ tiles }) =>
      tiles.some(
        ({ participant, state }) => participant === id && state === "live",
      ),
  });
  const { tiles, width, height } = value;
  const tile = tiles.find(({ participant }) => participant === id)!;
  return {
    x: tile.x / width,
    y: tile.y / height,
    width: tile.width / width,
    height: tile.height / height,
  };
};

const playDirectly = async (page: Page): Promise<Area> => {
  await page.evaluate(() => window.latency.direct());
  return { x: 0, y: 0, width: 1, height: 1 };
};

const playThrough = async (
  server: Server,
  page: Page,
  codec: string,
): Promise<Area> => {
  const id = await page.evaluate((room) => window.latency.send(room), ROOM);
  await page.evaluate((options) => window.tools.whep(options), {
    room: ROOM,
    codec,
    atOnce: true,
  });
  return tileOf(server, id);
};

type Measured = { mimeType: string; seconds: number; direct?: boolean };

/** Sends and receives in this page, and measures for so many seconds. */
export const measureLatency = async (
  server: Server,
  page: Page,
  { mimeType, seconds, direct = false }: Measured,
): Promise<Latencies> => {
  await page.evaluate(await pageScript("latency"));
  const tile = direct
    ? await playDirectly(page)
    : await playThrough(server, page, mimeType);
  return page.evaluate(([where, long]) => window.latency.measure(where, long), [
    tile,
    seconds,
  ] as const);
};

const line = (name: string, values: readonly number[]): string =>
  `${name.padEnd(16)} p50 ${percentile(values, 0.5).toFixed(0).padStart(4)} ms   p95 ${percentile(values, 0.95).toFixed(0).padStart(4)} ms   of ${values.length}`;

const startOthers = (server: Server, participants: number) =>
  startLoad(server, {
    room: ROOM,
    participants,
    talkers: 0,
    viewers: 0,
    camera: true,
    muted: false,
    video: "h264",
  });

const report = async (page: Page, found: Latencies): Promise<void> => {
  const stats = await page.evaluate(() => window.tools.stats());
  print(line("mouth to ear", found.audio));
  print(line("glass to glass", found.video));
  const skew = percentile(found.audio, 0.5) - percentile(found.video, 0.5);
  print(`the sound is ${skew.toFixed(0)} ms later than the picture`);
  print(
    `the browser's buffers: sound ${stats.audioJitterBufferMs.toFixed(0)} ms, picture ${stats.videoJitterBufferMs.toFixed(0)} ms; ${found.unread} stamps not read`,
  );
};

const measurePage = async (
  server: Server,
  options: Measured,
): Promise<void> => {
  const browser = await launchBrowser();
  try {
    const { page } = await openPage(browser, `${server.url}/livez`, NOBODY);
    await report(page, await measureLatency(server, page, options));
  } finally {
    await browser.close();
  }
};

/** Measures and prints. */
export const run = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: "string", default: "20" },
      codec: { type: "string", default: "h264" },
      participants: { type: "string", default: "0" },
      direct: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return print(HELP);
  const { direct } = values;
  const mimeType = values.codec === "vp8" ? "video/VP8" : "video/H264";
  const others = Number(values.participants);
  await withServer({}, async (server) => {
    print(
      direct
        ? "without the server"
        : `${mimeType}, ${others} other participants`,
    );
    const load = others > 0 ? await startOthers(server, others) : undefined;
    try {
      const seconds = Number(values.seconds);
      await measurePage(server, { mimeType, seconds, direct });
    } finally {
      load?.disconnect();
    }
  });
};
