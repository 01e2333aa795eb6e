import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Server } from "../../helpers/server.js";
import type { LoadOptions } from "./main.js";
import { scriptBeside } from "../../helpers/root.js";

/** Starts the process of synthetic participants; resolves when all are in the call. It ends when it is disconnected. */
export const startLoad = async (
  { url, ws }: Pick<Server, "url" | "ws">,
  options: Omit<LoadOptions, "url" | "ws">,
): Promise<ChildProcess> => {
  const script = scriptBeside("main", import.meta.url);
  const child = fork(script, [JSON.stringify({ ...options, url, ws })]);
  const ended = once(child, "exit").then(() => {
    throw new Error("the synthetic participants ended before all were there");
  });
  ended.catch(() => undefined);
  await Promise.race([once(child, "message"), ended]);
  return child;
};
