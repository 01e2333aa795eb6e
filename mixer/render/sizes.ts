/** How large everybody is ever seen: no larger pictures need to be decoded and carried about. Pure. */
import type { ParticipantId, RenderPicture } from "../contract.js";
import { layoutTiles } from "../video/layouts/index.js";

export type Size = { width: number; height: number };

/** The tile of a grid of so many; all are equally large. */
const gridTile = ({ width, height }: Size, count: number): Size => {
  const sources = Array.from({ length: count }, (_, at) => ({
    ...{ id: `${at}`, participant: `${at}` },
    ...{ kind: "camera" as const, role: "" },
  }));
  const canvas = { width, height, page: 0 };
  const [tile] = layoutTiles({ layout: "grid", sources, ...canvas });
  return tile ?? { width, height };
};

/** How few there are at least while somebody is there. */
const fewest = (
  events: RenderPicture["events"],
): ReadonlyMap<ParticipantId, number> => {
  const present = new Set<ParticipantId>();
  const least = new Map<ParticipantId, number>();
  let at = -1;
  const note = (): void => {
    for (const id of present)
      least.set(id, Math.min(least.get(id) ?? Infinity, present.size));
  };
  for (const event of events) {
    if (event.type !== "joined" && event.type !== "left") continue;
    // Those who come at the same moment were never seen alone.
    if (event.at !== at) note();
    ({ at } = event);
    if (event.type === "joined") present.add(event.participant);
    else present.delete(event.participant);
  }
  note();
  return least;
};

/** Pixels, of the whole film. Only in a grid it does not depend on who talks: elsewhere anybody may fill the canvas. */
export const largestTiles = ({
  settings,
  events,
}: Pick<RenderPicture, "settings" | "events">): ((
  participant: ParticipantId,
) => Size) => {
  const { width, height, layout } = settings;
  if (layout !== "grid") return () => ({ width, height });
  const least = fewest(events);
  const tiles = new Map<number, Size>();
  return (participant) => {
    const count = least.get(participant) ?? 1;
    const tile = tiles.get(count) ?? gridTile({ width, height }, count);
    tiles.set(count, tile);
    return tile;
  };
};
