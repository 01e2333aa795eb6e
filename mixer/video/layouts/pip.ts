import type { Rect } from "../../contract.js";
import { SMALLEST, gapFor, roundEven } from "./geometry.js";
import { facesFirst, focusFirst, focusOf, sharesOf } from "./pick.js";
import { flush, full } from "./tile.js";
import type { LayoutRequest, LayoutSource, Tile } from "./types.js";

/** Of the canvas's width: a quarter leaves the full picture's middle free; portrait canvases need more for the same face. */
const PART = { landscape: 1 / 4, portrait: 1 / 3 };
const ASPECT = 16 / 9;
/** Of the corner, in gaps: clear of the full one's talker frame. */
const MARGIN = 2;

/** The lower right corner: the full one's label is at the lower left. */
const corner = ({ width, height }: LayoutRequest): Rect => {
  const part = width > height ? PART.landscape : PART.portrait;
  const margin = MARGIN * gapFor(width, height);
  const size = {
    width: Math.max(SMALLEST, roundEven(width * part)),
    height: Math.max(SMALLEST, roundEven((width * part) / ASPECT)),
  };
  return {
    x: Math.max(0, width - margin - size.width),
    y: Math.max(0, height - margin - size.height),
    ...size,
  };
};

const chosen = (
  request: LayoutRequest,
): [LayoutSource, LayoutSource | undefined] => {
  const screen = sharesOf(request.sources)[0];
  if (screen !== undefined) return [screen, focusOf(request)];
  const order = focusFirst(facesFirst(request.sources), focusOf(request));
  return [order[0]!, order[1]];
};

/** The newest screen full and the speaker in the corner; without a screen the speaker full and the next in the corner. */
export const pipTiles = (request: LayoutRequest): Tile[] => {
  const [large, small] = chosen(request);
  const ground = full(request, large);
  if (small === undefined) return [ground];
  return [ground, flush(request, small, corner(request), 1)];
};
