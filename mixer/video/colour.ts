/** One colour as the canvas holds it: BT.601, limited range. */
export type Colour = { y: number; u: number; v: number };

/** Luma of 8-bit RGB: 16 (black) to 235 (white). */
export const lumaOf = (r: number, g: number, b: number): number =>
  16 + 0.256788 * r + 0.504129 * g + 0.097906 * b;
export const blueOf = (r: number, g: number, b: number): number =>
  128 - 0.148223 * r - 0.290993 * g + 0.439216 * b;
export const redOf = (r: number, g: number, b: number): number =>
  128 + 0.439216 * r - 0.367788 * g - 0.071427 * b;

/** Of a `#rrggbb` string. */
export const colourOf = (hex: string): Colour => {
  const value = Number.parseInt(hex.slice(1), 16);
  const [r, g, b] = [value >> 16, (value >> 8) & 255, value & 255] as const;
  return {
    y: Math.round(lumaOf(r, g, b)),
    u: Math.round(blueOf(r, g, b)),
    v: Math.round(redOf(r, g, b)),
  };
};
