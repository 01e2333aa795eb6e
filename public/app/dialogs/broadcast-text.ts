/** What moderators are told of broadcasts. Pure. */
import type { LiveInfo } from "../../sdk/index.js";

export const isRunning = ({ state }: LiveInfo): boolean => state !== "stopped";

/** Where whoever has it can watch the room. */
export const liveLink = (origin: string, room: string): string =>
  `${origin}/live/${encodeURIComponent(room)}`;

const STATES = {
  connecting: "It begins…",
  live: "Live",
  retrying: "Interrupted; it is tried again",
  failed: "It has failed",
  stopped: "It has ended",
} as const satisfies Record<LiveInfo["state"], string>;

const timeOf = (iso: string): string =>
  new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export const liveState = ({ state, reason, startedAt }: LiveInfo): string => {
  const since = state === "live" ? ` since ${timeOf(startedAt)}` : "";
  const why = reason === undefined || state === "live" ? "" : `: ${reason}`;
  return `${STATES[state]}${since}${why}`;
};
