import type { Rect } from "../contract.js";

/** The part of `a` that lies inside of `b`; its width or height is 0 or less if none does. */
export const intersect = (a: Rect, b: Rect): Rect => {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return { x, y, width, height };
};

export const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width &&
  b.x < a.x + a.width &&
  a.y < b.y + b.height &&
  b.y < a.y + a.height;

/** The rectangle with this much more on each side. */
export const grown = ({ x, y, width, height }: Rect, by: number): Rect => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
});

/** What of `outer` lies around `inner`: above, below, left and right of it. */
export const around = (outer: Rect, inner: Rect): Rect[] => {
  const right = inner.x + inner.width;
  const bottom = inner.y + inner.height;
  const { x, y, width } = outer;
  return [
    { x, y, width, height: inner.y - y },
    { x, y: bottom, width, height: y + outer.height - bottom },
    { ...inner, x, width: inner.x - x },
    { ...inner, x: right, width: x + width - right },
  ]
    .map((rect) => ({
      x: rect.x,
      y: rect.y,
      width: rect.width,
      height: rect.height,
    }))
    .filter((rect) => rect.width > 0 && rect.height > 0);
};
