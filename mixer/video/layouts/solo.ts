import { facesFirst, focusOf } from "./pick.js";
import { full } from "./tile.js";
import type { LayoutRequest, Tile } from "./types.js";

/** Who talks is no question, and in a file that is used as a source a frame would be in somebody else's picture. */
const bare = (tile: Tile): Tile => ({
  ...tile,
  border: { thickness: 0, inside: true },
});

/**
 * The speaker alone (its screen, if it has no camera), or with no speaker named whoever has the first seat. One who
 * is named and not there leaves the canvas empty: nobody else is shown instead.
 */
export const soloTiles = (request: LayoutRequest): Tile[] => {
  const { sources, speaker } = request;
  const own = sources.filter(({ participant }) => participant === speaker);
  const [shown] =
    speaker === undefined ? [focusOf(request) ?? sources[0]] : facesFirst(own);
  return shown === undefined ? [] : [bare(full(request, shown))];
};
