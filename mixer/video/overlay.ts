import type { Rect } from "../contract.js";
import { blueOf, lumaOf, redOf } from "./colour.js";
import type { Planes } from "./picture-frame.js";
import { intersect } from "./rects.js";

/** One plane to be blended: `add` is the colour times its opacity, `keep` what stays of the picture, 0 to 256. */
type Layer = { add: Uint8Array; keep: Uint16Array };

/** A small picture with transparency, rasterized once and blended often. Even width and height; Y, U, V. */
export type Overlay = {
  width: number;
  height: number;
  layers: [Layer, Layer, Layer];
};

const createLayer = (size: number): Layer => ({
  add: new Uint8Array(size),
  keep: new Uint16Array(size),
});

/** From straight (not premultiplied) RGBA, as a 2D canvas hands it out. Width and height must be even. */
export const overlayFromRgba = (
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
): Overlay => {
  const half = width >> 1;
  const chroma = half * (height >> 1);
  const luma = createLayer(width * height);
  const blue = createLayer(chroma);
  const red = createLayer(chroma);
  // Sums over the four pixels of each chroma sample: colour times opacity, and opacity.
  const sums = [0, 1, 2].map(() => new Float32Array(chroma)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let at = 0; at < width * height; at++) {
    const [r, g, b] = [rgba[at * 4]!, rgba[at * 4 + 1]!, rgba[at * 4 + 2]!];
    const alpha = rgba[at * 4 + 3]! / 255;
    luma.add[at] = Math.round(lumaOf(r, g, b) * alpha);
    luma.keep[at] = Math.round((1 - alpha) * 256);
    const sample = (Math.floor(at / width) >> 1) * half + ((at % width) >> 1);
    sums[0][sample]! += blueOf(r, g, b) * alpha;
    sums[1][sample]! += redOf(r, g, b) * alpha;
    sums[2][sample]! += alpha;
  }
  for (let at = 0; at < chroma; at++) {
    blue.add[at] = Math.round(sums[0][at]! / 4);
    red.add[at] = Math.round(sums[1][at]! / 4);
    blue.keep[at] = red.keep[at] = Math.round((1 - sums[2][at]! / 4) * 256);
  }
  return { width, height, layers: [luma, blue, red] };
};

/** Lays the overlay over the picture at even x and y, as far as it lies inside `clip` (even, inside the picture). */
export const blendOverlay = (
  planes: Planes,
  overlay: Overlay,
  { x, y }: Pick<Rect, "x" | "y">,
  clip: Rect,
): void => {
  const part = intersect({ ...overlay, x, y }, clip);
  if (part.width <= 0 || part.height <= 0) return;
  for (let plane = 0; plane < 3; plane++) {
    const shift = plane === 0 ? 0 : 1;
    const { add, keep } = overlay.layers[plane]!;
    const data = planes.data[plane]!;
    const stride = planes.strides[plane]!;
    const own = overlay.width >> shift;
    const width = part.width >> shift;
    const rows = part.height >> shift;
    let at = ((part.y - y) >> shift) * own + ((part.x - x) >> shift);
    let to = (part.y >> shift) * stride + (part.x >> shift);
    for (
      let row = 0;
      row < rows;
      row++, at += own - width, to += stride - width
    ) {
      for (const end = at + width; at < end; at++, to++)
        data[to] = add[at]! + ((data[to]! * keep[at]! + 128) >> 8);
    }
  }
};
