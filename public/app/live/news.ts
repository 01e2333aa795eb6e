/** What the call's live outputs mean for the people in it. Pure. */
import type { LiveInfo } from "../../sdk/index.js";

export type LivesView = {
  /** Others watch, or will as soon as it is connected. */
  shown: boolean;
  /** Nobody can watch now. */
  busy: boolean;
};

const isRunning = ({ state }: LiveInfo): boolean =>
  state !== "stopped" && state !== "failed";

export const viewLives = (lives: readonly LiveInfo[]): LivesView => ({
  shown: lives.some(isRunning),
  busy: lives.some(isRunning) && !lives.some(({ state }) => state === "live"),
});

/** Moderators know where it goes. */
const name = ({ target }: LiveInfo): string =>
  target === undefined ? "" : ` to ${target}`;

const sentenceFor = (
  live: LiveInfo,
  before: LiveInfo | undefined,
): string | undefined => {
  const { state, reason } = live;
  if (before?.state === state) return undefined;
  if (state === "live" && before?.state === "retrying")
    return `The broadcast${name(live)} goes on.`;
  if (state === "live") return `This call is broadcast live${name(live)}.`;
  // Only moderators are told why, and only they can do something.
  if (state === "retrying" && reason !== undefined)
    return `The broadcast${name(live)} is interrupted: ${reason}.`;
  if (state === "failed") return `The broadcast${name(live)} has failed.`;
  if (state === "stopped" && before !== undefined)
    return "The broadcast has ended.";
  return undefined;
};

/** What to tell people about what changed. Those over before one came are no news. */
export const liveNews = (
  before: readonly LiveInfo[] | undefined,
  now: readonly LiveInfo[],
): string[] =>
  now
    .filter((live) => before !== undefined || isRunning(live))
    .map((live) =>
      sentenceFor(
        live,
        before?.find(({ id }) => id === live.id),
      ),
    )
    .filter((sentence) => sentence !== undefined);
