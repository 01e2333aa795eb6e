/** Who is seen when: the meeting's events, told to a compositor as its time comes. */
import type { ParticipantId, RenderEvent } from "../contract.js";
import type { Compositor } from "../video/compositor.js";

export type Cast = {
  /** Tells all that has happened until `time` (seconds since the recording's zero; never less than before). */
  until(time: number): void;
};

/** `seen`: whose pictures there are; others are avatars. Events are in the order of their times. */
export const createCast = (
  compositor: Pick<
    Compositor,
    "addSource" | "removeSource" | "updateSource" | "setTalkers"
  >,
  events: readonly RenderEvent[],
  seen: ReadonlySet<ParticipantId>,
): Cast => {
  const present = new Set<ParticipantId>();
  let next = 0;

  const join = (participant: ParticipantId, name: string): void => {
    if (present.has(participant))
      return compositor.updateSource(participant, { name });
    present.add(participant);
    compositor.addSource(participant, {
      ...{ participant, name, kind: "camera", role: "participant" },
      ...{ active: false, muted: false },
    });
  };
  const leave = (participant: ParticipantId): void => {
    present.delete(participant);
    compositor.removeSource(participant);
  };
  const tell = (event: RenderEvent): void => {
    switch (event.type) {
      case "joined":
        return join(event.participant, event.name);
      case "left":
        return leave(event.participant);
      case "muted":
        return compositor.updateSource(event.participant, { muted: event.on });
      case "camera": {
        const active = event.on && seen.has(event.participant);
        return compositor.updateSource(event.participant, { active });
      }
      case "talking":
        return compositor.setTalkers(new Set(event.talkers));
    }
  };
  return {
    until: (time) => {
      for (; next < events.length && events[next]!.at <= time; next++)
        tell(events[next]!);
    },
  };
};
