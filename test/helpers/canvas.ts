import type { ExecutionContext } from "ava";
import type { Rect } from "../../mixer/contract.js";
import {
  createCompositor,
  type Compositor,
} from "../../mixer/video/compositor.js";
import {
  averageYuv,
  colourDistance,
  planesOf,
  yuvOf,
  type Yuv,
} from "./picture.js";

/** What a camera's picture may lose on its way into the tile, in levels of 255. */
const LEVELS = 3;
export const RED = yuvOf(200, 40, 40);
export const BLUE = yuvOf(40, 60, 200);
export const PERSON = { name: "Ann", camera: true, muted: false };

/** A compositor that is closed when the test ends. */
export const compositorFor = (
  t: ExecutionContext,
  width = 1280,
  height = 720,
): Compositor => {
  const made = createCompositor({ width, height });
  t.teardown(() => made.close());
  return made;
};

export const tileOf = (it: Compositor, id: string) =>
  it.layout().tiles.find(({ participant }) => participant === id)!;

/** The middle of a tile, clear of its label. */
export const middleOf = ({ x, y, width, height }: Rect): Rect => ({
  x: x + Math.floor(width / 8) * 2,
  y: y + Math.floor(height / 8) * 2,
  width: Math.floor(width / 4) * 2,
  height: Math.floor(height / 4) * 2,
});

/** Whether the average colour there is this one. */
export const shows = (it: Compositor, area: Rect, colour: Yuv): boolean =>
  colourDistance(averageYuv(it.frame, area), colour) < LEVELS;

/** All that can be seen of the canvas, as a string to compare. */
export const snapshotOf = (it: Compositor): string =>
  planesOf(it.frame)
    .data.map((plane) => Buffer.from(plane).toString("latin1"))
    .join();
