/** How a setting's text is read. Pure; each throws an Error that says what would fit. */
import { isIP } from "node:net";
import { z } from "zod";
import { isHostRange, type VideoOptions } from "../mixer/contract.js";
import { ID_PATTERN, type RTCIceServerLike } from "./signaling/messages.js";

export const LOG_LEVELS = [
  "trace",
  "debug",
  "info",
  "warn",
  "error",
  "fatal",
  "silent",
] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const CODECS = ["h264", "vp8", "vp9", "av1"] as const;
const ENCODERS = ["auto", "software", "vaapi", "nvenc"] as const;

export const integer =
  (fallback: number, min: number, max: number) =>
  (text: string | undefined): number => {
    if (text === undefined) return fallback;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new Error(`must be a whole number from ${min} to ${max}`);
  };

export const parseHost = (text = "127.0.0.1"): string => {
  if (isIP(text) !== 0 || /^[A-Za-z0-9.-]{1,253}$/.test(text)) return text;
  throw new Error("must be an IP address or a host name, without a port");
};

export const parseAddresses = (text: string | undefined): string[] => {
  const addresses = list(text);
  if (addresses.every((address) => isIP(address) !== 0)) return addresses;
  throw new Error("must be IP addresses with commas between them");
};

const list = (text = ""): string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

export const parsePorts = (
  text = "40000-49999",
): { min: number; max: number } => {
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  const [min, max] = [Number(from), Number(to)];
  if (min >= 1024 && min <= max && max <= 65_535) return { min, max };
  throw new Error(
    "must be two ports from 1024 to 65535, the lower one first, such as 40000-49999",
  );
};

const iceUrl = z
  .string()
  .regex(/^(stun|turn)s?:\S+$/, "must begin with stun:, turn: or turns:");
const iceServers = z.array(
  z.strictObject({
    urls: z.union([iceUrl, z.array(iceUrl).min(1)]),
    username: z.string().optional(),
    credential: z.string().optional(),
  }),
);

export const parseIceServers = (text = "[]"): RTCIceServerLike[] => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("must be a JSON array of RTCIceServer objects");
  }
  const parsed = iceServers.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `must be a JSON array of RTCIceServer objects (${issue?.path.join(".")}: ${issue?.message})`,
  );
};

export const parseHosts = (text: string | undefined): string[] => {
  const hosts = list(text);
  if (hosts.every(isHostRange)) return hosts;
  throw new Error(
    "must be IP addresses and ranges such as 10.0.0.0/8 with commas between them, or *",
  );
};

export const parseKey = (text: string | undefined): string | undefined => {
  // The key travels in an HTTP header, where neither spaces nor other scripts arrive unharmed.
  if (text === undefined || /^[\x21-\x7e]+$/.test(text)) return text;
  throw new Error("must be printable ASCII characters without spaces");
};

export const parseOpenRooms = (
  text: string | undefined,
): boolean | string[] | undefined => {
  if (text === undefined) return undefined;
  if (text === "true" || text === "false") return text === "true";
  const rooms = list(text);
  if (rooms.length > 0 && rooms.every((room) => ID_PATTERN.test(room)))
    return rooms;
  throw new Error(
    "must be true, false, or names of rooms ([A-Za-z0-9_-]) with commas between them",
  );
};

export const parseVideo = (text = "1280x720@30"): VideoOptions => {
  const [, ...parts] = /^(\d{1,5})x(\d{1,5})@(\d{1,3})$/.exec(text) ?? [];
  const [width, height, fps] = parts.map(Number);
  const parsed = videoOptions.safeParse({ width, height, fps });
  if (parsed.success) return parsed.data;
  throw new Error(
    "must look like 1280x720@30: even sizes from 160x90 to 3840x2160, 1 to 60 pictures a second",
  );
};

export const parseCodecs = (text = "h264,vp8"): string[] => {
  const codecs = list(text);
  const known = codecs.every((codec) => CODECS.some((one) => one === codec));
  // Every browser has these two (RFC 7742); with others alone some would see nothing.
  const common = codecs.some((codec) => codec === "h264" || codec === "vp8");
  if (known && common && new Set(codecs).size === codecs.length) return codecs;
  throw new Error(
    `must be some of ${CODECS.join(", ")}, each once, with commas between them, h264 or vp8 among them`,
  );
};

export const parseEncoder = (text = "auto"): string => {
  if (ENCODERS.some((known) => known === text)) return text;
  throw new Error(`must be one of ${ENCODERS.join(", ")}`);
};

/** A name, an IPv4 address or an IPv6 one in brackets, and perhaps a port. */
const HOST = /^([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

export const parseLiveHosts = (text: string | undefined): string[] => {
  const hosts = list(text).map((host) => host.toLowerCase());
  if (hosts.every((host) => host === "*" || HOST.test(host))) return hosts;
  throw new Error("must be *, or hosts with commas between them");
};

export const parseLogLevel = (text = "info"): LogLevel => {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level !== undefined) return level;
  throw new Error(`must be one of ${LOG_LEVELS.join(", ")}`);
};

export const parseBoolean =
  (fallback: boolean) =>
  (text = String(fallback)): boolean => {
    if (text === "true" || text === "false") return text === "true";
    throw new Error("must be true or false");
  };

/** Planes of 4:2:0 have half the width and height, so both are even. 4K at 60 is where one encoder stops keeping up. */
export const videoOptions = z.strictObject({
  width: z.int().min(160).max(3840).multipleOf(2),
  height: z.int().min(90).max(2160).multipleOf(2),
  fps: z.int().min(1).max(60),
});
