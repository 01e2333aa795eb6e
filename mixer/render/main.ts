/** A render process: one plan in, progress and an end out. It yields to everything else on the machine. */
import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";
import type { RenderNews, RenderOrder } from "../contract.js";
import { startRender, type Render } from "./render.js";

/** Milliseconds between two words about how far it is. */
const TELL_EVERY_MS = 250;

/** A priority is each thread's own on Linux, and Node has some by now; those to come, and ffmpeg, inherit it. */
const yieldToOthers = (): void => {
  const threads = (): number[] => readdirSync("/proc/self/task").map(Number);
  try {
    setPriority(constants.priority.PRIORITY_LOW);
    for (const thread of threads())
      setPriority(thread, constants.priority.PRIORITY_LOW);
  } catch {
    // Elsewhere there is no such folder, and one call is for all threads.
  }
};

const post = (news: RenderNews, then = (): void => undefined): void => {
  if (process.connected) process.send?.(news, undefined, undefined, then);
  else then();
};

const createTeller = () => {
  let toldAt = 0;
  return (progress: number): void => {
    const now = performance.now();
    if (now - toldAt < TELL_EVERY_MS) return;
    toldAt = now;
    post({ kind: "progress", progress });
  };
};

const newsOf = async ({ done }: Render): Promise<RenderNews> => {
  try {
    return { kind: "done", result: await done };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "failed", reason };
  }
};

const start = async ({ plan }: RenderOrder): Promise<void> => {
  const render = startRender({ plan, onProgress: createTeller() });
  // Nobody wants it any more, or nobody is left who could.
  process.on(
    "disconnect",
    () => void render.cancel().then(() => process.exit(0)),
  );
  const news = await newsOf(render);
  post(news, () => process.exit(0));
};

yieldToOthers();
process.once("message", (order: RenderOrder) => void start(order));
// Ctrl-C and service managers signal the whole group; the server decides when this ends.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
