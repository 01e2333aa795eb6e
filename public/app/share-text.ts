/** What to say of sharing a screen. Pure. */
import type { ParticipantInfo } from "../sdk/index.js";

/** Why the browser gave no screen, for people; undefined when its user only changed their mind. */
export const shareProblem = (error: unknown): string | undefined => {
  const { name, message } =
    error instanceof Error ? error : { name: "unknown error", message: "" };
  if (name === "NotAllowedError" && !/system/i.test(message)) return undefined;
  if (name === "NotAllowedError")
    return "The system does not let the browser show your screen. Allow it in the system’s privacy settings, then share again.";
  if (name === "TypeError")
    return "The browser shares screens only over a secure connection. Open this page with https:// to share yours.";
  if (name === "NotReadableError" || name === "AbortError")
    return "This screen cannot be shared now: the system refused it. Choose another window or screen.";
  return `The screen cannot be shared (${name}). Choose another window or screen.`;
};

/** Who began to share since `before`, as sentences; oneself is told elsewhere. */
export const sharingNews = (
  before: readonly ParticipantInfo[],
  now: readonly ParticipantInfo[],
  self: string | undefined,
): string[] => {
  const shared = new Set(
    before.filter(({ sharing }) => sharing).map(({ id }) => id),
  );
  return now
    .filter(({ id, sharing }) => sharing && id !== self && !shared.has(id))
    .map(({ name }) => `${name} shares a screen.`);
};
