/** Puts the server together. */
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { fileURLToPath } from "node:url";
import type { MixerOptions } from "../mixer/contract.js";
import type { Config } from "./config.js";
import { createApp } from "./http/app.js";
import type { Log } from "./log.js";
import { createMetrics } from "./metrics.js";
import { startRenderChild } from "./mixers/render-child.js";
import { createSupervisor, type Supervisor } from "./mixers/supervisor.js";
import {
  warningOf,
  withChecks,
  type ChecksOptions,
} from "./recordings/checks.js";
import { createKeeping, type Keeping } from "./recordings/keeping.js";
import { createLibrary, type Library } from "./recordings/library.js";
import { createRenders, type Renders } from "./recordings/renders/queue.js";
import { createUploads } from "./recordings/uploads.js";
import { createAccess } from "./rooms/access.js";
import { createDirectory } from "./rooms/directory.js";
import type { RecordingJournal } from "./rooms/journal.js";
import type { Directory } from "./rooms/types.js";
import { createPushes } from "./rtmp/pushes.js";
import type { Shelf } from "./shelf.js";
import { attachSignaling } from "./signaling/attach.js";

/** Where Vite puts the page: beside us when we are built, below `dist` when we run as sources. */
const PAGES = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".js") ? "../public" : "../dist/public",
    import.meta.url,
  ),
);

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

const shelfOf = (
  { recordings: directory, media: folder, feedHosts }: Config,
  supervisor: Supervisor,
  own: Pick<Shelf, "library" | "keeping" | "pushes">,
): Shelf => ({
  ...{ feedHosts, folder, ...own },
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

const makeServer = (
  { tls }: Config,
  callback: ReturnType<ReturnType<typeof createApp>["callback"]>,
): Server =>
  tls
    ? createTlsServer({ cert: tls.cert, key: tls.key }, callback)
    : createServer(callback);

type KeepingParts = {
  library: Library;
  renders: Renders;
  rooms: Directory;
  log: Log;
};

const keepingOf = (
  { recordings: directory, keepDays, keepBytes, s3 }: Config,
  { library, renders, rooms, log }: KeepingParts,
): Keeping =>
  createKeeping({
    ...{ directory, library, s3, log, limits: { keepDays, keepBytes } },
    isNeeded: (id) =>
      renders.isWaiting(id) ||
      rooms
        .list()
        .some((room) => room.feeds().some(({ recording }) => recording === id)),
  });

/** What is finished is looked through, by whichever mixer has time. */
const journalOf = (
  library: Library,
  supervisor: Supervisor,
  log: Log,
  told: Pick<ChecksOptions, "warn" | "onLooked">,
): RecordingJournal =>
  withChecks({
    ask: (...asked) => supervisor.pick().request(...asked),
    ...{ ...told, library, log },
  });

/** Everything that one server is made of; nothing listens yet. */
export const makeParts = (config: Config, env: NodeJS.ProcessEnv, log: Log) => {
  const { recordings, iceServers, rtpHosts, liveHosts } = config;
  const supervisor = createSupervisor({
    ...{ count: config.mixers, spare: config.spareMixer },
    ...{ options: mixerOptions(config), env, log },
  });
  const library = createLibrary({ directory: recordings, log });
  const journal = journalOf(library, supervisor, log, {
    warn: (it) => directory.find(it.room)?.warnOfRecording(warningOf(it)),
    onLooked: (id) => keeping.looked(id),
  });
  const renders = createRenders({
    ...{ directory: recordings, library, journal, log },
    run: (...asked) => startRenderChild(...asked, env),
    fetch: (id) => keeping.fetch(id),
    atOnce: config.renders,
  });
  const defaults = defaultsOf(config);
  const directory = createDirectory({ supervisor, journal, defaults, log });
  const keeping = keepingOf(config, {
    ...{ library, renders, rooms: directory, log },
  });
  const metrics = createMetrics({ directory, mixers: supervisor, keeping });
  const access = createAccess(config);
  const pushes = createPushes({
    ...{ port: config.rtmpPort, addresses: config.mediaAddresses },
    ...{ trustProxy: config.trustProxy, log },
  });
  const shelf = shelfOf(config, supervisor, { library, keeping, pushes });
  const own = { library, keeping, renders, directory, metrics, log };
  const app = createApp({
    ...{ ...own, config, access, media: shelf, mixers: supervisor },
    ...{ iceServers, rtpHosts, liveHosts, pages: PAGES },
  });
  const server = makeServer(config, app.callback());
  const signaling = attachSignaling({
    ...{ server, directory, access, shelf, config, log },
  });
  return { supervisor, server, signaling, pushes, ...own };
};

export type Parts = ReturnType<typeof makeParts>;
