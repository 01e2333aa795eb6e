import type { Rect } from "../contract.js";
import type { I420Frame } from "../media.js";
import { fitPicture } from "./fit.js";
import {
  createPicture,
  planesOfPicture,
  type Planes,
} from "./picture-frame.js";
import { createScaler } from "./scaler.js";

/** Fills a whole tile with a blurred and dimmed copy of the picture that will lie on it. Not two calls at a time. */
export type Blur = {
  draw(picture: I420Frame, tile: Rect): Promise<void>;
  close(): void;
};

/** Scaled down to this part and up again nothing can be recognised, and a tile of 416x234 costs 30 us more. */
const PART = 16;
/** Pixels: below this swscale refuses. */
const SMALLEST = 8;
/** Of the brightness, so that the picture stands out from its surroundings. */
const LIGHT = 0.6;
const BLACK = 16;

const smallSide = (length: number): number =>
  Math.max(SMALLEST, 2 * Math.round(length / PART / 2));

const dim = ({ width, height, data }: I420Frame): void => {
  const end = width * height;
  for (let at = 0; at < end; at++)
    data[at] = BLACK + (data[at]! - BLACK) * LIGHT;
};

/** The small picture of a tile's size, and the way into it. */
const openSmall = (tile: Rect) => {
  const width = smallSide(tile.width);
  const height = smallSide(tile.height);
  const picture = createPicture(width, height);
  return {
    picture,
    size: { x: 0, y: 0, width, height },
    shrink: createScaler(planesOfPicture(picture)),
  };
};

export const createBlur = (canvas: Planes): Blur => {
  const enlarge = createScaler(canvas);
  let small: ReturnType<typeof openSmall> | undefined;
  const smallFor = (tile: Rect) => {
    if (
      small?.size.width === smallSide(tile.width) &&
      small.size.height === smallSide(tile.height)
    )
      return small;
    small?.shrink.close();
    return (small = openSmall(tile));
  };
  return {
    async draw(picture, tile) {
      const { picture: blurred, size, shrink } = smallFor(tile);
      const { crop, place } = fitPicture(picture, tile, "crop");
      await shrink.draw(picture, { crop, place: size });
      dim(blurred);
      await enlarge.draw(blurred, { crop: size, place });
    },
    close() {
      small?.shrink.close();
      small = undefined;
      enlarge.close();
    },
  };
};
