import type { TilePlace, ViewLayout } from "../contract.js";
import type { Micros } from "../media.js";
import type { SourceId, Tile } from "./layouts/index.js";
import type { Source } from "./source.js";

/** What a view tells of itself beside its tiles. */
export type Head = Omit<ViewLayout, "timestamp" | "tiles">;

const sameHead = (a: Head, b: Head): boolean =>
  a.layout === b.layout &&
  a.pages === b.pages &&
  a.page === b.page &&
  a.pinned === b.pinned;

/** What a tile map is made of. */
type Drawn = {
  head: Head;
  targets: readonly Tile[];
  sources: ReadonlyMap<SourceId, Source>;
  now: Micros;
};

const placesOf = ({ targets, sources, now }: Drawn): TilePlace[] =>
  targets.flatMap(({ id, x, y, width, height, z }) => {
    const source = sources.get(id);
    if (source === undefined) return [];
    const { participant, slot } = source;
    const state = source.stateAt(now);
    return { participant, source: slot.kind, x, y, width, height, z, state };
  });

/** The tile map of what was drawn last, and how often it changed. Moving tiles are told where they will rest. */
export const createTileMap = (first: Head) => {
  let head = first;
  let places: TilePlace[] = [];
  let targets: readonly Tile[] = [];
  let version = 0;
  const changed = (drawn: Drawn): boolean =>
    drawn.targets !== targets ||
    !sameHead(drawn.head, head) ||
    targets.some(
      ({ id }, at) =>
        drawn.sources.get(id)?.stateAt(drawn.now) !== places[at]?.state,
    );
  return {
    get version() {
      return version;
    },
    layout: (): Omit<ViewLayout, "timestamp"> => ({
      ...head,
      tiles: places.map((place) => ({ ...place })),
    }),
    update(drawn: Drawn): void {
      if (!changed(drawn)) return;
      ({ head, targets } = drawn);
      places = placesOf(drawn);
      version++;
    },
    clear() {
      places = [];
    },
  };
};
