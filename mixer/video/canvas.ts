import type { Frame } from "node-av";
import type { Rect } from "../contract.js";
import type { Colour } from "./colour.js";
import { blendOverlay, type Overlay } from "./overlay.js";
import { allocatePicture, type Planes } from "./picture-frame.js";
import { intersect } from "./rects.js";

/** The composed picture: planes that everything is painted into. All coordinates even; what lies outside is left out. */
export type Canvas = {
  readonly width: number;
  readonly height: number;
  readonly frame: Frame;
  readonly planes: Planes;
  fill(rect: Rect, colour: Colour): void;
  /** Copies that part of a picture of the canvas' own size. */
  copy(rect: Rect, picture: Planes): void;
  blend(overlay: Overlay, x: number, y: number, clip?: Rect): void;
  close(): void;
};

/** One plane's share of a rectangle: where its rows begin and how long they are. */
const eachRow = (
  stride: number,
  plane: number,
  rect: Rect,
  visit: (from: number, to: number) => void,
): void => {
  const shift = plane === 0 ? 0 : 1;
  const left = rect.x >> shift;
  const width = rect.width >> shift;
  if (width <= 0) return;
  const bottom = (rect.y + rect.height) >> shift;
  for (let row = rect.y >> shift; row < bottom; row++)
    visit(row * stride + left, row * stride + left + width);
};

export const fillPlanes = (
  planes: Planes,
  rect: Rect,
  { y, u, v }: Colour,
): void => {
  for (const [plane, value] of [y, u, v].entries()) {
    const data = planes.data[plane]!;
    eachRow(planes.strides[plane]!, plane, rect, (from, to) =>
      data.fill(value, from, to),
    );
  }
};

const copyPlanes = (to: Planes, rect: Rect, picture: Planes): void => {
  for (const [plane, data] of to.data.entries()) {
    const source = picture.data[plane]!;
    const ahead = picture.strides[plane]! - to.strides[plane]!;
    const stride = to.strides[plane]!;
    eachRow(stride, plane, rect, (start, end) => {
      const from = start + Math.floor(start / stride) * ahead;
      source.copy(data, start, from, from + end - start);
    });
  }
};

export const createCanvas = (width: number, height: number): Canvas => {
  const { frame, planes } = allocatePicture(width, height);
  const whole = { x: 0, y: 0, width, height };
  let closed = false;
  return {
    width,
    height,
    frame,
    planes,
    fill: (rect, colour) => fillPlanes(planes, intersect(rect, whole), colour),
    copy: (rect, picture) =>
      copyPlanes(planes, intersect(rect, whole), picture),
    blend: (overlay, x, y, clip = whole) =>
      blendOverlay(planes, overlay, { x, y }, intersect(clip, whole)),
    close() {
      if (closed) return;
      closed = true;
      frame.free();
    },
  };
};
