/** What is known of a finished render: its sidecar and its timeline, made of the recording's. Pure. */
import type {
  RecordingFormat,
  RecordingId,
  RenderResult,
} from "../../../mixer/contract.js";
import type { RecordingEntry } from "../entry.js";
import { chaptersOf, turnsOf, type TimedEvent } from "../timeline/chapters.js";
import { STATES } from "../timeline/events.js";
import type { Timeline } from "../timeline/keeper.js";
import { timeInFile } from "../timeline/times.js";

export type Cut = {
  /** Seconds of the recording. */
  from: number;
  /** Seconds. */
  duration: number;
  /** Whoever may be in it. */
  people: readonly string[];
  /** Picture and sound were put together anew. */
  anew: boolean;
};

const iso = (ms: number): string => new Date(ms).toISOString();

/** When a second of the file was, in ms since 1970: pauses take no time in it. */
const wallTime = (
  { startedAt, pauses = [] }: RecordingEntry,
  seconds: number,
): number => {
  let at = Date.parse(startedAt) + seconds * 1000;
  for (const { from, to } of pauses)
    if (to !== undefined && Date.parse(from) <= at)
      at += Date.parse(to) - Date.parse(from);
  return at;
};

export type EntryOptions = {
  id: RecordingId;
  entry: RecordingEntry;
  format: RecordingFormat;
  title?: string;
  cut: Cut;
  result: RenderResult;
};

const peopleIn = (
  { startedAt, pauses = [], participants }: RecordingEntry,
  { from, duration, people }: Cut,
  start: number,
): RecordingEntry["participants"] => {
  const inFile = (at: string): number =>
    timeInFile(at, startedAt, pauses) - from;
  return participants.flatMap((one) => {
    const [came, left] = [
      inFile(one.joinedAt),
      one.leftAt === undefined ? duration : inFile(one.leftAt),
    ];
    if (!people.includes(one.id) || came >= duration || left <= 0) return [];
    const joinedAt = iso(start + Math.max(0, came) * 1000);
    const leftAt = iso(start + Math.min(duration, left) * 1000);
    return [{ ...one, joinedAt, leftAt }];
  });
};

/** The sidecar of what was made. It lies in the library where its beginning was recorded. */
export const renderedEntry = (options: EntryOptions): RecordingEntry => {
  const { id, entry, format, title = entry.title, cut, result } = options;
  const start = wallTime(entry, cut.from);
  const { duration, size } = result;
  return {
    ...{ id, room: entry.room, title, state: "stopped", format },
    startedAt: iso(start),
    endedAt: iso(start + duration * 1000),
    ...{ duration, size },
    participants: peopleIn(entry, cut, start),
    renderedFrom: entry.id,
  };
};

const isAbout = (event: TimedEvent, people: ReadonlySet<string>): boolean =>
  !("participant" in event) || people.has(event.participant);

/** What an event makes true until another of the same kind; undefined for what happens once. */
const lastingKey = (event: TimedEvent): string | undefined => {
  switch (event.type) {
    case "joined":
    case "left":
      return `there:${event.participant}`;
    case "state":
      return `${event.state}:${event.participant}`;
    case "talking":
      return "talking";
    case "layout":
      return `layout:${event.view}`;
    default:
      return undefined;
  }
};

const isNothing = (event: TimedEvent): boolean =>
  event.type === "left" || (event.type === "state" && !event.on);

/** What was so when it begins. */
const soAt = (before: readonly TimedEvent[]): TimedEvent[] => {
  const lasting = new Map<string, TimedEvent>();
  const forget = (participant: string): void => {
    for (const state of STATES) lasting.delete(`${state}:${participant}`);
  };
  for (const event of before) {
    const key = lastingKey(event);
    if (key === undefined) continue;
    // Whoever comes again comes after those who are there.
    lasting.delete(key);
    if (event.type === "left") forget(event.participant);
    if (!isNothing(event)) lasting.set(key, event);
  }
  return [...lasting.values()].map((event) => ({ ...event, time: 0 }));
};

/** The timeline of a part of a recording, with these people alone. */
export const cutTimeline = (timeline: Timeline, cut: Cut): Timeline => {
  const { from, duration, anew } = cut;
  const people = new Set(cut.people);
  const kept = timeline.events.flatMap((event): TimedEvent[] => {
    if (!isAbout(event, people)) return [];
    // A render has a layout of its own.
    if (anew && event.type === "layout") return [];
    if (event.type !== "talking") return [event];
    const talkers = event.talkers.filter((id) => people.has(id));
    return [{ ...event, talkers }];
  });
  const before = kept.filter(({ time }) => time <= from);
  const within = kept
    .filter(({ time }) => time > from && time < from + duration)
    .map((event) => ({ ...event, time: event.time - from }));
  const events = [...soAt(before), ...within];
  return {
    events,
    chapters: chaptersOf(events, duration),
    turns: turnsOf(events, duration),
  };
};
