import type { Rect } from "../../contract.js";
import { MOST_TILES } from "./grid.js";
import {
  SMALLEST,
  floorEven,
  gapFor,
  largestCells,
  mostCells,
  rectsOf,
} from "./geometry.js";
import { apart, full, innerArea } from "./tile.js";
import type { LayoutRequest, LayoutSource, Tile } from "./types.js";

/** Canvases narrower than 3:2 have the strip below: beside it, a 16:9 picture would be small between bars. */
const BESIDE_FROM = 3 / 2;
/** Of the short side: 72 px at 720p. A smaller face says nothing beside a large one. */
const SMALLEST_FACE = 1 / 10;
/** A strip below has at least this part of the height. */
const LEAST_BELOW = 1 / 5;

/** How the canvas is divided: the strip's part of the width beside, the large tile's least aspect above a strip. */
export type Division = { beside: number; aspect: number };

type Split = { large: Rect; strip: Rect };

const sideBySide = (area: Rect, gap: number, part: number): Split => {
  const width = floorEven(area.width * part);
  const large = { ...area, width: area.width - width - gap };
  return { large, strip: { ...area, x: large.x + large.width + gap, width } };
};

const stacked = (area: Rect, gap: number, aspect: number): Split => {
  const most = area.height * (1 - LEAST_BELOW) - gap;
  const height = floorEven(Math.min(area.width / aspect, most));
  const large = { ...area, height };
  const y = area.y + height + gap;
  return { large, strip: { ...area, y, height: area.height - height - gap } };
};

const split = (request: LayoutRequest, division: Division): Split => {
  const { width, height } = request;
  const area = innerArea(request);
  const gap = gapFor(width, height);
  return width / height >= BESIDE_FROM
    ? sideBySide(area, gap, division.beside)
    : stacked(area, gap, division.aspect);
};

/**
 * One large and a strip: at its right, or below it on portrait and square canvases.
 *
 * `choose` answers who is in the strip, at most `room` of those offered. Without room for a strip the large one has
 * the canvas.
 */
export const withStrip = (
  request: LayoutRequest,
  division: Division,
  large: LayoutSource,
  others: {
    count: number;
    choose: (room: number) => readonly LayoutSource[];
  },
): Tile[] => {
  const areas = split(request, division);
  const gap = gapFor(request.width, request.height);
  const face = Math.min(request.width, request.height) * SMALLEST_FACE;
  const room = mostCells(
    Math.min(others.count, MOST_TILES - 1),
    areas.strip,
    gap,
    Math.max(SMALLEST, floorEven(face)),
  );
  if (room === 0) return [full(request, large)];
  const cells = largestCells(room, areas.strip, gap);
  const rects = rectsOf(cells, areas.strip, gap, "top");
  return [
    apart(request, large, areas.large),
    ...others
      .choose(room)
      .map((source, index) => apart(request, source, rects[index]!)),
  ];
};
