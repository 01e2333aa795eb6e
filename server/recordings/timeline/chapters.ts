/** A timeline's chapters, for players. Pure. */
import type { TimelineEvent } from "./events.js";

export type TimedEvent = TimelineEvent & {
  /** Seconds since the file's beginning. */
  time: number;
};

export type Chapter = { start: number; end: number; title: string };

/** What happens within this time goes into one chapter, in seconds: nobody looks for a shorter one. */
const SHORTEST = 15;

const titleOf = (event: TimedEvent): string | undefined => {
  switch (event.type) {
    case "joined":
      return `${event.name} joins`;
    case "left":
      return `${event.name} leaves`;
    case "resumed":
      return "After a pause";
    case "state":
      if (event.state !== "sharing") return undefined;
      return event.on
        ? `${event.name} shares the screen`
        : `${event.name} ends the share`;
    default:
      return undefined;
  }
};

const opening = (events: readonly TimedEvent[]): string => {
  const names = events.flatMap((event) =>
    event.type === "joined" && event.time === 0 ? [event.name] : [],
  );
  return names.length === 0 ? "Beginning" : `Beginning: ${names.join(", ")}`;
};

/** Chapters without holes from 0 to `duration` (seconds): a new one where somebody comes or goes or shares, or after a pause. */
export const chaptersOf = (
  events: readonly TimedEvent[],
  duration: number,
): Chapter[] => {
  const titles = [{ start: 0, titles: [opening(events)] }];
  for (const event of events) {
    const title = titleOf(event);
    if (title === undefined || event.time === 0 || event.time >= duration)
      continue;
    const last = titles.at(-1)!;
    if (event.time - last.start >= SHORTEST)
      titles.push({ start: event.time, titles: [title] });
    else if (last.start > 0) last.titles.push(title);
  }
  return titles.map(({ start, titles: all }, index) => ({
    start,
    end: titles[index + 1]?.start ?? duration,
    title: [...new Set(all)].join(", "),
  }));
};

const two = (value: number): string => String(value).padStart(2, "0");

/** `HH:MM:SS.mmm`, as WebVTT writes a time. */
export const vttTime = (seconds: number): string => {
  const ms = Math.round(seconds * 1000);
  const [hours, minutes] = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000),
  ];
  const rest = ms % 60_000;
  const tail = String(rest % 1000).padStart(3, "0");
  return `${two(hours)}:${two(minutes % 60)}:${two(Math.floor(rest / 1000))}.${tail}`;
};

/** A cue's text knows no line break, and these three characters only as entities. https://www.w3.org/TR/webvtt1/#cue-text */
const escape = (text: string): string =>
  text
    .replaceAll(/\s+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");

/** A WebVTT file of chapters. */
export const toVtt = (chapters: readonly Chapter[]): string =>
  [
    "WEBVTT",
    ...chapters
      .filter(({ start, end }) => end > start)
      .map(
        ({ start, end, title }) =>
          `${vttTime(start)} --> ${vttTime(end)}\n${escape(title)}`,
      ),
    "",
  ].join("\n\n");

/** Who talked when, in seconds of the file: for the line below a player. */
export type Turn = { participant: string; start: number; end: number };

export const turnsOf = (
  events: readonly TimedEvent[],
  duration: number,
): Turn[] => {
  const since = new Map<string, number>();
  const turns: Turn[] = [];
  const end = (participant: string, at: number): void => {
    const start = since.get(participant);
    since.delete(participant);
    if (start !== undefined && at > start)
      turns.push({ participant, start, end: at });
  };
  for (const event of events) {
    if (event.type === "left") end(event.participant, event.time);
    if (event.type !== "talking") continue;
    for (const participant of [...since.keys()])
      if (!event.talkers.includes(participant)) end(participant, event.time);
    for (const talker of event.talkers)
      if (!since.has(talker)) since.set(talker, event.time);
  }
  for (const participant of [...since.keys()]) end(participant, duration);
  return turns.sort((a, b) => a.start - b.start);
};
