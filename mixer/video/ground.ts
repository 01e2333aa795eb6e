import type { Rect } from "../contract.js";
import type { Canvas } from "./canvas.js";
import { colourOf, type Colour } from "./colour.js";
import type { Overlay } from "./overlay.js";
import type { Planes } from "./picture-frame.js";

/** What lies below and above all tiles. */
export type Artwork = {
  colour: Colour;
  /** Of the canvas' size; covers the colour. */
  image?: Planes;
  /** In pieces, each with its place. */
  logo: readonly { overlay: Overlay; x: number; y: number }[];
};

/**
 * The canvas' lowest and uppermost layer.
 *
 * A logo may be half transparent: laid twice over the same pixels, it would darken them. So whoever paints a rectangle
 * calls `cover` for just that, once.
 */
export type Ground = {
  /** Paints the background there, and the logo over it. */
  restore(rect: Rect): void;
  /** Lays the logo over what was painted there. */
  cover(rect: Rect): void;
  use(artwork: Artwork): void;
};

/** Where a layout names no colour. */
export const PLAIN_COLOUR = "#14171c";
const PLAIN: Artwork = { colour: colourOf(PLAIN_COLOUR), logo: [] };

export const createGround = (canvas: Canvas): Ground => {
  let { colour, image, logo } = PLAIN;
  const cover = (rect: Rect): void => {
    for (const { overlay, x, y } of logo) canvas.blend(overlay, x, y, rect);
  };
  return {
    cover,
    restore(rect) {
      if (image === undefined) canvas.fill(rect, colour);
      else canvas.copy(rect, image);
      cover(rect);
    },
    use(artwork) {
      ({ colour, image, logo } = artwork);
    },
  };
};
