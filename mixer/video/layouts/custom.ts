import type {
  CustomLayout,
  LayoutChoice,
  ParticipantId,
  Rect,
  Region,
  RegionSource,
} from "../../contract.js";
import { SMALLEST, roundEven } from "./geometry.js";
import { facesFirst, focusOf, sharesOf } from "./pick.js";
import { flush } from "./tile.js";
import type { LayoutRequest, LayoutSource, Tile } from "./types.js";

type Cast = Pick<LayoutRequest, "sources" | "speaker">;

const sourceOf = ({ source = "next" }: Region): RegionSource => source;

/** Who may fill a region, the best first. */
const candidates = (
  wanted: RegionSource,
  cast: Cast,
): readonly (LayoutSource | undefined)[] => {
  const { sources } = cast;
  if (wanted === "next") return facesFirst(sources);
  if (wanted === "share") return sharesOf(sources);
  if (wanted === "speaker") return [focusOf(cast)];
  return sources.filter(
    ({ kind, participant, role }) =>
      kind === "camera" &&
      ("participant" in wanted
        ? participant === wanted.participant
        : role === wanted.role),
  );
};

/** Each of `regions` takes the first who may fill it and is not placed yet. */
const fill = (
  regions: readonly Region[],
  cast: Cast,
  placed: Map<LayoutSource, Region>,
): void => {
  for (const region of regions) {
    const source = candidates(sourceOf(region), cast).find(
      (candidate) => candidate !== undefined && !placed.has(candidate),
    );
    if (source !== undefined) placed.set(source, region);
  }
};

/** Those that name somebody first, in their order; `next` gets whoever is left. */
const place = (
  regions: readonly Region[],
  cast: Cast,
): Map<Region, LayoutSource> => {
  const placed = new Map<LayoutSource, Region>();
  const open = (region: Region) => sourceOf(region) === "next";
  fill(
    regions.filter((region) => !open(region)),
    cast,
    placed,
  );
  fill(regions.filter(open), cast, placed);
  return new Map([...placed].map(([source, region]) => [region, source]));
};

/** From `start` to `end` of 0..1 in even pixels; both ends are rounded alike, so that regions that touch leave no line. */
const span = (start: number, size: number, total: number) => {
  const from = Math.min(roundEven(start * total), total - SMALLEST);
  const to = Math.min(roundEven((start + size) * total), total);
  return { from, length: Math.max(SMALLEST, to - from) };
};

const rectOf = (region: Region, width: number, height: number): Rect => {
  const across = span(region.x, region.width, width);
  const down = span(region.y, region.height, height);
  return {
    x: across.from,
    y: down.from,
    width: across.length,
    height: down.length,
  };
};

/** The filled regions; whoever fits nowhere has no tile, an empty region none either. */
export const customTiles = (
  { regions }: CustomLayout,
  request: LayoutRequest,
): Tile[] => {
  const { width, height } = request;
  const placed = place(regions, request);
  return regions
    .flatMap((region) => {
      const source = placed.get(region);
      if (source === undefined) return [];
      const rect = rectOf(region, width, height);
      const tile = flush(request, source, rect, region.z ?? 0);
      return [{ ...tile, fit: region.fit ?? tile.fit }];
    })
    .sort((a, b) => a.z - b.z);
};

const isNamed = (region: Region): boolean =>
  typeof sourceOf(region) === "object";

/**
 * Whom the director may choose from: all but those who have a region of their own in a custom layout (by id or role).
 * They stay there while they talk, and the speaker's region keeps whom it shows.
 */
export const speakersOf = (
  layout: LayoutChoice,
  sources: readonly LayoutSource[],
): Set<ParticipantId> => {
  const everybody = new Set(sources.map(({ participant }) => participant));
  if (typeof layout !== "object") return everybody;
  const own = place(layout.regions.filter(isNamed), { sources });
  for (const { participant } of own.values()) everybody.delete(participant);
  return everybody;
};
