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

/** Pixels of the small copy's longer side: in so few nothing can be recognised, whatever the tile's size. */
const LONGER = 32;
/** Pixels: below this swscale refuses. */
const SMALLEST = 8;
/** Of the brightness, so that the picture stands out from its surroundings. */
const LIGHT = 0.6;
const BLACK = 16;

const smallSide = (length: number, longer: number): number =>
  Math.max(SMALLEST, 2 * Math.round((length * LONGER) / longer / 2));

const smallSize = ({ width, height }: Rect): Rect => {
  const longer = Math.max(width, height);
  return {
    x: 0,
    y: 0,
    width: smallSide(width, longer),
    height: smallSide(height, longer),
  };
};

/** Each luma sample becomes the mean of its row's (or column's) three: so no edge is left to be enlarged. */
const soften = (
  { data }: I420Frame,
  {
    step,
    count,
    next,
    lines,
  }: Record<"step" | "count" | "next" | "lines", number>,
): void => {
  for (let line = 0; line < lines; line++) {
    let before = data[line * next]!;
    for (let at = 1; at < count - 1; at++) {
      const index = line * next + at * step;
      const here = data[index]!;
      data[index] = (before + here + data[index + step]!) / 3;
      before = here;
    }
  }
};

const dim = ({ width, height, data }: I420Frame): void => {
  const end = width * height;
  for (let at = 0; at < end; at++)
    data[at] = BLACK + (data[at]! - BLACK) * LIGHT;
};

const blurLuma = (picture: I420Frame): void => {
  const { width, height } = picture;
  soften(picture, { step: 1, count: width, next: width, lines: height });
  soften(picture, { step: width, count: height, next: 1, lines: width });
  dim(picture);
};

/** The small copy, and the way into it. */
const openSmall = (size: Rect) => {
  const picture = createPicture(size.width, size.height);
  return { picture, size, shrink: createScaler(planesOfPicture(picture)) };
};

export const createBlur = (canvas: Planes): Blur => {
  const enlarge = createScaler(canvas);
  let small: ReturnType<typeof openSmall> | undefined;
  const smallFor = (tile: Rect) => {
    const size = smallSize(tile);
    const { width, height } = small?.size ?? {};
    if (small !== undefined && width === size.width && height === size.height)
      return small;
    small?.shrink.close();
    return (small = openSmall(size));
  };
  return {
    async draw(picture, tile) {
      const { picture: blurred, size, shrink } = smallFor(tile);
      const { crop, place } = fitPicture(picture, tile, "crop");
      await shrink.draw(picture, { crop, place: size });
      blurLuma(blurred);
      await enlarge.draw(blurred, { crop: size, place });
    },
    close() {
      small?.shrink.close();
      small = undefined;
      enlarge.close();
    },
  };
};
