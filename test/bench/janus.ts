/** Janus' AudioBridge as Debian packs it, with a configuration of its own, to be measured beside Tutti. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { WebSocket } from "ws";
import { freePort } from "../helpers/ports.js";
import { killProcess, readProcess } from "../helpers/processes.js";
import { until } from "../helpers/until.js";

export const JANUS_ROOM = 1;
const PROTOCOL = "janus-protocol";

export type Janus = {
  readonly ws: string;
  readonly pid: number;
  readonly version: string;
  stop(): Promise<void>;
};

/** Where Debian puts its parts; undefined where it is not installed. */
const installed = async (): Promise<
  { plugins: string; transports: string; version: string } | undefined
> => {
  try {
    const { stdout } = await promisify(execFile)("dpkg", ["-L", "janus"]);
    const folder = /^\S*\/plugins(?=\/libjanus_audiobridge)/m.exec(stdout)?.[0];
    if (folder === undefined) return undefined;
    const asked = await promisify(execFile)("dpkg-query", [
      ...["-W", "-f", "${Version}", "janus"],
    ]);
    const transports = folder.replace(/plugins$/, "transports");
    return { plugins: folder, transports, version: asked.stdout };
  } catch {
    return undefined;
  }
};

type Place = { plugins: string; transports: string; port: number };

/** Only what the comparison needs: one transport, one plugin, one room as wide as ours; media on loopback. */
const configOf = ({ plugins, transports, port }: Place) => ({
  "janus.jcfg": `
general: { plugins_folder = "${plugins}"  transports_folder = "${transports}"  debug_level = 2 }
nat: { ice_enforce_list = "127.0.0.1" }
plugins: { disable = "libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_videoroom.so,libjanus_voicemail.so" }
transports: { disable = "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so" }
`,
  "janus.transport.websockets.jcfg": `
general: { json = "compact"  ws = true  ws_ip = "127.0.0.1"  ws_port = ${port} }
`,
  // What Tutti's encoder is told as well: 48 kHz, FEC for 10 % of loss.
  "janus.plugin.audiobridge.jcfg": `
room-${JANUS_ROOM}: { description = "bench"  sampling_rate = 48000  default_expectedloss = 10 }
`,
});

const takesSockets = (ws: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = new WebSocket(ws, PROTOCOL);
    socket.once("open", () => {
      socket.close();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

const end = async (child: ChildProcess, folder: string): Promise<void> => {
  const info = readProcess(child.pid!);
  const gone = once(child, "exit");
  if (info !== undefined && child.exitCode === null) {
    killProcess(info);
    await gone;
  }
  await rm(folder, { recursive: true, force: true });
};

/** Undefined where it is not installed. */
export const startJanus = async (): Promise<Janus | undefined> => {
  const found = await installed();
  if (found === undefined) return undefined;
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "janus-"));
  const files = Object.entries(configOf({ ...found, port }));
  for (const [name, text] of files) await writeFile(join(folder, name), text);
  const child = spawn("janus", ["--configs-folder", folder], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  const ws = `ws://127.0.0.1:${port}`;
  const stop = (): Promise<void> => end(child, folder);
  try {
    await until({
      what: "Janus",
      read: () => takesSockets(ws),
      accept: (open) => open,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { ws, pid: child.pid!, version: found.version, stop };
};
