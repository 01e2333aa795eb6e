/**
 * The timelines of the recordings: while one runs, `ID.timeline.jsonl` grows; at its end it becomes `ID.timeline.json`
 * (events, chapters and turns with the file's times) and `ID.vtt` (the chapters).
 */
import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { RecordingId } from "../../../mixer/contract.js";
import type { Log } from "../../log.js";
import type {
  ParticipantInfo,
  ServerMessage,
} from "../../signaling/messages.js";
import { writeWhole } from "../whole-file.js";
import { chaptersOf, toVtt, turnsOf, type TimedEvent } from "./chapters.js";
import {
  createFollower,
  timelineEvent,
  type Follower,
  type Happening,
} from "./events.js";
import { openTimeline, readTimeline, type TimelineJournal } from "./journal.js";
import { timeInFile, type Pause } from "./times.js";

/** What a finished recording's timeline file has. */
export const timeline = z.object({
  events: z.array(
    z.intersection(timelineEvent, z.object({ time: z.number() })),
  ),
  chapters: z.array(
    z.object({ start: z.number(), end: z.number(), title: z.string() }),
  ),
  turns: z.array(
    z.object({ participant: z.string(), start: z.number(), end: z.number() }),
  ),
});

export type Timeline = z.output<typeof timeline>;

export type Timelines = {
  /** Begins one, with those who are there; or goes on with what another process has left. */
  begin(id: RecordingId, present: readonly ParticipantInfo[], at: Date): void;
  /** Before it is begun again after a kill: whoever was there has left. Rejects when that cannot be written. */
  resume(
    id: RecordingId,
    gone: readonly { id: string; name: string }[],
    at: Date,
  ): Promise<void>;
  /** What everybody is told. Of a recording that was not begun it is nothing. */
  told(id: RecordingId, message: ServerMessage, at: Date): void;
  add(id: RecordingId, happening: Happening, at: Date): void;
  /** Makes its files. Also of one that a killed server left. Rejects when they cannot be written. */
  finish(id: RecordingId, file: Finished): Promise<void>;
  /** Of a finished one; undefined when there is none that can be read. */
  read(id: RecordingId): Promise<Timeline | undefined>;
  /** Writes what is not written yet. */
  close(): Promise<void>;
};

export type Finished = {
  /** ISO 8601. */
  startedAt: string;
  /** Seconds. */
  duration: number;
  pauses?: readonly Pause[];
};

/** The files' names in the directory of recordings. */
export const timelineFiles = (id: RecordingId) => ({
  journal: `${id}.timeline.jsonl`,
  timeline: `${id}.timeline.json`,
  chapters: `${id}.vtt`,
});

/** A line that the kill has torn ends here. */
const endLines = (
  path: string,
  happenings: readonly Happening[],
  at: Date,
): Promise<void> => {
  const lines = happenings.map((happening) =>
    JSON.stringify({ ...happening, at: at.toISOString() }),
  );
  return appendFile(path, `\n${lines.join("\n")}\n`);
};

type Running = { follower: Follower; journal: TimelineJournal };

const describe = (
  events: readonly TimedEvent[],
  duration: number,
): Timeline => ({
  events: [...events],
  chapters: chaptersOf(events, duration),
  turns: turnsOf(events, duration),
});

const pathsOf = (directory: string, id: RecordingId) => {
  const names = timelineFiles(id);
  return {
    journal: join(directory, names.journal),
    whole: join(directory, names.timeline),
    chapters: join(directory, names.chapters),
  };
};

/** Each of the two files all or nothing; the chapters first, since whoever finds a timeline takes all for written. */
export const writeTimeline = async (
  directory: string,
  id: RecordingId,
  written: Timeline,
): Promise<void> => {
  const { chapters, whole } = pathsOf(directory, id);
  await writeWhole(chapters, toVtt(written.chapters));
  await writeWhole(whole, `${JSON.stringify(written)}\n`);
};

/** Makes a finished recording's files of its journal. */
const writeFiles = async (
  directory: string,
  id: RecordingId,
  { startedAt, duration, pauses = [] }: Finished,
): Promise<void> => {
  const { journal } = pathsOf(directory, id);
  const events = (await readTimeline(journal)).map((event) => ({
    ...event,
    time: Math.min(timeInFile(event.at, startedAt, pauses), duration),
  }));
  // Told twice (the end could not be written down before): the files are there.
  if (events.length === 0 && (await readFiles(directory, id))) return;
  await mkdir(directory, { recursive: true });
  await writeTimeline(directory, id, describe(events, duration));
  await rm(journal, { force: true });
};

const readFiles = async (
  directory: string,
  id: RecordingId,
): Promise<Timeline | undefined> => {
  try {
    const text = await readFile(pathsOf(directory, id).whole, "utf8");
    return timeline.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

export const createTimelines = (directory: string, log: Log): Timelines => {
  const running = new Map<RecordingId, Running>();
  const add = (
    id: RecordingId,
    happenings: readonly Happening[],
    at: Date,
  ): void => {
    const journal = running.get(id)?.journal;
    for (const happening of happenings)
      journal?.add({ ...happening, at: at.toISOString() });
  };
  const end = async (id: RecordingId): Promise<void> => {
    const journal = running.get(id)?.journal;
    running.delete(id);
    await journal?.close();
  };
  return {
    begin: (id, present, at) => {
      const onError = (err: unknown): void =>
        log.warn({ err, recording: id }, "timeline not written");
      const { journal: path } = pathsOf(directory, id);
      const follower = createFollower();
      running.set(id, { follower, journal: openTimeline(path, onError) });
      add(id, follower.meet(present), at);
    },
    resume: (id, gone, at) =>
      endLines(
        pathsOf(directory, id).journal,
        [
          { type: "talking", talkers: [] },
          ...gone.map(({ id: participant, name }): Happening => ({
            ...{ type: "left", participant, name },
          })),
        ],
        at,
      ),
    told: (id, message, at) =>
      add(id, running.get(id)?.follower.hear(message) ?? [], at),
    add: (id, happening, at) => add(id, [happening], at),
    finish: async (id, file) => {
      await end(id);
      await writeFiles(directory, id, file);
    },
    read: (id) => readFiles(directory, id),
    close: async () => {
      await Promise.all([...running.keys()].map(end));
    },
  };
};
