/** Puts the server together, serves, and takes it down again. */
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { isIPv6, type AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { MixerOptions } from "../mixer/contract.js";
import { closeOnce } from "./close-once.js";
import {
  ConfigError,
  describe,
  parseConfig,
  readEnvironment,
  type Config,
} from "./config.js";
import { createApp } from "./http/app.js";
import { createLog, type Log } from "./log.js";
import { createMetrics } from "./metrics.js";
import { createSupervisor, type Supervisor } from "./mixers/supervisor.js";
import { withChecks } from "./recordings/checks.js";
import { createLibrary, type Library } from "./recordings/library.js";
import { createUploads } from "./recordings/uploads.js";
import { createKeeping, type Keeping } from "./recordings/keeping.js";
import { createAccess } from "./rooms/access.js";
import { createDirectory } from "./rooms/directory.js";
import type { Directory } from "./rooms/types.js";
import { attachSignaling } from "./signaling/attach.js";

/** Of the 10 s that a shutdown may take: for recordings to be finished. What is not is repaired at the next start. */
const DRAIN_MS = 6_000;

/** Where Vite puts the page: beside us when we are built, below `dist` when we run as sources. */
const PAGES = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".js") ? "../public" : "../dist/public",
    import.meta.url,
  ),
);

const REPAIRED = "The server was killed while it was recorded; repaired since";

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

const mixerOptions = (config: Config): MixerOptions => ({
  recordings: config.recordings,
  media: config.media,
  mediaAddresses: [...config.mediaAddresses],
  mediaPorts: config.mediaPorts,
  iceServers: [...config.iceServers],
  codecs: [...config.codecs],
  encoder: config.encoder,
  logLevel: config.logLevel,
});

const mediaOf = (
  { recordings: directory, feedHosts }: Config,
  supervisor: Supervisor,
) => ({
  feedHosts,
  uploads: createUploads({
    directory,
    inspect: (source) => supervisor.pick().request("media.inspect", { source }),
  }),
});

/** Of a room that does not say otherwise. */
const defaultsOf = ({ video, maxParticipants }: Config) => ({
  ...{ maxParticipants, video, layout: "grid" as const },
  ...{ record: false, muteOnEntry: false },
  ...{ agc: true, stereo: false, loudest: 0 },
});

const keepingOf = (
  { recordings: directory, keepDays, keepBytes, s3 }: Config,
  library: Library,
  rooms: Directory,
  log: Log,
): Keeping =>
  createKeeping({
    ...{ directory, library, s3, log, limits: { keepDays, keepBytes } },
    isPlayed: (id) =>
      rooms
        .list()
        .some((room) => room.feeds().some(({ recording }) => recording === id)),
  });

const makeParts = (config: Config, env: NodeJS.ProcessEnv, log: Log) => {
  const supervisor = createSupervisor({
    count: config.mixers,
    spare: config.spareMixer,
    options: mixerOptions(config),
    env,
    log,
  });
  const { recordings, iceServers } = config;
  const library = createLibrary({ directory: recordings, log });
  const directory = createDirectory({
    supervisor,
    journal: withChecks({
      check: (file) => supervisor.pick().request("recording.check", file),
      onLooked: (id) => keeping.looked(id),
      ...{ library, log },
    }),
    defaults: defaultsOf(config),
    log,
  });
  const keeping = keepingOf(config, library, directory, log);
  const metrics = createMetrics({ directory, mixers: supervisor, keeping });
  const access = createAccess(config);
  const app = createApp({
    config,
    directory,
    access,
    library,
    keeping,
    media: mediaOf(config, supervisor),
    metrics,
    log,
    mixers: supervisor,
    iceServers,
    rtpHosts: config.rtpHosts,
    liveHosts: config.liveHosts,
    pages: PAGES,
  });
  const { tls } = config;
  const server = tls
    ? createTlsServer({ cert: tls.cert, key: tls.key }, app.callback())
    : createServer(app.callback());
  const signaling = attachSignaling({ server, directory, access, config, log });
  const parts = { supervisor, library, keeping, directory, metrics };
  return { ...parts, server, signaling, log };
};

type Parts = ReturnType<typeof makeParts>;

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

/** Makes the recordings playable that a killed server left behind, one after the other. */
const repairLeftovers = async (
  { unfinished, finished, failed }: Library,
  supervisor: Supervisor,
  log: Log,
): Promise<void> => {
  for (const { id: recording, format } of await unfinished()) {
    const params = { recording, format };
    try {
      const mixer = supervisor.pick();
      const result = await mixer.request("recording.repair", params);
      await finished(recording, result, REPAIRED);
      log.info({ recording, ...result }, "recording repaired");
    } catch (error) {
      log.error({ err: error, recording }, "recording not repaired");
      // A mixer that is going down with the server says nothing about the file.
      if (!supervisor.ready()) return;
      await failed(recording, `It cannot be repaired: ${String(error)}`);
    }
  }
};

/** Within `DRAIN_MS` and what the supervisor's ladder takes, together below 10 s. */
const shutDown = async (parts: Parts): Promise<void> => {
  const { server, directory, signaling, supervisor, library, metrics } = parts;
  const keeping = parts.keeping.close();
  parts.log.info("shutting down");
  server.close();
  const patience = new AbortController();
  const { signal } = patience;
  await Promise.race([
    directory.drain(),
    delay(DRAIN_MS, undefined, { signal }).catch(() => undefined),
  ]);
  patience.abort();
  await Promise.all([
    signaling.close(),
    supervisor.close(),
    library.close(),
    keeping,
  ]);
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

const serve = async (): Promise<void> => {
  const env = readEnvironment();
  const config = readConfig(env);
  const log = createLog({ level: config.logLevel });
  log.info(`configuration\n${describe(config)}`);
  const parts = makeParts(config, env, log);
  const { server, supervisor, library, keeping } = parts;
  obeySignals(parts);
  try {
    await listen(server, config);
    await supervisor.started();
  } catch (error) {
    await supervisor.close();
    return giveUp([`The server cannot start: ${(error as Error).message}`]);
  }
  process.stdout.write(`ready ${urlOf(server, config)}\n`);
  repairLeftovers(library, supervisor, log)
    .catch((error: unknown) =>
      log.error({ err: error }, "recordings not repaired"),
    )
    // What was repaired may be uploaded, or be too old.
    .finally(() => keeping.start());
};

await serve();
