import type { Fit, Rect } from "../../contract.js";
import { gapFor } from "./geometry.js";
import type { LayoutRequest, LayoutSource, Tile } from "./types.js";

/** One built-in layout: sources (at least one) to tiles. */
export type Arrange = (request: LayoutRequest) => Tile[];

/** Text that is cut off is worth nothing: a screen is always shown whole. */
const fitOf = ({ kind }: LayoutSource): Fit =>
  kind === "share" ? "letterbox" : "auto";

const thicknessFor = ({ width, height }: LayoutRequest): number =>
  gapFor(width, height) / 2;

/** A tile with a gap around it. */
export const apart = (
  request: LayoutRequest,
  source: LayoutSource,
  rect: Rect,
): Tile => ({
  id: source.id,
  ...rect,
  z: 0,
  fit: fitOf(source),
  border: { thickness: thicknessFor(request), inside: false },
});

/** A tile whose edges are others' or the canvas's. */
export const flush = (
  request: LayoutRequest,
  source: LayoutSource,
  rect: Rect,
  z = 0,
): Tile => ({
  ...apart(request, source, rect),
  z,
  border: { thickness: thicknessFor(request), inside: true },
});

/** The whole canvas. */
export const full = (request: LayoutRequest, source: LayoutSource): Tile =>
  flush(request, source, {
    x: 0,
    y: 0,
    width: request.width,
    height: request.height,
  });

/** The canvas without the gap at its edges. */
export const innerArea = ({ width, height }: LayoutRequest): Rect => {
  const gap = gapFor(width, height);
  return {
    x: gap,
    y: gap,
    width: width - 2 * gap,
    height: height - 2 * gap,
  };
};
