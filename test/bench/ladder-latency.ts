/** What the ladder costs those who watch its best rung: glass to glass with one rung encoded, and with three. */
import { launchBrowser, openPage } from "../helpers/browser.js";
import type { Server } from "../helpers/server.js";
import { percentile, print } from "./figures.js";
import { measureLatency } from "./latency.js";
import { createSubscriber } from "./load/peers.js";
import { withServer } from "./serve.js";

const ROOM = "bench";
const NOBODY = { tone: 0, colour: "#000", microphone: false, camera: false };
/** With the 720p of who is measured they make three. */
const OTHERS = ["medium", "low"];
/** The promise, in ms. */
const MOST = 20;

type Options = { mimeType: string; seconds: number };
type Viewer = { close: () => void };

/** Watches this rendition; what comes is thrown away. */
const watch = async (
  { url }: Server,
  rendition: string,
  mimeType: string,
): Promise<Viewer> => {
  const video = mimeType === "video/VP8" ? "vp8" : "h264";
  const peer = createSubscriber(`viewer-${rendition}`, { video });
  const query = `view=main&rendition=${rendition}`;
  const response = await fetch(`${url}/whep/${ROOM}?${query}`, {
    method: "POST",
    headers: { "Content-Type": "application/sdp" },
    body: await peer.offer(),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`WHEP: ${response.status} ${answer}`);
  peer.accept(answer);
  await peer.open;
  return peer;
};

const measure = async (server: Server, options: Options): Promise<number> => {
  const browser = await launchBrowser();
  try {
    const { page } = await openPage(browser, `${server.url}/livez`, NOBODY);
    const { video } = await measureLatency(server, page, options);
    const p95 = percentile(video, 0.95);
    print(
      `  p50 ${percentile(video, 0.5).toFixed(0).padStart(4)} ms   p95 ${p95.toFixed(0).padStart(4)} ms   of ${video.length}`,
    );
    return p95;
  } finally {
    await browser.close();
  }
};

/** Each time on a server of its own: who was measured before has a place in the picture for a while. */
const measureWith = async (
  renditions: readonly string[],
  options: Options,
): Promise<number> => {
  let p95 = NaN;
  await withServer({}, async (server) => {
    const viewers: Viewer[] = [];
    try {
      for (const rendition of renditions)
        viewers.push(await watch(server, rendition, options.mimeType));
      p95 = await measure(server, options);
    } finally {
      for (const viewer of viewers) viewer.close();
    }
  });
  return p95;
};

/** Measures and prints. */
export const compareRungs = async (options: Options): Promise<void> => {
  print(`glass to glass of 720p, one rung encoded, ${options.mimeType}`);
  const one = await measureWith([], options);
  print("three rungs encoded");
  const three = await measureWith(OTHERS, options);
  print(
    `  p95 ${(three - one).toFixed(0)} ms later (at most ${MOST} are allowed)`,
  );
};
