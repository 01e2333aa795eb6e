import type { SKRSContext2D } from "@napi-rs/canvas";

/** Where a sign goes: the square's top left corner and its side, in pixels. */
export type Square = { x: number; y: number; size: number };

const INK = "#ffffff";
const CROSS = "#ff5a5f";

const cross = (context: SKRSContext2D, { x, y, size }: Square): void => {
  context.strokeStyle = CROSS;
  context.lineWidth = size * 0.11;
  context.beginPath();
  context.moveTo(x + size * 0.14, y + size * 0.1);
  context.lineTo(x + size * 0.86, y + size * 0.9);
  context.stroke();
};

/** A crossed microphone. */
export const drawMuted = (context: SKRSContext2D, square: Square): void => {
  const { x, y, size } = square;
  context.save();
  context.lineCap = "round";
  context.fillStyle = context.strokeStyle = INK;
  context.lineWidth = size * 0.09;
  context.beginPath();
  context.roundRect(
    x + size * 0.36,
    y + size * 0.06,
    size * 0.28,
    size * 0.5,
    size * 0.14,
  );
  context.fill();
  context.beginPath();
  context.arc(x + size * 0.5, y + size * 0.44, size * 0.28, 0, Math.PI);
  context.moveTo(x + size * 0.5, y + size * 0.72);
  context.lineTo(x + size * 0.5, y + size * 0.92);
  context.stroke();
  cross(context, square);
  context.restore();
};

/** A camera; crossed when its picture is missing. */
export const drawCamera = (
  context: SKRSContext2D,
  square: Square,
  crossed: boolean,
): void => {
  const { x, y, size } = square;
  context.save();
  context.lineCap = "round";
  context.fillStyle = INK;
  context.beginPath();
  context.roundRect(
    x + size * 0.06,
    y + size * 0.24,
    size * 0.58,
    size * 0.52,
    size * 0.1,
  );
  context.moveTo(x + size * 0.7, y + size * 0.46);
  context.lineTo(x + size * 0.94, y + size * 0.28);
  context.lineTo(x + size * 0.94, y + size * 0.72);
  context.lineTo(x + size * 0.7, y + size * 0.54);
  context.closePath();
  context.fill();
  if (crossed) cross(context, square);
  context.restore();
};

/** Head and shoulders, for somebody without a name. */
export const drawPerson = (
  context: SKRSContext2D,
  { x, y, size }: Square,
): void => {
  context.fillStyle = INK;
  context.beginPath();
  context.arc(x + size / 2, y + size * 0.4, size * 0.16, 0, 2 * Math.PI);
  context.fill();
  context.beginPath();
  context.arc(x + size / 2, y + size * 0.88, size * 0.28, Math.PI, 0);
  context.fill();
};
