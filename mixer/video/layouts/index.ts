import type { LayoutChoice, LayoutName, ViewSettings } from "../../contract.js";
import { gridPages, gridTiles } from "./grid.js";
import type { Arrange } from "./tile.js";
import type { LayoutRequest, LayoutSource, Tile } from "./types.js";

export { easeTiles } from "./ease.js";
export { sourceIdOf } from "./types.js";
export type { LayoutRequest, LayoutSource, SourceId, Tile } from "./types.js";

const LAYOUTS: Record<LayoutName, Arrange> = {
  grid: gridTiles,
  speaker: gridTiles,
  share: gridTiles,
  pip: gridTiles,
  "side-by-side": gridTiles,
  solo: gridTiles,
};

/** Throws a TypeError that names the field, for a layout that does not exist or a custom one that is not right in all its parts. */
export const checkLayout = (layout: LayoutChoice): void => {
  if (typeof layout === "object" || Object.hasOwn(LAYOUTS, layout)) return;
  throw new TypeError(
    `layout must be one of ${Object.keys(LAYOUTS).join(", ")}, got ${layout}`,
  );
};

/** What is shown: a shared screen takes over a built-in layout (not `solo`) and gives it back. */
export const effectiveLayout = (
  { layout, autoShare }: Pick<ViewSettings, "layout" | "autoShare">,
  sources: readonly LayoutSource[],
): LayoutChoice => {
  if (!autoShare || typeof layout === "object" || layout === "solo")
    return layout;
  return sources.some(({ kind }) => kind === "share") ? "share" : layout;
};

/** How many pages there are: more than 1 only of a grid. */
export const pagesOf = (request: LayoutRequest): number =>
  request.layout === "grid" ? gridPages(request) : 1;

/**
 * Where everybody goes, sorted by z and then in the order of painting. Arithmetic only; no source, no tile.
 * The layout must have passed `checkLayout`.
 */
export const layoutTiles = (request: LayoutRequest): Tile[] => {
  if (request.sources.length === 0 || typeof request.layout === "object")
    return [];
  return LAYOUTS[request.layout](request);
};
