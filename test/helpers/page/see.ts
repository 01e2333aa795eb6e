/** What an area of the played picture looks like. */
import { mixElement } from "./mix.js";

export type Area = { x: number; y: number; width: number; height: number };

const sketch = document.createElement("canvas");
const sketching = sketch.getContext("2d", { willReadFrequently: true })!;

/** The pixels of an area of the picture that the page shows, in shares of the picture (0 to 1); undefined without a picture. */
const pixels = (area: Area): ImageData | undefined => {
  const video = mixElement();
  if (!video || video.readyState < 2 || video.videoWidth === 0)
    return undefined;
  const { videoWidth, videoHeight } = video;
  const x = Math.round(area.x * videoWidth);
  const y = Math.round(area.y * videoHeight);
  const width = Math.max(1, Math.round(area.width * videoWidth));
  const height = Math.max(1, Math.round(area.height * videoHeight));
  if (sketch.width < width) sketch.width = width;
  if (sketch.height < height) sketch.height = height;
  sketching.drawImage(video, x, y, width, height, 0, 0, width, height);
  return sketching.getImageData(0, 0, width, height);
};

/** The average colour (red, green, blue; 0 to 255) of an area. */
export const colour = (area: Area): number[] | undefined => {
  const data = pixels(area)?.data;
  if (data === undefined) return undefined;
  const sum = [0, 0, 0];
  for (let at = 0; at < data.length; at += 4)
    for (let part = 0; part < 3; part += 1) sum[part]! += data[at + part]!;
  return sum.map((total) => (total * 4) / data.length);
};

/** How much an area's brightness varies (standard deviation): text on a plain ground stands out. */
export const contrast = (area: Area): number => {
  const data = pixels(area)?.data ?? new Uint8ClampedArray(4);
  const count = data.length / 4;
  let [sum, squares] = [0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const luma = 0.3 * data[at]! + 0.59 * data[at + 1]! + 0.11 * data[at + 2]!;
    sum += luma;
    squares += luma * luma;
  }
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
};
