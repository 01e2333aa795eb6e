/** From a recording's timeline to what is seen in a render. Pure. */
import type { RenderEvent } from "../../../mixer/contract.js";
import type { TrackEntry } from "../tracks.js";
import type { Timeline } from "../timeline/keeper.js";

type Person = { id: string; name: string };

/**
 * Of a recording whose timeline is lost or empty: everybody is there all the time, and whoever has a picture shows it. When
 * a screen was shared nobody knows; it is left out, or it would hide everybody to the end.
 */
const withoutTimeline = (
  people: readonly Person[],
  tracks: readonly TrackEntry[],
): RenderEvent[] => {
  const seen = new Set(
    tracks.filter(({ video }) => video).map((track) => track.participant),
  );
  return people.flatMap(({ id: participant, name }): RenderEvent[] => [
    { at: 0, type: "joined", participant, name },
    { at: 0, type: "camera", participant, on: seen.has(participant) },
  ]);
};

type Shows = { camera: boolean; sharing: boolean; held: boolean };
const NOTHING: Shows = { camera: false, sharing: false, held: false };

/** Gives what is so after the change. */
const createStates = () => {
  const all = new Map<string, Shows>();
  return (participant: string, change: Partial<Shows>): Shows => {
    const is = { ...NOTHING, ...all.get(participant), ...change };
    all.set(participant, is);
    return is;
  };
};

type Told = Timeline["events"][number];

const stateEvent = (
  event: Extract<Told, { type: "state" }>,
  follow: ReturnType<typeof createStates>,
): RenderEvent[] => {
  const { time: at, participant, state, on } = event;
  if (state === "muted") return [{ at, type: "muted", participant, on }];
  if (state === "away") return [];
  const { camera, sharing, held } = follow(participant, { [state]: on });
  // Who is on hold is not seen, whatever its camera does, and neither is its screen.
  const seen = (type: "camera" | "sharing", is: boolean): RenderEvent => ({
    ...{ at, type, participant, on: is && !held },
  });
  if (state === "camera") return [seen("camera", camera)];
  if (state === "sharing") return [seen("sharing", sharing)];
  return [
    seen("camera", camera),
    ...(sharing ? [seen("sharing", sharing)] : []),
  ];
};

/** What is seen of these people, in the order of the times. Whoever is not among them was never there. */
export const sceneOf = (
  timeline: Timeline | undefined,
  people: readonly Person[],
  tracks: readonly TrackEntry[],
): RenderEvent[] => {
  if (!timeline?.events.some(({ type }) => type === "joined"))
    return withoutTimeline(people, tracks);
  const ids = new Set(people.map(({ id }) => id));
  const follow = createStates();
  return timeline.events.flatMap((event): RenderEvent[] => {
    const { time: at } = event;
    if ("participant" in event && !ids.has(event.participant)) return [];
    switch (event.type) {
      case "joined": {
        const { participant, name } = event;
        return [{ at, type: "joined", participant, name }];
      }
      case "left":
        return [{ at, type: "left", participant: event.participant }];
      case "state":
        return stateEvent(event, follow);
      case "talking": {
        const talkers = event.talkers.filter((id) => ids.has(id));
        return [{ at, type: "talking", talkers }];
      }
      default:
        return [];
    }
  });
};
