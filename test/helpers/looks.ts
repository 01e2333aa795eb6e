/** Pictures as they should look, kept as PNG files in test/pictures. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { Frame } from "node-av";
import { join } from "node:path";
import type { I420Frame } from "../../mixer/media.js";
import { planesOf } from "./picture.js";
import { inRoot } from "./root.js";

const FOLDER = inRoot("test/pictures");

/** RGBA, row by row. */
export type Pixels = {
  width: number;
  height: number;
  data: Uint8ClampedArray;
};

/** BT.601, limited range, as the mixer's canvas is. */
export const pixelsOf = (picture: Frame | I420Frame): Pixels => {
  const { width, height, data, strides } = planesOf(picture);
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const luma = 1.164 * (data[0]![y * strides[0]! + x]! - 16);
      const [u, v] = [1, 2].map(
        (plane) => data[plane]![(y >> 1) * strides[plane]! + (x >> 1)]! - 128,
      ) as [number, number];
      pixels.set(
        [luma + 1.596 * v, luma - 0.392 * u - 0.813 * v, luma + 2.017 * u, 255],
        (y * width + x) * 4,
      );
    }
  return { width, height, data: pixels };
};

/** Letters may move by a fraction of a pixel from one release of Skia to the next; the mean of so many hides that. */
const BLOCK = 8;

const blockMean = (
  { width, data }: Pixels,
  [left, top]: [number, number],
  channel: number,
): number => {
  let sum = 0;
  for (let y = top; y < top + BLOCK; y++)
    for (let x = left; x < left + BLOCK; x++)
      sum += data[(y * width + x) * 4 + channel]!;
  return sum / BLOCK ** 2;
};

/** By how much the block that differs most does, in levels of 255. Sizes must be the same. */
export const largestDifference = (a: Pixels, b: Pixels): number => {
  if (a.width !== b.width || a.height !== b.height) return Infinity;
  let largest = 0;
  for (let top = 0; top + BLOCK <= a.height; top += BLOCK)
    for (let left = 0; left + BLOCK <= a.width; left += BLOCK)
      for (const channel of [0, 1, 2]) {
        const at: [number, number] = [left, top];
        const off = blockMean(a, at, channel) - blockMean(b, at, channel);
        largest = Math.max(largest, Math.abs(off));
      }
  return largest;
};

const writePng = async (file: string, { width, height, data }: Pixels) => {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  image.data.set(data);
  context.putImageData(image, 0, 0);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(file, canvas.toBuffer("image/png"));
};

const readPng = async (file: string): Promise<Pixels> => {
  const image = await loadImage(await readFile(file));
  const { width, height } = image;
  const context = createCanvas(width, height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, data };
};

/**
 * How far the picture is from the one kept under this name, as `largestDifference`. With RENEW_PICTURES=1 it is kept
 * from now on; a picture that failed lies beside as NAME.now.png.
 */
export const compareWithKept = async (
  name: string,
  seen: Pixels,
  tolerance: number,
): Promise<number> => {
  const file = join(FOLDER, `${name}.png`);
  if (process.env["RENEW_PICTURES"] === "1") await writePng(file, seen);
  const off = largestDifference(seen, await readPng(file));
  if (off > tolerance) await writePng(join(FOLDER, `${name}.now.png`), seen);
  return off;
};
