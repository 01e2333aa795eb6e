/** Names of rooms: what people type, as what stands in an address. Pure. */

const MAX_LENGTH = 64;

/** The room of a page's path; undefined on any other page. */
export const roomOfPath = (path: string): string | undefined =>
  /^\/r\/([A-Za-z0-9_-]{1,64})\/?$/.exec(path)?.[1];

/**
 * A room's id for what somebody typed: "Café am Montag" is `cafe-am-montag`. An address of a room gives its room.
 * Empty when nothing of it can stand in an address.
 */
export const roomId = (typed: string): string => {
  const fromLink = /\/r\/([A-Za-z0-9_-]{1,64})(?:[/?#]|$)/.exec(typed)?.[1];
  if (fromLink !== undefined) return fromLink;
  const plain = typed
    // Accents off: "é" is "e" and an accent.
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[đĐ]/gu, "d")
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-");
  return plain.slice(0, MAX_LENGTH).replace(/^-+|-+$/g, "");
};

const QUALITIES = "calm bright kind quick warm clear fair glad".split(" ");
const BIRDS = "wren robin heron finch swift plover lark owl".split(" ");
/** Enough that nobody walks into somebody else's room by chance. */
const SUFFIXES = 36 ** 4;

/** A new room's name that can be read out. `random` gives numbers from 0 up to 1, as Math.random. */
export const suggestRoom = (random: () => number): string => {
  const pick = (words: readonly string[]): string =>
    words[Math.floor(random() * words.length)] ?? "";
  const suffix = Math.floor(random() * SUFFIXES)
    .toString(36)
    .padStart(4, "0");
  return `${pick(QUALITIES)}-${pick(BIRDS)}-${suffix}`;
};
