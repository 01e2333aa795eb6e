import { facesFirst, focusOf, keepVisible, sharesOf } from "./pick.js";
import { speakerTiles } from "./speaker.js";
import { withStrip } from "./strip.js";
import type { LayoutRequest, Tile } from "./types.js";

/** Text needs the pixels more than faces do; above a strip, a screen is nearly always 16:9. */
const DIVISION = { beside: 1 / 6, aspect: 16 / 9 };

/**
 * The newest screen large, faces in a strip, then older screens. The speaker is seen before all others: where not
 * all fit, in the place of the last who does; nobody else moves. Without a screen it is the speaker layout.
 */
export const shareTiles = (request: LayoutRequest): Tile[] => {
  const screen = sharesOf(request.sources)[0];
  if (screen === undefined) return speakerTiles(request);
  const others = facesFirst(request.sources).filter(
    ({ id }) => id !== screen.id,
  );
  return withStrip(request, DIVISION, screen, {
    count: others.length,
    choose: (room) => keepVisible(others, focusOf(request), room),
  });
};
