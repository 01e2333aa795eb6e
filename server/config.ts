/** The configuration: one frozen value, read once. This is the only file that knows of the environment. */
import { readFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { createSecureContext } from "node:tls";
import type { VideoOptions } from "../mixer/contract.js";
import type { LogLevel } from "./setting-parsers.js";
import { settings, type SettingKey, type Values } from "./settings.js";
import { describeKept, readS3, type S3 } from "./settings-kept.js";
import { showFeedHost, type FeedHost } from "./rooms/feed-hosts.js";
import type { RTCIceServerLike } from "./signaling/messages.js";

export type Config = {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Absolute path. */
  readonly recordings: string;
  /** How long a recording that a killed server left waits for its meeting; 0 = not at all. */
  readonly resumeSeconds: number;
  /** Made at a time. */
  readonly renders: number;
  /** Absolute path; absent = no files may be played into rooms. */
  readonly media?: string;
  /** From where feeds may come. */
  readonly feedHosts: readonly FeedHost[];
  readonly mixers: number;
  /** One more is kept ready for the first that dies. */
  readonly spareMixer: boolean;
  /** Empty = all local ones. */
  readonly mediaAddresses: readonly string[];
  readonly mediaPorts: Readonly<{ min: number; max: number }>;
  /** With which plain RTP may be exchanged: addresses and ranges, `*` = any. Empty = nobody. */
  readonly rtpHosts: readonly string[];
  /** On which encoders push; 0 = none may. */
  readonly rtmpPort: number;
  readonly iceServers: readonly RTCIceServerLike[];
  readonly apiKey?: string;
  /** All, none, or these. Without an API key always all. */
  readonly openRooms: boolean | readonly string[];
  /** Of a room that does not say otherwise. */
  readonly maxParticipants: number;
  readonly video: Readonly<VideoOptions>;
  /** What viewers may be given. */
  readonly codecs: readonly string[];
  /** `auto`, `software`, or the hardware to try first. */
  readonly encoder: string;
  /** Where pushes may go; `*` is everywhere. */
  readonly liveHosts: readonly string[];
  /** How long and how much of recordings is kept; absent: all of it. */
  readonly keepDays?: number;
  readonly keepBytes?: number;
  /** Where they are copied to. */
  readonly s3?: S3;
  readonly tls?: Tls;
  readonly pinTries: number;
  readonly trustProxy: boolean;
  readonly logLevel: LogLevel;
};

/** Both files' paths and their PEM text. */
export type Tls = {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
};

/** What is wrong with the environment: all of it, a sentence each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/** The settings as the README's table has them: variable, default, meaning. */
export const SETTINGS: readonly {
  name: string;
  fallback: string;
  meaning: string;
}[] = Object.values(settings).map(({ name, fallback, meaning }) => ({
  name,
  fallback,
  meaning,
}));

type Problems = string[];

const message = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** An empty variable counts as unset: that is what `KEY=` in a compose file means. */
const readAll = (
  env: NodeJS.ProcessEnv,
  problems: Problems,
): Partial<Values> => {
  const values: Record<string, unknown> = {};
  for (const [key, { name, parse }] of Object.entries(settings)) {
    const text = env[name]?.trim();
    try {
      values[key] = parse(text === "" ? undefined : text);
    } catch (error) {
      problems.push(`${name} ${message(error)}${quote(key, text)}`);
    }
  }
  return values as Partial<Values>;
};

const SECRET: ReadonlySet<string> = new Set<SettingKey>([
  "apiKey",
  "iceServers",
  "s3Secret",
]);

const quote = (key: string, text?: string): string =>
  SECRET.has(key) ? "" : `, not "${text}"`;

const unknownVariables = (env: NodeJS.ProcessEnv): string[] => {
  const known = new Set(SETTINGS.map(({ name }) => name));
  return Object.keys(env)
    .filter((name) => name.startsWith("TUTTI_") && !known.has(name))
    .map(
      (name) =>
        `${name} is not a setting; those that begin with TUTTI_ are ${[...known].join(", ")}`,
    );
};

const isLoopback = (host: string): boolean =>
  host === "localhost" ||
  host === "::1" ||
  (isIPv4(host) && host.startsWith("127."));

const readPem = (
  name: string,
  file: string,
  problems: Problems,
): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    problems.push(`${name} cannot be read: ${message(error)}`);
    return undefined;
  }
};

const readTls = (
  { tlsCert: certFile, tlsKey: keyFile }: Partial<Values>,
  problems: Problems,
): Tls | undefined => {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    problems.push("TUTTI_TLS_CERT and TUTTI_TLS_KEY go together: set both");
    return undefined;
  }
  const cert = readPem("TUTTI_TLS_CERT", certFile, problems);
  const key = readPem("TUTTI_TLS_KEY", keyFile, problems);
  if (cert === undefined || key === undefined) return undefined;
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    problems.push(
      `TUTTI_TLS_CERT and TUTTI_TLS_KEY are not a certificate and its key: ${message(error)}`,
    );
  }
  return { certFile, keyFile, cert, key };
};

/** What single settings cannot know of each other. */
const checkTogether = (
  { host, apiKey, openRooms }: Partial<Values>,
  keyGiven: boolean,
  problems: Problems,
): void => {
  if (host !== undefined && !isLoopback(host) && !keyGiven)
    problems.push(
      `TUTTI_HOST is ${host}, which others can reach: set TUTTI_API_KEY to a secret of 32 random characters or more, or TUTTI_HOST to 127.0.0.1`,
    );
  if (openRooms !== undefined && openRooms !== true && apiKey === undefined)
    problems.push(
      "TUTTI_OPEN_ROOMS closes rooms, and only a key could open them: set TUTTI_API_KEY",
    );
};

const freezeDeep = <Value>(value: Value): Value => {
  if (typeof value === "object" && value !== null)
    Object.values(value).forEach(freezeDeep);
  return Object.freeze(value);
};

/** They are one value then. */
const withoutS3 = (values: Values) => {
  const { s3Bucket, s3Endpoint, s3Region, s3Key, ...rest } = values;
  const { s3Secret, s3SecretFile, s3Prefix, s3Keep, ...others } = rest;
  void [s3Bucket, s3Endpoint, s3Region, s3Key];
  void [s3Secret, s3SecretFile, s3Prefix, s3Keep];
  return others;
};

/** For `parseConfig`, and for the processes that the server starts. */
export const readEnvironment = (): NodeJS.ProcessEnv => process.env;

/** Reads every setting. Throws a ConfigError that names every problem. */
export const parseConfig = (env: NodeJS.ProcessEnv): Config => {
  const problems: Problems = [];
  const values = readAll(env, problems);
  const tls = readTls(values, problems);
  const s3 = readS3(values, problems);
  // A key that cannot be read is its own problem, not also a missing one.
  checkTogether(values, (env.TUTTI_API_KEY ?? "").trim() !== "", problems);
  problems.push(...unknownVariables(env));
  if (problems.length > 0) throw new ConfigError(problems);
  const { tlsCert, tlsKey, openRooms, ...rest } = withoutS3(values as Values);
  void [tlsCert, tlsKey];
  return freezeDeep({
    ...rest,
    openRooms: openRooms ?? rest.apiKey === undefined,
    tls,
    s3,
  });
};

const showIceServer = ({ urls, credential }: RTCIceServerLike): string =>
  [urls].flat().join(" ") + (credential === undefined ? "" : " (credential)");

/** The configuration for people, a setting a line. Secrets are hidden. */
export const describe = (config: Config): string => {
  const { openRooms, video, mediaPorts, mediaAddresses, iceServers } = config;
  const values: Record<SettingKey, string> = {
    host: config.host,
    port: String(config.port),
    recordings: config.recordings,
    resumeSeconds: String(config.resumeSeconds),
    renders: String(config.renders),
    media: config.media ?? "none",
    feedHosts: config.feedHosts.map(showFeedHost).join(", ") || "none",
    mixers: String(config.mixers),
    spareMixer: String(config.spareMixer),
    mediaAddresses: mediaAddresses.join(", ") || "all local addresses",
    mediaPorts: `${mediaPorts.min}-${mediaPorts.max}`,
    rtmpPort: String(config.rtmpPort),
    rtpHosts: config.rtpHosts.join(", ") || "none",
    iceServers: iceServers.map(showIceServer).join(", ") || "none",
    apiKey: config.apiKey === undefined ? "none" : "(set)",
    openRooms:
      typeof openRooms === "boolean" ? String(openRooms) : openRooms.join(", "),
    maxParticipants: String(config.maxParticipants),
    video: `${video.width}x${video.height}@${video.fps}`,
    codecs: config.codecs.join(", "),
    encoder: config.encoder,
    liveHosts: config.liveHosts.join(", ") || "none",
    ...describeKept(config),
    tlsCert: config.tls?.certFile ?? "none",
    tlsKey: config.tls?.keyFile ?? "none",
    pinTries: String(config.pinTries),
    trustProxy: String(config.trustProxy),
    logLevel: config.logLevel,
  };
  const width = Math.max(...SETTINGS.map(({ name }) => name.length));
  return Object.entries(settings)
    .map(
      ([key, { name }]) =>
        `${name.padEnd(width)}  ${values[key as SettingKey]}`,
    )
    .join("\n");
};
