import {
  AV_LOG_ERROR,
  AV_PIX_FMT_YUV420P,
  FFmpegError,
  Frame,
  Log,
} from "node-av";
import type { AVPixelFormat } from "node-av";
import type { I420Frame } from "../media.js";

// The libraries print to stderr by themselves, a dozen lines for every encoder; what fails comes back as an error.
Log.setLevel(AV_LOG_ERROR);

/** The planes of a frame: views into its memory, and their bytes per row. */
export type Planes = { data: Buffer[]; strides: number[] };

/**
 * A frame that owns its native planes (Frame.fromVideoBuffer would point into a Buffer that it does not keep alive).
 * `planes` writes through to it. Keep the frame referenced for as long as they are in use:
 * they do not keep it alive, and a collected frame leaves them pointing at freed memory.
 */
export const allocatePicture = (
  width: number,
  height: number,
  format: AVPixelFormat = AV_PIX_FMT_YUV420P,
): { frame: Frame; planes: Planes } => {
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = format;
  FFmpegError.throwIfError(frame.getBuffer(0), "allocating a picture");
  const planes = {
    data: frame.data!.slice(0, 3),
    strides: frame.linesize.slice(0, 3),
  };
  return { frame, planes };
};

/** The planes as they begin at this (even) place. */
export const planesAt = (planes: Planes, x: number, y: number): Planes => ({
  strides: planes.strides,
  data: planes.data.map((data, plane) => {
    const shift = plane === 0 ? 0 : 1;
    return data.subarray((y >> shift) * planes.strides[plane]! + (x >> shift));
  }),
});

/** The planes of a plain picture. */
export const planesOfPicture = ({ width, height, data }: I420Frame): Planes => {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const half = (width + 1) >> 1;
  const luma = width * height;
  const chroma = half * ((height + 1) >> 1);
  return {
    strides: [width, half, half],
    data: [
      bytes.subarray(0, luma),
      bytes.subarray(luma, luma + chroma),
      bytes.subarray(luma + chroma, luma + 2 * chroma),
    ],
  };
};

/** A plain picture of an even size, black until it is painted. */
export const createPicture = (width: number, height: number): I420Frame => {
  const data = new Uint8Array((width * height * 3) / 2).fill(16);
  data.fill(128, width * height);
  return { width, height, data };
};

/** Throws a TypeError if there is less data than the size takes. */
export const checkFrame = ({ width, height, data }: I420Frame): void => {
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
  const bytes = width * height + 2 * chroma;
  if (!(width > 0 && height > 0) || data.byteLength < bytes) {
    throw new TypeError(
      `a picture of ${width}x${height} takes ${bytes} bytes, got ${data.byteLength}`,
    );
  }
};

/** Throws a TypeError unless both are even and between 16 and 8192: what 4:2:0 and the encoders take. */
export const checkSize = (width: number, height: number): void => {
  for (const [name, value] of Object.entries({ width, height })) {
    if (!Number.isInteger(value) || value % 2 || value < 16 || value > 8192) {
      throw new TypeError(
        `${name} must be an even number from 16 to 8192, got ${value}`,
      );
    }
  }
};
