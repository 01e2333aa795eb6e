/** Who is seen when: the meeting's events, told to a compositor as its time comes. */
import type { ParticipantId, RenderEvent } from "../contract.js";
import type { Compositor } from "../video/compositor.js";
import { sourceIdOf, type SourceId } from "../video/layouts/index.js";

export type Cast = {
  /** Tells all that has happened until `time` (seconds since the recording's zero; never less than before). */
  until(time: number): void;
};

type Stage = Pick<
  Compositor,
  "addSource" | "removeSource" | "updateSource" | "setTalkers"
>;

/** Those who are there, and the screens that are shared. */
const createPlaces = (stage: Stage, seen: ReadonlySet<SourceId>) => {
  const names = new Map<ParticipantId, string>();
  const shared = new Set<SourceId>();
  const role = "participant";

  /** A screen has a tile with its first picture. */
  const share = (participant: ParticipantId, on: boolean): void => {
    const id = sourceIdOf(participant, "share");
    const name = names.get(participant);
    if (on === shared.has(id) || !seen.has(id) || name === undefined) return;
    if (!on) {
      shared.delete(id);
      return stage.removeSource(id);
    }
    shared.add(id);
    const look = { active: true, muted: false };
    stage.addSource(id, { participant, name, kind: "share", role, ...look });
  };
  return {
    join: (participant: ParticipantId, name: string): void => {
      const known = names.has(participant);
      names.set(participant, name);
      if (known) return stage.updateSource(participant, { name });
      const look = { active: false, muted: false };
      const who = { participant, name, kind: "camera", role } as const;
      stage.addSource(participant, { ...who, ...look });
    },
    leave: (participant: ParticipantId): void => {
      share(participant, false);
      names.delete(participant);
      stage.removeSource(participant);
    },
    share,
  };
};

/** `seen`: the pictures that there are; who has none is an avatar. Events are in the order of their times. */
export const createCast = (
  stage: Stage,
  events: readonly RenderEvent[],
  seen: ReadonlySet<SourceId>,
): Cast => {
  const places = createPlaces(stage, seen);
  let next = 0;
  const tell = (event: RenderEvent): void => {
    switch (event.type) {
      case "joined":
        return places.join(event.participant, event.name);
      case "left":
        return places.leave(event.participant);
      case "muted":
        return stage.updateSource(event.participant, { muted: event.on });
      case "camera": {
        const active = event.on && seen.has(event.participant);
        return stage.updateSource(event.participant, { active });
      }
      case "sharing":
        return places.share(event.participant, event.on);
      case "talking":
        return stage.setTalkers(new Set(event.talkers));
    }
  };
  return {
    until: (time) => {
      for (; next < events.length && events[next]!.at <= time; next++)
        tell(events[next]!);
    },
  };
};
