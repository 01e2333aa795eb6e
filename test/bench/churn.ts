/** `npm run bench -- churn`: whether the picture goes on while people come and go and layouts change. */
import { parseArgs } from "node:util";
import { setTimeout as delay } from "node:timers/promises";
import type { LayoutName } from "../../mixer/contract.js";
import { launchBrowser, openPage } from "../helpers/browser.js";
import type { MixStats } from "../helpers/page/peers.js";
import type { Server } from "../helpers/server.js";
import {
  grown,
  percentile,
  print,
  readMetrics,
  type Metrics,
} from "./figures.js";
import { CAMERA, encodeCamera, encodeVoice } from "./load/clips.js";
import { joinAsParticipant, type Someone } from "./load/participant.js";
import { createSubscriber } from "./load/peers.js";
import { startLoad } from "./load/start.js";
import { withServer } from "./serve.js";

const HELP = `churn: a room in which somebody joins, leaves or changes the layout 40 times a minute, as a viewer sees it
  --participants 6   who stay
  --changes 40       a minute
  --seconds 60       of measurement, after 5 of settling`;

const ROOM = "bench";
const SETTLE_MS = 5_000;
const LAYOUTS: readonly LayoutName[] = [
  "speaker",
  "grid",
  "side-by-side",
  "grid",
];
const VIDEO_CLOCK = 90;
/** The target: no output gap over this, ms. */
const TARGET = 100;

/** When each complete picture came, and the time that it was made for; ms. */
type Picture = { arrived: number; stamped: number };

/** Watches by WHEP and writes down every picture. */
const watch = async ({ url }: Server) => {
  const pictures: Picture[] = [];
  const peer = createSubscriber("watcher", { video: "h264" });
  const { ok, status, text } = await fetch(`${url}/whep/${ROOM}`, {
    method: "POST",
    headers: { "Content-Type": "application/sdp" },
    body: await peer.offer(),
  }).then(async (response) => ({
    ok: response.ok,
    status: response.status,
    text: await response.text(),
  }));
  if (!ok) throw new Error(`WHEP: ${status} ${text}`);
  peer.tracks[1]!.onMessage((packet) => {
    const type = packet[1]! & 0x7f;
    const isRtcp = type >= 72 && type <= 79;
    if (isRtcp || (packet[1]! & 0x80) === 0) return;
    const stamped = packet.readUInt32BE(4) / VIDEO_CLOCK;
    pictures.push({ arrived: performance.now(), stamped });
  });
  peer.accept(text);
  await peer.open;
  // Whoever lets go of the tracks hears nothing more of them.
  return { pictures, peer };
};

/** Watches by WHEP in Chromium, which counts for itself when the picture stood still. */
const watchInBrowser = async ({ url }: Server) => {
  const browser = await launchBrowser();
  try {
    const nobody = {
      tone: 0,
      colour: "#000",
      microphone: false,
      camera: false,
    };
    const { page } = await openPage(browser, `${url}/livez`, nobody);
    const options = { room: ROOM, codec: "video/H264" };
    await page.evaluate((wanted) => window.tools.whep(wanted), options);
    return {
      read: () => page.evaluate(() => window.tools.stats()),
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
};

/** Guests who come and go. */
const createGuests = async ({ ws }: Server) => {
  const film = { mode: CAMERA, frames: await encodeCamera(CAMERA) };
  const clips = { camera: [film], voice: await encodeVoice(true, 330) };
  const present: Someone[] = [];
  let count = 100;
  const timer = setInterval(() => {
    for (const guest of present) guest.tick(performance.now());
  }, 10);
  const options = { room: ROOM, video: "h264", camera: true } as const;
  return {
    come: async () => {
      const index = count++;
      const more = { ws, index, muted: false, clips, follow: true };
      present.push(await joinAsParticipant({ ...options, ...more }));
    },
    go: () => present.shift()?.close(),
    close: () => {
      clearInterval(timer);
      for (const guest of present) guest.close();
    },
  };
};

const layOut = async ({ url }: Server, layout: LayoutName): Promise<void> => {
  const { ok, status } = await fetch(`${url}/v1/rooms/${ROOM}/layout`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ layout }),
  });
  if (!ok) throw new Error(`the layout was not taken: ${status}`);
};

/** One after the other: a guest comes, the layout changes, the guest goes. Answers how often each was done. */
const disturb = async (
  server: Server,
  { seconds, changes }: { seconds: number; changes: number },
): Promise<number> => {
  const guests = await createGuests(server);
  const start = performance.now();
  let done = 0;
  try {
    while (performance.now() - start < seconds * 1_000) {
      const turn = done % 3;
      if (turn === 0) await guests.come();
      else if (turn === 1)
        await layOut(server, LAYOUTS[Math.floor(done / 3) % LAYOUTS.length]!);
      else guests.go();
      done++;
      const next = start + Math.min((done * 60_000) / changes, seconds * 1_000);
      await delay(Math.max(0, next - performance.now()));
    }
  } finally {
    guests.close();
  }
  return done;
};

const gapsOf = (times: readonly number[]): number[] =>
  times.slice(1).map((time, at) => time - times[at]!);

const tell = (what: string, gaps: readonly number[]): void => {
  const over = gaps.filter((gap) => gap > TARGET).length;
  const at = (share: number) => percentile(gaps, share).toFixed(0).padStart(5);
  print(
    `${what.padEnd(34)} p50 ${at(0.5)}  p99 ${at(0.99)}  largest ${at(1)} ms; over ${TARGET} ms: ${over}`,
  );
};

const tellFrozen = (before: MixStats, after: MixStats): void => {
  const grown = (key: "framesDecoded" | "freezes" | "frozen"): number =>
    after[key] - before[key];
  print(
    `Chromium: ${grown("framesDecoded")} pictures of ${after.frameHeight} lines, ${grown("freezes")} freezes of ${grown("frozen").toFixed(1)} s in all`,
  );
};

const tellDropped = (before: Metrics, after: Metrics): void => {
  const name = "tutti_mixer_frames_dropped_total";
  print(
    `pictures that the mixer did not make in time: ${grown(before, after, name)}`,
  );
};

const tellGaps = (pictures: readonly Picture[]): void => {
  const times = (key: keyof Picture) => pictures.map((one) => one[key]);
  tell("between pictures as they came", gapsOf(times("arrived")));
  tell("between pictures as stamped", gapsOf(times("stamped")));
};

const parse = (args: string[]) =>
  parseArgs({
    args,
    options: {
      participants: { type: "string", default: "6" },
      changes: { type: "string", default: "40" },
      seconds: { type: "string", default: "60" },
      help: { type: "boolean", default: false },
    },
  }).values;

/** Prints the gaps between pictures as a viewer gets them, and the freezes that Chromium counts. */
export const run = async (args: string[]): Promise<void> => {
  const values = parse(args);
  if (values.help) return print(HELP);
  const participants = Number(values.participants);
  const plan = {
    seconds: Number(values.seconds),
    changes: Number(values.changes),
  };
  await withServer({}, async (server) => {
    const load = await startLoad(server, {
      ...{ room: ROOM, participants, viewers: 0, talkers: 2, camera: true },
      ...{ follow: true, muted: false, video: "h264" },
    });
    const viewer = await watch(server);
    const chromium = await watchInBrowser(server);
    try {
      await delay(SETTLE_MS);
      viewer.pictures.length = 0;
      const before = await readMetrics(server);
      const shown = await chromium.read();
      const done = await disturb(server, plan);
      const pictures = [...viewer.pictures];
      print(
        `${participants} stay, ${done} joins, changes and leaves; ${pictures.length} pictures`,
      );
      tellGaps(pictures);
      tellFrozen(shown, await chromium.read());
      tellDropped(before, await readMetrics(server));
    } finally {
      await chromium.close();
      viewer.peer.close();
      // It may have ended by itself.
      if (load.connected) load.disconnect();
    }
  });
};
