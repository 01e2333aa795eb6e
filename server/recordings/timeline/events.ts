/** What happened in a meeting, as a recording's timeline tells it. Pure. */
import { z } from "zod";
import type {
  ParticipantInfo,
  ServerMessage,
} from "../../signaling/messages.js";

const who = { participant: z.string(), name: z.string() };
const event = <Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  shape: Shape,
) =>
  z.object({
    /** ISO 8601. */
    at: z.iso.datetime(),
    type: z.literal(type),
    ...shape,
  });

/** What somebody did or had done to it; `on` is true when it began. */
export const STATES = ["muted", "camera", "sharing", "held", "away"] as const;

export const timelineEvent = z.discriminatedUnion("type", [
  event("joined", who),
  event("left", who),
  event("state", { ...who, state: z.enum(STATES), on: z.boolean() }),
  /** Everybody who talks from now on. */
  event("talking", { talkers: z.array(z.string()) }),
  event("layout", { view: z.string(), layout: z.string() }),
  event("chat", { ...who, text: z.string() }),
  /** Nothing is recorded until it goes on. */
  event("paused", {}),
  event("resumed", {}),
  /** Something happened to the recording; a sentence for people. */
  event("noted", { reason: z.string() }),
]);

export type TimelineEvent = z.output<typeof timelineEvent>;
type Untimed<Event> = Event extends { at: string } ? Omit<Event, "at"> : never;
export type Happening = Untimed<TimelineEvent>;

const stateOf = (
  info: ParticipantInfo,
  state: (typeof STATES)[number],
): boolean => (state === "away" ? info.state === "away" : info[state]);

const begin = (info: ParticipantInfo): Happening[] => {
  const { id: participant, name } = info;
  const states = STATES.filter((state) => stateOf(info, state));
  return [
    { type: "joined", participant, name },
    ...states.map((state): Happening => ({
      type: "state",
      ...{ participant, name, state, on: true },
    })),
  ];
};

const change = (was: ParticipantInfo, is: ParticipantInfo): Happening[] => {
  const changed = STATES.filter(
    (state) => stateOf(was, state) !== stateOf(is, state),
  );
  return changed.map((state) => ({
    type: "state",
    ...{ participant: is.id, name: is.name, state, on: stateOf(is, state) },
  }));
};

/** Follows what everybody in a room is told, and says what of it happened to somebody. */
export type Follower = {
  /** Those who are there already. */
  meet(present: readonly ParticipantInfo[]): Happening[];
  hear(message: ServerMessage): Happening[];
};

export const createFollower = (): Follower => {
  const known = new Map<string, ParticipantInfo>();
  const layouts = new Map<string, string>();

  const meetOne = (info: ParticipantInfo): Happening[] => {
    const was = known.get(info.id);
    known.set(info.id, { ...info });
    return was === undefined ? begin(info) : change(was, info);
  };
  const miss = (participant: string): Happening[] => {
    const was = known.get(participant);
    known.delete(participant);
    if (was === undefined) return [];
    return [{ type: "left", participant, name: was.name }];
  };
  const show = (view: string, layout: string): Happening[] => {
    if (layouts.get(view) === layout) return [];
    layouts.set(view, layout);
    return [{ type: "layout", view, layout }];
  };
  return {
    meet: (present) => present.flatMap(meetOne),
    hear: (message) => {
      switch (message.type) {
        case "participant":
          return meetOne(message.participant);
        case "gone":
          return miss(message.participant);
        case "talking":
          return [{ type: "talking", talkers: message.talkers }];
        case "tiles":
          return show(message.view, message.layout);
        case "chat": {
          const { from: participant, name, text } = message;
          return [{ type: "chat", participant, name, text }];
        }
        default:
          return [];
      }
    },
  };
};
