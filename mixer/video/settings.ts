import type { ViewSettings } from "../contract.js";
import { artworkOf, type ArtworkFiles } from "./artwork.js";
import { checkLayout } from "./layouts/index.js";
import { checkSize } from "./picture-frame.js";

const LABELS = ["on", "off", "talking"];
const TEMPERAMENTS = ["calm", "normal", "fast"];

const oneOf = (name: string, values: string[], value: string): void => {
  if (!values.includes(value))
    throw new TypeError(
      `${name} must be one of ${values.join(", ")}, got ${value}`,
    );
};

/** The pictures that these settings need. Throws a TypeError that names the field if anything in them is wrong. */
export const checkSettings = (settings: ViewSettings): ArtworkFiles => {
  const { width, height, page, layout, labels, temperament } = settings;
  checkSize(width, height);
  oneOf("labels", LABELS, labels);
  oneOf("temperament", TEMPERAMENTS, temperament);
  if (!Number.isInteger(page) || page < 0)
    throw new TypeError(`page must be 0 or a positive integer, got ${page}`);
  checkLayout(layout);
  return artworkOf(layout);
};
