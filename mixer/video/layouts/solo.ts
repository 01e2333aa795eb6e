import { facesFirst, focusOf } from "./pick.js";
import { full } from "./tile.js";
import type { LayoutRequest, Tile } from "./types.js";

/**
 * The speaker alone (its screen, if it has no camera), or with no speaker named whoever has the first seat. One who
 * is named and not there leaves the canvas empty: nobody else is shown instead.
 */
export const soloTiles = (request: LayoutRequest): Tile[] => {
  const { sources, speaker } = request;
  const own = sources.filter(({ participant }) => participant === speaker);
  const [shown] =
    speaker === undefined ? [focusOf(request) ?? sources[0]] : facesFirst(own);
  return shown === undefined ? [] : [full(request, shown)];
};
