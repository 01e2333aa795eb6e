/** One mixer process from its start to its end. */
import { fork, type ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type {
  EventMessage,
  MixerOptions,
  OptionsMessage,
} from "../../mixer/contract.js";
import { closeOnce } from "../close-once.js";
import { createLink, type Request } from "./link.js";

/** What a mixer tells of its rooms: all its events but the first. */
export type RoomEvent = Exclude<EventMessage, { name: "ready" }>;

export type ChildSettings = {
  script: URL;
  options: MixerOptions;
  /** The whole environment of the process. */
  env: NodeJS.ProcessEnv;
};

export type ChildHandlers = {
  onReady(): void;
  onEvent(event: RoomEvent): void;
  /** It answers nothing any more; it may still be dying. Once, before `onExit`. */
  onDown(): void;
  /** The process is gone. Once. */
  onExit(how: string): void;
};

export type MixerChild = {
  readonly pid: number | undefined;
  request: Request;
  kill(): void;
  /** Lets it finish, presses when it does not; resolves when the process is gone. Safe twice. */
  stop(): Promise<void>;
};

/** A mixer ends by itself when its channel closes; the signals are for one that does not. Half of them within the server's 10 s. */
const LADDER = [
  { waitMs: 2_000, signal: "SIGTERM" },
  { waitMs: 1_000, signal: "SIGKILL" },
] as const;

/**
 * V8 counts pictures that wait to be collected as if they were old, and would mark its whole heap of 17 MB eight times a
 * second in a room of nine cameras: a quarter of all that this room takes. What is young is collected soon all the same.
 */
const HEAP = "--initial-old-space-size=256";

const start = ({ script, options, env }: ChildSettings): ChildProcess => {
  const child = fork(script, [], {
    serialization: "advanced",
    execArgv: [...process.execArgv, HEAP],
    env,
    // Standard output belongs to the server's one line; what a mixer says goes to the log.
    stdio: ["ignore", 2, 2, "ipc"],
    // A group of its own: Ctrl-C is for the server, which lets recordings be finished first.
    detached: true,
  });
  const first: OptionsMessage = { kind: "options", options };
  // One that could not be started, or died at once, is told of by its events.
  child.send(first, () => undefined);
  return child;
};

const climb = async (child: ChildProcess, gone: Promise<void>) => {
  for (const { waitMs, signal } of LADDER) {
    const given = new AbortController();
    const waited = delay(waitMs, false, { signal: given.signal });
    const exited = gone.then(() => true);
    const done = await Promise.race([exited, waited.catch(() => true)]);
    given.abort();
    if (done) return;
    child.kill(signal);
  }
  await gone;
};

const describe = (code: number | null, signal: string | null): string =>
  signal === null ? `exit code ${code}` : `signal ${signal}`;

export const startChild = (
  settings: ChildSettings,
  handlers: ChildHandlers,
): MixerChild => {
  const child = start(settings);
  let state: "running" | "stopping" | "down" | "gone" = "running";
  const link = createLink(child, {
    onEvent: (event) => {
      if (event.name === "ready") handlers.onReady();
      else handlers.onEvent(event);
    },
    onBroken: () => down(),
  });
  const down = () => {
    if (state === "down" || state === "gone") return;
    // Who closed the channel without being asked is of no more use.
    if (state === "running") child.kill("SIGKILL");
    state = "down";
    link.close("The mixer is gone");
    handlers.onDown();
  };
  const gone = new Promise<void>((resolve) => {
    const exit = (how: string) => {
      down();
      if (state === "gone") return;
      state = "gone";
      handlers.onExit(how);
      resolve();
    };
    child.once("disconnect", down);
    child.once("exit", (code, signal) => exit(describe(code, signal)));
    child.on("error", (error) => {
      // Without a process there is no `exit`; other errors (a failed send, a failed kill) are told elsewhere.
      if (child.pid === undefined) exit(error.message);
    });
  });

  return {
    pid: child.pid,
    request: link.request,
    kill: () => void child.kill("SIGKILL"),
    stop: closeOnce(async () => {
      if (state === "running") state = "stopping";
      if (child.connected) child.disconnect();
      await climb(child, gone);
    }),
  };
};
