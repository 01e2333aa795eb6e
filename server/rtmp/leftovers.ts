/** Folders of sockets that a killed server has left behind. */
import { readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";

const isDead = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      resolve(false);
      socket.destroy();
    });
    socket.once("error", ({ code }: NodeJS.ErrnoException) =>
      resolve(code === "ECONNREFUSED"),
    );
  });

/**
 * Removes folders in `directory` whose names begin so, in which there are sockets and nobody answers on any: asked is
 * rather than by process id, which means nothing between containers that share the directory. An empty one may be
 * somebody's who is about to begin, and stays. Never rejects.
 */
export const removeLeftovers = async (
  directory: string,
  beginning: string,
): Promise<void> => {
  for (const folder of await readdir(directory).catch(() => [])) {
    if (!folder.startsWith(beginning)) continue;
    const path = join(directory, folder);
    const found = await readdir(path, { withFileTypes: true }).catch(() => []);
    const dead = await Promise.all(
      // What is no socket is not ours.
      found.map((one) => one.isSocket() && isDead(join(path, one.name))),
    );
    if (found.length === 0 || dead.includes(false)) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
};
