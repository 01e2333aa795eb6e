import type { Frame } from "node-av";
import type { Rect } from "../contract.js";
import type { Colour } from "./colour.js";
import { blendOverlay, type Overlay } from "./overlay.js";
import { allocatePicture, type Planes } from "./picture-frame.js";

/** The composed picture: planes that everything is painted into. All coordinates even and inside. */
export type Canvas = {
  readonly width: number;
  readonly height: number;
  readonly frame: Frame;
  readonly planes: Planes;
  fill(rect: Rect, colour: Colour): void;
  /** A frame of this thickness around `rect`, outside of it. */
  outline(rect: Rect, thickness: number, colour: Colour): void;
  blend(overlay: Overlay, x: number, y: number): void;
  close(): void;
};

const fillPlane = (
  planes: Planes,
  plane: number,
  value: number,
  rect: Rect,
): void => {
  const shift = plane === 0 ? 0 : 1;
  const data = planes.data[plane]!;
  const stride = planes.strides[plane]!;
  const left = rect.x >> shift;
  const width = rect.width >> shift;
  const bottom = (rect.y + rect.height) >> shift;
  for (let row = rect.y >> shift; row < bottom; row++)
    data.fill(value, row * stride + left, row * stride + left + width);
};

export const createCanvas = (width: number, height: number): Canvas => {
  const { frame, planes } = allocatePicture(width, height);
  const fill = (rect: Rect, { y, u, v }: Colour): void => {
    fillPlane(planes, 0, y, rect);
    fillPlane(planes, 1, u, rect);
    fillPlane(planes, 2, v, rect);
  };
  let closed = false;
  return {
    width,
    height,
    frame,
    planes,
    fill,
    outline(rect, thickness, colour) {
      const [x, y] = [rect.x - thickness, rect.y - thickness];
      const full = rect.width + 2 * thickness;
      const right = rect.x + rect.width;
      const bottom = rect.y + rect.height;
      fill({ x, y, width: full, height: thickness }, colour);
      fill({ x, y: bottom, width: full, height: thickness }, colour);
      fill({ ...rect, x, width: thickness }, colour);
      fill({ ...rect, x: right, width: thickness }, colour);
    },
    blend: (overlay, x, y) => blendOverlay(planes, overlay, { x, y }),
    close() {
      if (closed) return;
      closed = true;
      frame.free();
    },
  };
};
