import { facesFirst, focusFirst, focusOf } from "./pick.js";
import { withStrip } from "./strip.js";
import type { LayoutRequest, Tile } from "./types.js";

/** At 720p the large tile is 1004x704 and 16 faces fit beside it, the first six in one column; on 720x1280 it is 4:3 above rows of the others. */
const DIVISION = { beside: 1 / 5, aspect: 4 / 3 };

/** The speaker large, the others in a strip. When the speaker changes, three people move at most. */
export const speakerTiles = (request: LayoutRequest): Tile[] => {
  const order = focusFirst(facesFirst(request.sources), focusOf(request));
  const others = order.slice(1);
  return withStrip(request, DIVISION, order[0]!, {
    count: others.length,
    choose: (room) => others.slice(0, room),
  });
};
