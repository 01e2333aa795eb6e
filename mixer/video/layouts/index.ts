/** Layouts: pure functions of sources, template and canvas. One file each; the table below names them. */
import type { LayoutChoice, LayoutName, ViewSettings } from "../../contract.js";
import { checkCustom } from "./check.js";
import { customTiles } from "./custom.js";
import { gridPages, gridTiles } from "./grid.js";
import { pipTiles } from "./pip.js";
import { shareTiles } from "./share.js";
import { sideBySideTiles } from "./side-by-side.js";
import { soloTiles } from "./solo.js";
import { speakerTiles } from "./speaker.js";
import type { Arrange } from "./tile.js";
import type { LayoutRequest, LayoutSource, Tile } from "./types.js";

export { speakersOf } from "./custom.js";
export { easeTiles } from "./ease.js";
export { keepSeats } from "./seats.js";
export { sourceIdOf } from "./types.js";
export type { LayoutRequest, LayoutSource, SourceId, Tile } from "./types.js";

const LAYOUTS: Record<LayoutName, Arrange> = {
  grid: gridTiles,
  speaker: speakerTiles,
  share: shareTiles,
  pip: pipTiles,
  "side-by-side": sideBySideTiles,
  solo: soloTiles,
};

/**
 * Throws a TypeError that names the field (`layout.regions[2].width must be …`), for a layout that does not exist or
 * a custom one that is not right in all its parts. Pictures are checked for size and kind, not decoded.
 */
export const checkLayout = (layout: LayoutChoice): void => {
  if (typeof layout === "object") return checkCustom(layout);
  if (Object.hasOwn(LAYOUTS, layout)) return;
  throw new TypeError(
    `layout must be one of ${Object.keys(LAYOUTS).join(", ")} or an object, got ${layout}`,
  );
};

/** As it is called in tile maps. */
export const layoutNameOf = (layout: LayoutChoice): LayoutName | "custom" =>
  typeof layout === "object" ? "custom" : layout;

/** What is shown: a shared screen takes over a built-in layout (not `solo`) and gives it back. */
export const effectiveLayout = (
  { layout, autoShare }: Pick<ViewSettings, "layout" | "autoShare">,
  sources: readonly LayoutSource[],
): LayoutChoice => {
  const takesOver =
    autoShare && typeof layout !== "object" && layout !== "solo";
  if (!takesOver) return layout;
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
  const { layout, sources } = request;
  if (sources.length === 0) return [];
  return typeof layout === "object"
    ? customTiles(layout, request)
    : LAYOUTS[layout](request);
};
