/** Which of the recordings somebody looks for. Pure. */
import type { RecordingEntry } from "./entry.js";

export type Wanted = {
  /** Words; each must be in the name, the room, the people or the date. */
  q?: string;
  room?: string;
  /** A participant's id or name. */
  participant?: string;
  /** ISO 8601; of the start, the first one included. */
  from?: string;
  /** ISO 8601; of the start, not included. */
  to?: string;
};

/** Accents and case do not matter. */
const plain = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const hasWords = (entry: RecordingEntry, words: readonly string[]): boolean => {
  if (words.length === 0) return true;
  const { room, title, id, startedAt, kind = "", participants } = entry;
  const names = participants.map(({ name }) => name);
  const text = plain([room, title, id, startedAt, kind, ...names].join(" "));
  return words.every((word) => text.includes(word));
};

const hasPerson = (
  { participants }: RecordingEntry,
  participant?: string,
): boolean =>
  participant === undefined ||
  participants.some(
    ({ id, name }) => id === participant || plain(name) === plain(participant),
  );

/** In the order in which they were. */
const find = (
  entries: readonly RecordingEntry[],
  { q = "", room, participant, from, to }: Wanted,
): RecordingEntry[] => {
  const words = plain(q).split(/\s+/).filter(Boolean);
  const [first, end] = [Date.parse(from ?? ""), Date.parse(to ?? "")];
  return entries.filter((entry) => {
    const start = Date.parse(entry.startedAt);
    return (
      (room === undefined || entry.room === room) &&
      !(start < first) &&
      !(start >= end) &&
      hasPerson(entry, participant) &&
      hasWords(entry, words)
    );
  });
};

/**
 * A page of what is found: what comes after the one with the id `before`, at most `limit`. Undefined when there is no such
 * one: what came after it nobody knows.
 */
export const pageOf = (
  entries: readonly RecordingEntry[],
  wanted: Wanted,
  { before, limit }: { before?: string; limit?: number },
): { page: RecordingEntry[]; more: boolean } | undefined => {
  const last =
    before === undefined ? -1 : entries.findIndex(({ id }) => id === before);
  if (before !== undefined && last === -1) return undefined;
  const found = find(entries.slice(last + 1), wanted);
  const page = found.slice(0, limit);
  return { page, more: found.length > page.length };
};
