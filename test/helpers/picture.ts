import type { Frame } from "node-av";
import type { I420Frame } from "../../mixer/media.js";

export type Area = { x: number; y: number; width: number; height: number };
export type Yuv = { y: number; u: number; v: number };

/** Pictures with planes that may be padded: node-av frames and plain I420 alike. */
type Planar = {
  width: number;
  height: number;
  data: readonly Uint8Array[];
  strides: readonly number[];
};

const isPlain = (picture: Frame | I420Frame): picture is I420Frame =>
  picture.data instanceof Uint8Array;

/** The three planes of either kind of picture. Views: use them before the frame is written or freed. */
export const planesOf = (picture: Frame | I420Frame): Planar => {
  const { width, height } = picture;
  if (!isPlain(picture)) {
    return {
      width,
      height,
      data: picture.data!.slice(0, 3),
      strides: picture.linesize.slice(0, 3),
    };
  }
  const half = (width + 1) >> 1;
  const luma = width * height;
  const chroma = half * ((height + 1) >> 1);
  return {
    width,
    height,
    strides: [width, half, half],
    data: [0, luma, luma + chroma].map((start, plane) =>
      picture.data.subarray(start, start + (plane === 0 ? luma : chroma)),
    ),
  };
};

const mean = (picture: Planar, plane: number, area: Area): number => {
  const shift = plane === 0 ? 0 : 1;
  const [left, top] = [area.x >> shift, area.y >> shift];
  const [right, bottom] = [
    (area.x + area.width) >> shift,
    (area.y + area.height) >> shift,
  ];
  let sum = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++)
      sum += picture.data[plane]![y * picture.strides[plane]! + x]!;
  }
  return sum / ((right - left) * (bottom - top));
};

/** The average colour of a rectangle (the whole picture by default), in the picture's own Y, U and V. */
export const averageYuv = (picture: Frame | I420Frame, area?: Area): Yuv => {
  const planes = planesOf(picture);
  const of = area ?? { ...planes, x: 0, y: 0 };
  return {
    y: mean(planes, 0, of),
    u: mean(planes, 1, of),
    v: mean(planes, 2, of),
  };
};

/** The average colour of a rectangle of packed pixels (RGB: 3 bytes, RGBA: 4). */
export const averageRgb = (
  pixels: Uint8Array,
  width: number,
  area: Area,
  bytes: 3 | 4 = 3,
): [number, number, number] => {
  const sums: [number, number, number] = [0, 0, 0];
  for (let y = area.y; y < area.y + area.height; y++) {
    for (let x = area.x; x < area.x + area.width; x++) {
      for (const channel of [0, 1, 2] as const)
        sums[channel] += pixels[(y * width + x) * bytes + channel]!;
    }
  }
  const count = area.width * area.height;
  return [sums[0] / count, sums[1] / count, sums[2] / count];
};

export const colourDistance = (a: Yuv, b: Yuv): number =>
  Math.max(Math.abs(a.y - b.y), Math.abs(a.u - b.u), Math.abs(a.v - b.v));

/** BT.601, limited range: what the mixer works in. */
export const yuvOf = (r: number, g: number, b: number): Yuv => ({
  y: 16 + 0.256788 * r + 0.504129 * g + 0.097906 * b,
  u: 128 - 0.148223 * r - 0.290993 * g + 0.439216 * b,
  v: 128 + 0.439216 * r - 0.367788 * g - 0.071427 * b,
});

const emptyPicture = (width: number, height: number): I420Frame => {
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
  return {
    width,
    height,
    data: new Uint8Array(width * height + 2 * chroma),
  };
};

/** A picture of one colour, of any size. */
export const solidPicture = (
  width: number,
  height: number,
  colour: Yuv,
): I420Frame => {
  const picture = emptyPicture(width, height);
  const { data } = planesOf(picture);
  data[0]!.fill(Math.round(colour.y));
  data[1]!.fill(Math.round(colour.u));
  data[2]!.fill(Math.round(colour.v));
  return picture;
};

/** Deterministic noise, 0 to 255: grain that a codec cannot foresee. */
const noise = (seed: number): number =>
  (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) >>> 13) & 255;

const waves = (
  length: number,
  amplitude: number,
  phase: (at: number) => number,
): Float64Array =>
  Float64Array.from({ length }, (_, at) => amplitude * Math.sin(phase(at)));

/** One picture of a moving scene: drifting waves of light and colour with some grain. */
export const movingPicture = (
  width: number,
  height: number,
  index: number,
): I420Frame => {
  const picture = emptyPicture(width, height);
  const { data, strides } = planesOf(picture);
  // Sines by the row and by the column: the tests paint hundreds of these.
  const across = waves(width, 50, (x) => (x + 5 * index) / 23);
  const down = waves(height, 40, (y) => (y - 3 * index) / 17);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grain = noise(x + y * width + index * 7919) / 24;
      data[0]![y * width + x] = 120 + across[x]! + down[y]! + grain;
    }
  }
  for (const plane of [1, 2]) {
    const stride = strides[plane]!;
    const rows = (height + 1) >> 1;
    const tint = waves(
      stride * plane + rows,
      50,
      (at) => (at + 4 * index) / 40,
    );
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < stride; x++)
        data[plane]![y * stride + x] = 128 + tint[x * plane + y]!;
    }
  }
  return picture;
};

/** Writes a plain picture into a node-av frame of the same size. */
export const fillFrame = (frame: Frame, picture: I420Frame): void => {
  const [to, from] = [planesOf(frame), planesOf(picture)];
  for (const plane of [0, 1, 2]) {
    const rows = plane === 0 ? picture.height : (picture.height + 1) >> 1;
    const [width, stride] = [from.strides[plane]!, to.strides[plane]!];
    for (let y = 0; y < rows; y++)
      to.data[plane]!.set(
        from.data[plane]!.subarray(y * width, (y + 1) * width),
        y * stride,
      );
  }
};

/** Peak signal-to-noise ratio of the luma, in dB; Infinity for equal pictures. */
export const psnr = (a: Frame | I420Frame, b: Frame | I420Frame): number => {
  const [left, right] = [planesOf(a), planesOf(b)];
  let squares = 0;
  for (let y = 0; y < left.height; y++) {
    for (let x = 0; x < left.width; x++) {
      const difference =
        left.data[0]![y * left.strides[0]! + x]! -
        right.data[0]![y * right.strides[0]! + x]!;
      squares += difference * difference;
    }
  }
  return 10 * Math.log10((255 * 255 * left.width * left.height) / squares);
};
