/** Places for encoders, and encoders: the system's ffmpeg, with a tone and a colour. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createPushes, type PushesOptions } from "../../server/rtmp/pushes.js";
import type { Yuv } from "./peer.js";
import { silentLog } from "./supervisor.js";

/** Nothing listens before `listen`. */
export const makePushes = (
  port: number,
  more: Partial<PushesOptions> = {},
): ReturnType<typeof createPushes> =>
  createPushes({
    ...{ port, addresses: [], trustProxy: false, log: silentLog },
    ...more,
  });

/** Of a server that takes no RTMP. */
export const noPushes = () => makePushes(0);

export type Encoder = {
  /** As Ctrl-C does; resolves with the exit code. */
  stop: () => Promise<number | null>;
  /** Its end, whatever ends it: the exit code. */
  readonly ended: Promise<number | null>;
  /** What it said. */
  said: () => string;
};

export type EncoderOptions = {
  /** As people put it together: the address, a slash, the key. */
  to: string;
  /** Hz; absent: no sound. */
  tone?: number;
  /** Absent: no picture. */
  colour?: Yuv;
  size?: string;
  /** Pictures between key frames. */
  keyEvery?: number;
};

const plain = ([y, u, v]: Yuv): string => `lutyuv=y=${y}:u=${u}:v=${v}`;

const inputs = ({ tone, colour, size = "640x360" }: EncoderOptions) => [
  ...(colour === undefined
    ? []
    : [
        "-re",
        "-f",
        "lavfi",
        "-i",
        `color=s=${size}:r=30,format=yuv420p,${plain(colour)}`,
      ]),
  ...(tone === undefined
    ? []
    : [
        ...["-re", "-f", "lavfi", "-i"],
        `aevalsrc='0.1*sin(2*PI*t*${tone})':s=48000`,
      ]),
];

export const startEncoder = (options: EncoderOptions): Encoder => {
  const { to, keyEvery = 60 } = options;
  const child: ChildProcess = spawn(
    "ffmpeg",
    [
      ...["-hide_banner", "-v", "error", "-nostdin", ...inputs(options)],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"],
      ...["-pix_fmt", "yuv420p", "-g", String(keyEvery), "-b:v", "1M"],
      ...["-c:a", "aac", "-b:a", "128k", "-f", "flv", to],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let errors = "";
  child.stderr?.on("data", (part: Buffer) => (errors += part.toString()));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  return {
    ended,
    said: () => errors,
    stop: () => {
      child.kill("SIGINT");
      return ended;
    },
  };
};
