/** One render process from its start to its end. */
import { execFile, fork, type ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { extname } from "node:path";
import type {
  RenderNews,
  RenderOrder,
  RenderPlan,
  RenderResult,
} from "../../mixer/contract.js";
import { closeOnce } from "../close-once.js";

/** Compiled it is a `.js` beside us, under tsx a `.ts`. */
const RENDER = new URL(
  `../../mixer/render/main${extname(new URL(import.meta.url).pathname)}`,
  import.meta.url,
);

/** It ends within milliseconds when its channel closes; this is for one that does not. */
const PATIENCE_MS = 3_000;

export type RenderChild = {
  readonly pid: number | undefined;
  /** Rejects with a sentence for people. */
  readonly done: Promise<RenderResult>;
  /** Resolves when the process and its children are gone. */
  cancel(): Promise<void>;
};

/** With its ffmpegs, which are in its group. */
const killAll = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // They are gone.
  }
};

const outcome = (
  child: ChildProcess,
  gone: Promise<string>,
  onProgress: (progress: number) => void,
): Promise<RenderResult> =>
  new Promise((resolve, reject) => {
    child.on("message", (message) => {
      const news = message as RenderNews;
      if (news.kind === "progress") onProgress(news.progress);
      else if (news.kind === "done") resolve(news.result);
      else reject(new Error(news.reason));
    });
    void gone.then((how) =>
      reject(new Error(`The render process died: ${how}`)),
    );
  });

/**
 * Linux: runs only where nobody else wants to, which its wake-ups respect too. Measured beside a tick of 20 ms on a busy
 * machine: late by 77 ms (p99) without a render, 98 with one at the lowest nice value, 76 with one like this. Its later
 * threads and its ffmpegs inherit it. Without `chrt` (util-linux) its own nice value has to do.
 */
const makeIdle = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  const asked = ["--all-tasks", "--idle", "--pid", "0", String(pid)];
  execFile("chrt", asked, () => undefined);
};

const describe = (code: number | null, signal: string | null): string =>
  signal === null ? `exit code ${code}` : signal;

export const startRenderChild = (
  plan: RenderPlan,
  onProgress: (progress: number) => void,
  env: NodeJS.ProcessEnv,
): RenderChild => {
  const child = fork(RENDER, [], {
    env,
    // Standard output belongs to the server's one line.
    stdio: ["ignore", 2, 2, "ipc"],
    // A group of its own: Ctrl-C is for the server, and what it starts can be ended with it.
    detached: true,
  });
  makeIdle(child);
  const gone = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      killAll(child);
      resolve(describe(code, signal));
    });
    child.on("error", (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
  });
  const order: RenderOrder = { kind: "render", plan };
  child.send(order, () => undefined);
  const done = outcome(child, gone, onProgress);
  // Of one that is cancelled nobody may want to know.
  done.catch(() => undefined);
  return {
    pid: child.pid,
    done,
    cancel: closeOnce(async () => {
      if (child.connected) child.disconnect();
      const patience = new AbortController();
      const { signal } = patience;
      const late = delay(PATIENCE_MS, undefined, { signal }).then(
        () => killAll(child),
        () => undefined,
      );
      await gone;
      patience.abort();
      await late;
    }),
  };
};
