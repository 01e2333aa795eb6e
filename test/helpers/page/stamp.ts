/**
 * The time in a picture: 16 bits of milliseconds as black and white blocks, and their parity. Gray code: a block that is
 * read while it changes is wrong by one millisecond, not by thousands.
 */
import type { Area } from "./see.js";

const BITS = 16;
const BLOCKS = BITS + 1;
const WRAP = 1 << BITS;

/** Where the blocks are in the camera's picture, in shares of it: away from label, border and what may be cropped. */
const STRIP: Area = { x: 0.1, y: 0.35, width: 0.8, height: 0.2 };

const parityOf = (value: number): number => {
  let bits = value;
  for (let shift = 8; shift > 0; shift >>= 1) bits ^= bits >> shift;
  return bits & 1;
};

export const drawStamp = (
  drawing: CanvasRenderingContext2D,
  now: number,
): void => {
  const { width, height } = drawing.canvas;
  const value = Math.round(now) % WRAP;
  const gray = value ^ (value >> 1);
  const code = (gray << 1) | parityOf(gray);
  drawing.fillStyle = "#606060";
  drawing.fillRect(0, 0, width, height);
  for (let block = 0; block < BLOCKS; block += 1) {
    drawing.fillStyle = (code >> (BLOCKS - 1 - block)) & 1 ? "#fff" : "#000";
    drawing.fillRect(
      Math.round((STRIP.x + (STRIP.width * block) / BLOCKS) * width),
      STRIP.y * height,
      Math.ceil((STRIP.width * width) / BLOCKS),
      STRIP.height * height,
    );
  }
};

const sketch = document.createElement("canvas");
const sketching = sketch.getContext("2d", { willReadFrequently: true })!;

/** One pixel a block: the browser averages nothing, the middle of each block is read. */
const readBlocks = (video: HTMLVideoElement, tile: Area): number => {
  const { videoWidth, videoHeight } = video;
  const y = (tile.y + (STRIP.y + STRIP.height / 2) * tile.height) * videoHeight;
  const x = (tile.x + STRIP.x * tile.width) * videoWidth;
  const width = STRIP.width * tile.width * videoWidth;
  sketch.width = Math.round(width);
  sketch.height = 1;
  sketching.drawImage(video, x, y, width, 1, 0, 0, sketch.width, 1);
  const { data } = sketching.getImageData(0, 0, sketch.width, 1);
  let code = 0;
  for (let block = 0; block < BLOCKS; block += 1) {
    const at = Math.floor(((block + 0.5) * sketch.width) / BLOCKS);
    code = (code << 1) | (data[4 * at + 1]! > 128 ? 1 : 0);
  }
  return code;
};

/** How many milliseconds old the stamp in a tile is at `now`; undefined when it cannot be read. */
export const stampAge = (
  video: HTMLVideoElement,
  tile: Area,
  now: number,
): number | undefined => {
  const code = readBlocks(video, tile);
  const gray = code >> 1;
  if (parityOf(gray) !== (code & 1)) return undefined;
  let value = gray;
  for (let shift = 8; shift > 0; shift >>= 1) value ^= value >> shift;
  return (((now - value) % WRAP) + WRAP) % WRAP;
};
