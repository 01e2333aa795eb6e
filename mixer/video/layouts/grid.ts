import {
  SMALLEST,
  gapFor,
  largestCells,
  mostCells,
  rectsOf,
} from "./geometry.js";
import { apart, full, innerArea } from "./tile.js";
import type { LayoutRequest, LayoutSource, Tile } from "./types.js";

/** 7 x 7: at 720p a tile is then 172x96, in which a face is just recognised. */
export const MOST_TILES = 49;

/** How many a page holds: 49, fewer on a canvas too small for that. */
const pageSize = (request: LayoutRequest): number => {
  const gap = gapFor(request.width, request.height);
  const count = Math.min(MOST_TILES, request.sources.length);
  return Math.max(1, mostCells(count, innerArea(request), gap, SMALLEST));
};

/** 1 when everybody fits, or nobody is there. */
export const gridPages = (request: LayoutRequest): number =>
  Math.max(1, Math.ceil(request.sources.length / pageSize(request)));

const pageOf = (request: LayoutRequest): readonly LayoutSource[] => {
  const size = pageSize(request);
  const page = Math.min(request.page, gridPages(request) - 1);
  return request.sources.slice(page * size, (page + 1) * size);
};

/** All of them equally large, in rows; one alone fills the canvas. */
export const gridTiles = (request: LayoutRequest): Tile[] => {
  const sources = pageOf(request);
  if (sources.length === 1) return [full(request, sources[0]!)];
  const gap = gapFor(request.width, request.height);
  const area = innerArea(request);
  const rects = rectsOf(
    largestCells(sources.length, area, gap),
    area,
    gap,
    "centre",
  );
  return sources.map((source, index) => apart(request, source, rects[index]!));
};
