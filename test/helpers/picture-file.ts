/** PNG and JPEG files as they come in layouts. */
import { createCanvas, type SKRSContext2D } from "@napi-rs/canvas";

const drawn = (
  width: number,
  height: number,
  draw: (context: SKRSContext2D) => void,
) => {
  const canvas = createCanvas(width, height);
  draw(canvas.getContext("2d"));
  return canvas;
};

/** One colour (CSS, may be transparent) as PNG. */
export const solidPng = (
  width: number,
  height: number,
  colour: string,
): Buffer =>
  drawn(width, height, (context) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
  }).toBuffer("image/png");

/** The left half in one colour, the right in another, as JPEG. */
export const halvesJpeg = (
  width: number,
  height: number,
  [left, right]: [string, string],
): Buffer =>
  drawn(width, height, (context) => {
    context.fillStyle = left;
    context.fillRect(0, 0, width / 2, height);
    context.fillStyle = right;
    context.fillRect(width / 2, 0, width / 2, height);
  }).toBuffer("image/jpeg", 95);
