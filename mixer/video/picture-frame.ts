import {
  AV_LOG_ERROR,
  AV_PIX_FMT_YUV420P,
  FFmpegError,
  Frame,
  Log,
} from "node-av";
import type { AVPixelFormat } from "node-av";

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
