import { gridTiles } from "./grid.js";
import { facesFirst, focusFirst, focusOf, sharesOf } from "./pick.js";
import type { LayoutRequest, LayoutSource, Tile } from "./types.js";

const chosen = (request: LayoutRequest): LayoutSource[] => {
  const { sources } = request;
  const focus = focusOf(request);
  const screen = sharesOf(sources)[0];
  if (screen !== undefined) return focus ? [screen, focus] : [screen];
  const pair = focusFirst(facesFirst(sources), focus).slice(0, 2);
  return sources.filter((source) => pair.includes(source));
};

/**
 * Two, equally large: the newest screen and the speaker, or the speaker and one more. Two faces stand in seat order,
 * so that two people in a talk never change sides. On portrait canvases they stand above each other.
 */
export const sideBySideTiles = (request: LayoutRequest): Tile[] =>
  gridTiles({ ...request, sources: chosen(request), page: 0 });
