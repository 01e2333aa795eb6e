/** Live outputs as their audience has them: the viewers' page, and servers that take a push. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { ExecutionContext } from "ava";
import type { ViewLayout } from "../../mixer/contract.js";
import { openPage, pageScript, type OpenedPage } from "./browser.js";
import type { Conference } from "./conference.js";
import type { Area } from "./page/see.js";
import { until } from "./until.js";
import type { Browser } from "playwright-core";

export type LiveShown = {
  id: string;
  type: string;
  state: string;
  reason?: string;
  url: string;
  page?: string;
  counters: { bytes: number; dropped: number; reconnects: number };
};

export const startLive = (call: Conference, body: object): Promise<LiveShown> =>
  call.api(`/v1/rooms/${call.room}/live`, "POST", body);

const liveOf = (call: Conference, id: string): Promise<LiveShown> =>
  call.api(`/v1/rooms/${call.room}/live/${id}`);

export const stopLive = (call: Conference, id: string): Promise<void> =>
  call.api(`/v1/rooms/${call.room}/live/${id}`, "DELETE");

export const reaches = async (
  call: Conference,
  id: string,
  state: string,
  within?: number,
): Promise<LiveShown> => {
  const { value } = await until({
    what: `the live output is ${state}`,
    read: () => liveOf(call, id),
    accept: (live) => live.state === state,
    within,
  });
  return value;
};

/** Somebody who only watches. */
export const openViewer = async (
  t: ExecutionContext,
  browser: Browser,
  call: Conference,
): Promise<OpenedPage> => {
  const url = `${call.server.url}/live/${call.room}`;
  const viewer = await openPage(browser, url, {
    tone: 1000,
    colour: "#000000",
    microphone: true,
    camera: true,
  });
  t.teardown(() => viewer.context.close());
  const player = viewer.page.getByTestId("live-video");
  await player.waitFor({ state: "attached" });
  await viewer.page.evaluate(await pageScript("watch"));
  return viewer;
};

/** Where a participant is in the picture, in shares of it. */
export const tileOf = (layout: ViewLayout, id: string): Area => {
  const tile = layout.tiles.find(({ participant }) => participant === id)!;
  const { width, height } = layout;
  return {
    x: tile.x / width,
    y: tile.y / height,
    width: tile.width / width,
    height: tile.height / height,
  };
};

/** Waits until so many seconds have been written down. */
export const hasSeconds = async (
  file: string,
  seconds: number,
): Promise<void> => {
  await until({
    what: `${seconds} s have arrived`,
    // A file that grows has no duration yet: its last packet says.
    read: () => lastTime(file).catch(() => 0),
    accept: (time) => time >= seconds,
    within: 30_000,
  });
};

const run = promisify(execFile);

const lastTime = async (file: string): Promise<number> => {
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-of", "csv=p=0"],
    ...["-select_streams", "v", "-show_entries", "packet=pts_time", file],
  ]);
  const times = stdout.trim().split("\n");
  return Number.parseFloat(times.at(-1)!) - Number.parseFloat(times[0]!);
};

export type Listener = {
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Lets it finish its file; resolves when it is gone. */
  finish(): Promise<void>;
};

/** ffmpeg as a server that takes one push and writes it down as it comes. */
export const listen = (
  t: ExecutionContext,
  url: string,
  file: string,
): Listener => {
  const input = url.startsWith("rtmp:")
    ? ["-listen", "1", "-f", "flv", "-i", url]
    : ["-i", url];
  const child = spawn(
    "ffmpeg",
    [
      ...["-v", "error", "-y", "-analyzeduration", "1000000", ...input],
      ...["-c", "copy", "-flush_packets", "1", "-f", "matroska", file],
    ],
    { stdio: ["pipe", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const gone = once(child, "exit");
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null)
      child.kill(signal);
    await Promise.race([gone, delay(5_000)]);
    if (said !== "") t.log(said.slice(-500));
  };
  t.teardown(() => child.kill("SIGKILL"));
  return { kill: () => end("SIGKILL"), finish: () => end("SIGINT") };
};
