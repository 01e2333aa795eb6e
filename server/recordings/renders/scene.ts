/** From a recording's timeline to what is seen in a render. Pure. */
import type { RenderEvent } from "../../../mixer/contract.js";
import type { TrackEntry } from "../tracks.js";
import type { Timeline } from "../timeline/keeper.js";

type Person = { id: string; name: string };

/** Of a recording whose timeline is lost or empty: everybody is there all the time, and whoever has a picture shows it. */
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

/** Who is on hold is not seen, whatever its camera does. */
const createCameras = () => {
  const cameras = new Map<string, { camera: boolean; held: boolean }>();
  return (
    participant: string,
    change: { camera?: boolean; held?: boolean },
  ): boolean => {
    const was = cameras.get(participant) ?? { camera: false, held: false };
    const is = { ...was, ...change };
    cameras.set(participant, is);
    return is.camera && !is.held;
  };
};

type Told = Timeline["events"][number];

const stateEvent = (
  event: Extract<Told, { type: "state" }>,
  follow: ReturnType<typeof createCameras>,
): RenderEvent[] => {
  const { time: at, participant, state, on } = event;
  if (state === "muted") return [{ at, type: "muted", participant, on }];
  if (state !== "camera" && state !== "held") return [];
  const shown = follow(participant, { [state]: on });
  return [{ at, type: "camera", participant, on: shown }];
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
  const follow = createCameras();
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
