/**
 * A timeline while it grows: `ID.timeline.jsonl`, one event a line, appended as it happens, so that a kill leaves all but
 * the last second of it.
 */
import { appendFile, readFile } from "node:fs/promises";
import { timelineEvent, type TimelineEvent } from "./events.js";

/** Writes at most once in this many milliseconds: talkers change several times a second. */
const WRITE_EVERY_MS = 1_000;
/** More is a meeting of days, or clients that come and go without end; then only the beginning is told. About 20 MB. */
const MOST_EVENTS = 200_000;

export type TimelineJournal = {
  add(event: TimelineEvent): void;
  /** Resolves when everything is written. Idempotent. Rejects when it could not be. */
  close(): Promise<void>;
};

/** Goes on with the file that is there. `onError` is told once; nothing more is written then. */
export const openTimeline = (
  path: string,
  onError: (error: unknown) => void,
): TimelineJournal => {
  let lines: string[] = [];
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let broken = false;

  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const text = lines.join("");
    lines = [];
    if (text === "" || broken) return writing;
    writing = writing
      .then(() => appendFile(path, text))
      .catch((error: unknown) => {
        if (!broken) onError(error);
        broken = true;
      });
    return writing;
  };
  return {
    add: (event) => {
      if (broken || count >= MOST_EVENTS) return;
      count++;
      lines.push(`${JSON.stringify(event)}\n`);
      timer ??= setTimeout(() => void write(), WRITE_EVERY_MS);
    },
    close: () => write(),
  };
};

/** What a journal has, in order; a line torn by a crash, or unknown, is left out. None when there is no file. */
export const readTimeline = async (path: string): Promise<TimelineEvent[]> => {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      const parsed = timelineEvent.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
};
