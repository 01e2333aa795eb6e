/** Every setting, described once: its variable, its default in words, what it means, and how its text is read. */
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { MOST_PARTICIPANTS } from "./options.js";
import { parseFeedHosts } from "./rooms/feed-hosts.js";
import {
  LOG_LEVELS,
  integer,
  parseHost,
  parseAddresses,
  parsePorts,
  parseIceServers,
  parseHosts,
  parseKey,
  parseOpenRooms,
  parseVideo,
  parseCodecs,
  parseEncoder,
  parseLiveHosts,
  parseLogLevel,
  parseBoolean,
} from "./setting-parsers.js";
import { setting } from "./setting.js";
import { keptSettings } from "./settings-kept.js";

const defaultMixers = Math.max(1, Math.floor(availableParallelism() / 2));

export const settings = {
  host: setting({
    name: "TUTTI_HOST",
    fallback: "127.0.0.1",
    meaning: "address on which HTTP and WebSocket listen",
    parse: parseHost,
  }),
  port: setting({
    name: "TUTTI_PORT",
    fallback: "8080",
    meaning: "their TCP port; 0 = any free one, printed",
    parse: integer(8080, 0, 65_535),
  }),
  recordings: setting({
    name: "TUTTI_RECORDINGS",
    fallback: "./recordings",
    meaning: "directory of recordings",
    parse: (text = "./recordings") => resolve(text),
  }),
  resumeSeconds: setting({
    name: "TUTTI_RESUME_SECONDS",
    fallback: "60",
    meaning:
      "when the server was killed while it recorded, a room waits so many seconds after the next start for its people, and then the recording goes on; 0 = it is finished at once",
    parse: integer(60, 0, 3600),
  }),
  renders: setting({
    name: "TUTTI_RENDERS",
    fallback: "1",
    meaning:
      "renders of recordings that are made at a time, at the lowest priority; the others wait",
    parse: integer(1, 1, 16),
  }),
  media: setting({
    name: "TUTTI_MEDIA",
    fallback: "none",
    meaning:
      "directory of files that may be played into rooms, as feeds or sounds",
    parse: (text) => (text === undefined ? undefined : resolve(text)),
  }),
  feedHosts: setting({
    name: "TUTTI_FEED_HOSTS",
    fallback: "none",
    meaning:
      "hosts from which feeds may come, with commas between them: `*.example.com`, `rtsp://192.0.2.7:554`, `*`; what their playlists name is fetched too",
    parse: parseFeedHosts,
  }),
  mixers: setting({
    name: "TUTTI_MIXERS",
    fallback: "cores / 2, at least 1",
    meaning: "mixer processes",
    parse: integer(defaultMixers, 1, 256),
  }),
  spareMixer: setting({
    name: "TUTTI_SPARE_MIXER",
    fallback: "true",
    meaning:
      "keep one more mixer process ready, idle, for the first that dies: people hear each other again a second sooner; it takes 115 MB",
    parse: parseBoolean(true),
  }),
  mediaAddresses: setting({
    name: "TUTTI_MEDIA_IP",
    fallback: "all local addresses",
    meaning: "IP addresses announced in ICE, with commas between them",
    parse: parseAddresses,
  }),
  mediaPorts: setting({
    name: "TUTTI_MEDIA_PORTS",
    fallback: "40000-49999",
    meaning: "UDP ports of media, both included",
    parse: parsePorts,
  }),
  rtpHosts: setting({
    name: "TUTTI_RTP_HOSTS",
    fallback: "none",
    meaning:
      "IP addresses and ranges (10.0.0.0/8) with which plain RTP may be exchanged, with commas between them; `*` = any",
    parse: parseHosts,
  }),
  rtmpPort: setting({
    name: "TUTTI_RTMP_PORT",
    fallback: "0",
    meaning:
      "TCP port on which encoders (OBS) push into rooms by RTMP, on all addresses, 1935 by custom; 0 = none may",
    parse: integer(0, 0, 65_535),
  }),
  iceServers: setting({
    name: "TUTTI_ICE_SERVERS",
    fallback: "none",
    meaning: "JSON array of RTCIceServer, also handed to clients",
    parse: parseIceServers,
  }),
  apiKey: setting({
    name: "TUTTI_API_KEY",
    fallback: "none",
    meaning:
      "when set, `/v1` needs `Authorization: Bearer KEY` or a token signed with it (HS256), and rooms open only through it or as `TUTTI_OPEN_ROOMS` says; 32 random characters or more",
    parse: parseKey,
  }),
  openRooms: setting({
    name: "TUTTI_OPEN_ROOMS",
    fallback: "true without an API key, false with one",
    meaning:
      "rooms that anybody may open and join: `true` (all), `false` (none), or names with commas between them",
    parse: parseOpenRooms,
  }),
  maxParticipants: setting({
    name: "TUTTI_MAX_PARTICIPANTS",
    fallback: "50",
    meaning: "participants in a room that does not say otherwise",
    parse: integer(50, 1, MOST_PARTICIPANTS),
  }),
  video: setting({
    name: "TUTTI_VIDEO",
    fallback: "1280x720@30",
    meaning:
      "size and rate of the mixed picture in a room that does not say otherwise",
    parse: parseVideo,
  }),
  codecs: setting({
    name: "TUTTI_CODECS",
    fallback: "h264,vp8",
    meaning:
      "video codecs that viewers may be given, with commas between them; `vp9` and `av1` may be added, each costs an encoder of its own where a viewer prefers it",
    parse: parseCodecs,
  }),
  encoder: setting({
    name: "TUTTI_ENCODER",
    fallback: "auto",
    meaning:
      "what encodes video: `auto` (hardware where it works), `software`, or the hardware to try first: `vaapi`, `nvenc`",
    parse: parseEncoder,
  }),
  liveHosts: setting({
    name: "TUTTI_LIVE_HOSTS",
    fallback: "none",
    meaning:
      "hosts (or `host:port`) to which rooms may be sent live by RTMP or SRT, with commas between them; `*` allows all",
    parse: parseLiveHosts,
  }),
  ...keptSettings,
  tlsCert: setting({
    name: "TUTTI_TLS_CERT",
    fallback: "none",
    meaning: "PEM file of the certificate chain: serves HTTPS and WSS directly",
    parse: (text) => (text === undefined ? undefined : resolve(text)),
  }),
  tlsKey: setting({
    name: "TUTTI_TLS_KEY",
    fallback: "none",
    meaning: "PEM file of its private key",
    parse: (text) => (text === undefined ? undefined : resolve(text)),
  }),
  pinTries: setting({
    name: "TUTTI_PIN_TRIES",
    fallback: "5",
    meaning:
      "wrong PINs of a room that an address may send before each further one has to wait: a second, then twice as long each time, 15 minutes at most; 0 = never",
    parse: integer(5, 0, 1000),
  }),
  trustProxy: setting({
    name: "TUTTI_TRUST_PROXY",
    fallback: "false",
    meaning:
      "`true` behind a reverse proxy that sets `X-Forwarded-For`, `-Host` and `-Proto`",
    parse: parseBoolean(false),
  }),
  logLevel: setting({
    name: "TUTTI_LOG_LEVEL",
    fallback: "info",
    meaning: `least severe message logged: ${LOG_LEVELS.join(", ")}`,
    parse: parseLogLevel,
  }),
};

export type SettingKey = keyof typeof settings;
export type Values = {
  [Key in SettingKey]: ReturnType<(typeof settings)[Key]["parse"]>;
};
