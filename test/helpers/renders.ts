/** A meeting of a minute that was recorded with tracks. */
import type { RecordingEntry } from "../../server/recordings/entry.js";
import type { Timeline } from "../../server/recordings/timeline/keeper.js";

const START = Date.parse("2026-11-23T10:00:00.000Z");
export const at = (seconds: number): string =>
  new Date(START + seconds * 1000).toISOString();

const track = (participant: string, video = true) => ({
  ...{ participant, name: participant.toUpperCase() },
  audio: { file: `rec.tracks/${participant}.opus`, size: 1 },
  ...(video && {
    video: { file: `rec.tracks/${participant}.mp4`, size: 1, start: 2.5 },
  }),
});

const person = (id: string, from = 0, to = 60) => ({
  ...{ id, name: id.toUpperCase() },
  ...{ joinedAt: at(from), leftAt: at(to) },
});

export const ENTRY: RecordingEntry = {
  ...{ id: "rec", room: "lobby", title: "Weekly", state: "stopped" },
  ...{ format: "mp4", startedAt: at(0), endedAt: at(60) },
  ...{ duration: 60, size: 1000 },
  participants: [
    person("ann"),
    person("ben", 5, 30),
    { ...person("cy"), unrecorded: true },
    person("dan"),
  ],
  tracks: [track("ann"), track("ben"), track("dan", false)],
};

type Told = Timeline["events"][number];
export const told = (time: number, event: object): Told =>
  ({ time, at: at(time), ...event }) as Told;
export const who = (participant: string) => ({
  ...{ participant, name: participant.toUpperCase() },
});

export const TIMELINE: Timeline = {
  events: [
    told(0, { type: "joined", ...who("ann") }),
    told(0, { type: "state", ...who("ann"), state: "camera", on: true }),
    told(0, { type: "joined", ...who("cy") }),
    told(1, { type: "layout", view: "main", layout: "speaker" }),
    told(5, { type: "joined", ...who("ben") }),
    told(6, { type: "talking", talkers: ["ben", "cy"] }),
    told(8, { type: "state", ...who("ann"), state: "held", on: true }),
    told(9, { type: "state", ...who("ann"), state: "held", on: false }),
    told(20, { type: "chat", ...who("ben"), text: "Hello" }),
    told(30, { type: "left", ...who("ben") }),
    told(31, { type: "talking", talkers: [] }),
  ],
  chapters: [],
  turns: [],
};
