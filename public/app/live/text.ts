/** What viewers are told. Pure. */

export type LiveNow = {
  id: string;
  state: string;
  url: string;
  lowLatency: boolean;
};

export type Showing =
  | { is: "looking" }
  /** Nobody has begun yet. */
  | { is: "soon" }
  | { is: "playing"; live: LiveNow }
  /** It was there, and is over. */
  | { is: "ended" }
  | { is: "pin"; wrong: boolean }
  | { is: "refused"; message: string };

const SENTENCES = {
  looking: ["Looking…", ""],
  soon: ["It starts soon", "This page begins to play by itself."],
  playing: ["", ""],
  ended: ["It has ended", "Thank you for watching."],
  pin: ["A PIN, please", "The host of this room has set one."],
  refused: ["You cannot watch this", ""],
} as const satisfies Record<Showing["is"], readonly [string, string]>;

export const titleText = (showing: Showing): string => SENTENCES[showing.is][0];

export const detailText = (showing: Showing): string => {
  if (showing.is === "refused") return showing.message;
  if (showing.is === "pin" && showing.wrong) return "That was another PIN.";
  return SENTENCES[showing.is][1];
};

/** Which of the outputs: the one that the address names, or else the newest. */
export const choose = (
  live: readonly LiveNow[],
  wanted: string | null,
): LiveNow | undefined =>
  wanted === null ? live[0] : live.find(({ id }) => id === wanted);

/** The room of a viewers' page; undefined on any other page. */
export const roomOfLivePath = (path: string): string | undefined =>
  /^\/live\/([A-Za-z0-9_-]{1,64})\/?$/.exec(path)?.[1];

/** How far behind, for people: "2 s behind". */
export const behindText = (seconds: number | undefined): string =>
  seconds === undefined || !Number.isFinite(seconds)
    ? ""
    : `${Math.max(1, Math.round(seconds))} s behind`;
