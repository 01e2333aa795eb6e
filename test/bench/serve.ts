import { rm } from "node:fs/promises";
import { launchServer, type Server } from "../helpers/server.js";

/** As `npm start` runs it, once it is built. */
const BUILT = [process.execPath, "dist/server/main.js"];

/** Starts the built server for as long as the work takes; nothing of it is left, however that ends. */
export const withServer = async (
  env: NodeJS.ProcessEnv,
  work: (server: Server) => Promise<void>,
): Promise<void> => {
  const server = await launchServer({
    command: BUILT,
    env: { TUTTI_MIXERS: "1", TUTTI_LOG_LEVEL: "warn", ...env },
  });
  try {
    await work(server);
  } finally {
    await server.stop();
    await rm(server.recordings, { recursive: true, force: true });
  }
};
