/** Serves, and takes the server down again. */
import { access, constants, mkdir } from "node:fs/promises";
import type { Server } from "node:http";
import { isIPv6, type AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { closeOnce } from "./close-once.js";
import {
  ConfigError,
  describe,
  parseConfig,
  readEnvironment,
  type Config,
} from "./config.js";
import { createLog, type Log } from "./log.js";
import { makeParts, type Parts } from "./parts.js";
import {
  repairLeftovers,
  restoreRooms,
  type Restored,
} from "./recordings/leftovers.js";

/** Of the 10 s that a shutdown may take: for recordings to be finished. What is not is repaired at the next start. */
const DRAIN_MS = 6_000;

/** What goes wrong before there is anything to log it with, or for a person to put right: one line each. */
const giveUp = (problems: readonly string[]): never => {
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exit(1);
};

const readConfig = (env: NodeJS.ProcessEnv): Config => {
  try {
    return parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return giveUp(error.problems);
    throw error;
  }
};

const listen = (server: Server, { host, port }: Config): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });

const urlOf = (server: Server, { host, tls }: Config): string => {
  const { port } = server.address() as AddressInfo;
  const name = isIPv6(host) ? `[${host}]` : host;
  return `${tls === undefined ? "http" : "https"}://${name}:${port}`;
};

/** Calls go on without recordings, but nobody should find that out when one is to begin. */
const checkFolder = async (
  { recordings: folder }: Config,
  log: Log,
): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (err) {
    log.error({ err, folder }, "nothing can be recorded: no folder to write");
  }
};

/** Within `DRAIN_MS` and what the supervisor's ladder takes, together below 10 s. */
const shutDown = async (parts: Parts): Promise<void> => {
  const { server, directory, signaling, supervisor, library, metrics } = parts;
  const { renders } = parts;
  const keeping = parts.keeping.close();
  parts.log.info("shutting down");
  server.close();
  const patience = new AbortController();
  const { signal } = patience;
  const stopped = renders.close();
  await Promise.race([
    directory.drain(),
    delay(DRAIN_MS, undefined, { signal }).catch(() => undefined),
  ]);
  patience.abort();
  const closing = [signaling.close(), supervisor.close(), parts.pushes.close()];
  await Promise.all([...closing, stopped, keeping]);
  await library.close();
  server.closeAllConnections();
  metrics.close();
};

/** The first signal drains, the second does not wait. */
const obeySignals = (parts: Parts): void => {
  const close = closeOnce(() => shutDown(parts));
  let asked = false;
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      void close().then(() => process.exit(0));
    });
};

/** What was left is taken in hand once everything runs. */
const takeUp = (
  { library, supervisor, log, keeping }: Parts,
  { waiting, giveUp }: Restored,
  { resumeSeconds }: Config,
): void => {
  setTimeout(giveUp, resumeSeconds * 1000).unref();
  repairLeftovers(library, { supervisor, log }, waiting)
    .catch((error: unknown) =>
      log.error({ err: error }, "recordings not repaired"),
    )
    // What was repaired may be uploaded, or be too old.
    .finally(() => keeping.start());
};

const serve = async (): Promise<void> => {
  const env = readEnvironment();
  const config = readConfig(env);
  const log = createLog({ level: config.logLevel });
  log.info(`configuration\n${describe(config)}`);
  const parts = makeParts(config, env, log);
  const { server, supervisor, library, directory } = parts;
  obeySignals(parts);
  const wait = config.resumeSeconds > 0;
  const restored = await restoreRooms(library, directory, { wait, log });
  try {
    await listen(server, config);
    await parts.pushes.listen();
    await supervisor.started();
  } catch (error) {
    await supervisor.close();
    return giveUp([`The server cannot start: ${(error as Error).message}`]);
  }
  process.stdout.write(`ready ${urlOf(server, config)}\n`);
  void checkFolder(config, log);
  void parts.renders.open();
  takeUp(parts, restored, config);
};

await serve();
