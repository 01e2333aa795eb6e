import type { Fit, Rect, SourceKind } from "../contract.js";

/** Which part of a picture is shown (`crop`, picture pixels) and where on the canvas (`place`). Offsets are even. */
export type Placement = { crop: Rect; place: Rect };

type Size = { width: number; height: number };

/** 16:9 in a 4:3 tile loses a quarter and still shows the face; a portrait phone in a landscape tile would lose two thirds. */
const MAX_CROP = 1 / 3;

/** Of a screen, what scaling would do to its letters is worse than bars of 5 %, and than 1 % that is cut off its edges. */
const NATIVE = { smallest: 1 / 1.01, largest: 1.05 };

const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2);
const floorEven = (value: number): number => Math.floor(value / 2) * 2;
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

const centred = (tile: Rect, { width, height }: Size): Rect => ({
  x: tile.x + offset(tile.width - width),
  y: tile.y + offset(tile.height - height),
  width,
  height,
});

const rectOf = ({ x, y, width, height }: Rect): Rect => ({
  x,
  y,
  width,
  height,
});

/** Fills the tile with the middle of the picture. */
const filling = (picture: Size, tile: Rect): Placement => ({
  crop: cropped(picture, tile.width / tile.height),
  place: rectOf(tile),
});

/** All of the picture, as large as the tile allows. */
const whole = (picture: Size, tile: Rect): Placement => {
  const aspect = picture.width / picture.height;
  return {
    crop: { x: 0, y: 0, width: picture.width, height: picture.height },
    place: centred(tile, {
      width: Math.min(tile.width, even(tile.height * aspect)),
      height: Math.min(tile.height, even(tile.width / aspect)),
    }),
  };
};

/** Pixel for pixel in the middle of the tile. */
const native = (picture: Size, tile: Rect): Placement => {
  const width = Math.min(tile.width, floorEven(picture.width));
  const height = Math.min(tile.height, floorEven(picture.height));
  const crop = {
    x: offset(picture.width - width),
    y: offset(picture.height - height),
    width,
    height,
  };
  return { crop, place: centred(tile, { width, height }) };
};

const lossOf = (picture: Size, tile: Size): number => {
  const [a, b] = [picture.width / picture.height, tile.width / tile.height];
  return 1 - Math.min(a, b) / Math.max(a, b);
};

/**
 * A camera's picture in its tile: `auto` crops where that loses less than a third of the picture, else shows all of it
 * between bars; `blur` differs from `letterbox` only in what fills the bars.
 */
export const fitPicture = (
  picture: Size,
  tile: Rect,
  fit: Fit = "auto",
): Placement => {
  const crops =
    fit === "crop" || (fit === "auto" && lossOf(picture, tile) < MAX_CROP);
  return crops ? filling(picture, tile) : whole(picture, tile);
};

/**
 * A screen in its tile: pixel for pixel where that nearly fills it, else whole; cut only where that was asked for.
 */
export const fitShare = (
  picture: Size,
  tile: Rect,
  fit: Fit = "auto",
): Placement => {
  if (fit === "crop") return filling(picture, tile);
  const scale = Math.min(
    tile.width / picture.width,
    tile.height / picture.height,
  );
  return scale >= NATIVE.smallest && scale <= NATIVE.largest
    ? native(picture, tile)
    : whole(picture, tile);
};

export const FITS: Record<SourceKind, typeof fitPicture> = {
  camera: fitPicture,
  share: fitShare,
};
