import type { Rect } from "../contract.js";

/** Which part of a picture is shown (`crop`, picture pixels) and where on the canvas (`place`). Offsets are even. */
export type Fit = { crop: Rect; place: Rect };

type Size = { width: number; height: number };

/** 16:9 in a 4:3 tile loses a quarter and still shows the face; a portrait phone in a landscape tile would lose two thirds. */
const MAX_CROP = 1 / 3;

const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2);
const offset = (room: number): number => Math.floor(room / 4) * 2;

const cropped = (picture: Size, aspect: number): Rect => {
  const width = Math.min(picture.width, even(picture.height * aspect));
  const height = Math.min(picture.height, even(picture.width / aspect));
  return {
    x: offset(picture.width - width),
    y: offset(picture.height - height),
    width,
    height,
  };
};

const letterboxed = (tile: Rect, aspect: number): Rect => {
  const width = Math.min(tile.width, even(tile.height * aspect));
  const height = Math.min(tile.height, even(tile.width / aspect));
  return {
    x: tile.x + offset(tile.width - width),
    y: tile.y + offset(tile.height - height),
    width,
    height,
  };
};

/** Crops where that loses less than a third of the picture, else shows all of it between bars. */
export const fitPicture = (picture: Size, tile: Rect): Fit => {
  const aspect = picture.width / picture.height;
  const tileAspect = tile.width / tile.height;
  const lost = 1 - Math.min(aspect, tileAspect) / Math.max(aspect, tileAspect);
  if (lost < MAX_CROP) {
    const { x, y, width, height } = tile;
    return {
      crop: cropped(picture, tileAspect),
      place: { x, y, width, height },
    };
  }
  return {
    crop: { x: 0, y: 0, width: picture.width, height: picture.height },
    place: letterboxed(tile, aspect),
  };
};

/** The bars: what of the tile the picture leaves free. */
export const barsOf = (tile: Rect, place: Rect): Rect[] => {
  const right = place.x + place.width;
  const bottom = place.y + place.height;
  return [
    { ...tile, height: place.y - tile.y },
    { ...tile, y: bottom, height: tile.y + tile.height - bottom },
    { ...tile, width: place.x - tile.x },
    { ...tile, x: right, width: tile.x + tile.width - right },
  ].filter((bar) => bar.width > 0 && bar.height > 0);
};
