import type { CallStatus, Overload } from "../sdk/index.js";

/** `good` is quiet, `busy` passes by itself, `bad` needs somebody. */
export type StatusText = { level: "good" | "busy" | "bad"; text: string };

/** The call's state as a few words for people. Pure. */
export const statusText = (
  { link, publish, subscribe, share }: CallStatus,
  overload: Overload["level"] = 0,
): StatusText => {
  if (link === "closed") return { level: "bad", text: "Call ended" };
  if (link === "full")
    return {
      level: "bad",
      text: "The server is full: you come in as soon as there is room",
    };
  if (link === "connecting") return { level: "busy", text: "Connecting…" };
  if (link === "lost") return { level: "busy", text: "Reconnecting…" };
  if (subscribe === "refused")
    return { level: "bad", text: "No picture and sound from the server" };
  if (publish === "refused")
    return { level: "bad", text: "The server does not take your media" };
  if (subscribe === "lost" || publish === "lost")
    return { level: "busy", text: "Restoring sound and picture…" };
  if (subscribe !== "connected" || publish === "connecting")
    return { level: "busy", text: "Connecting sound and picture…" };
  if (share === "lost")
    return { level: "busy", text: "Restoring your shared screen…" };
  if (overload > 0) return { level: "busy", text: "The server is busy" };
  return { level: "good", text: "Connected" };
};
