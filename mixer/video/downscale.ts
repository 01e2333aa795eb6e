/** The canvas in a smaller size, for the lower rungs of the ladder. */
import {
  AV_PIX_FMT_YUV420P,
  FFmpegError,
  SoftwareScaleContext,
  SWS_AREA,
  type Frame,
} from "node-av";
import { allocatePicture, checkSize } from "./picture-frame.js";

/** One size's scaler and the picture that it writes. */
export type Downscaler = {
  /** The canvas in this size: the same frame each time, to be read before the next call. On the libuv pool; one call at a time. */
  scale: (canvas: Frame) => Promise<Frame>;
  /** Not while `scale` runs. Idempotent. */
  close: () => void;
};

export type Size = { width: number; height: number };

/** Throws a TypeError for sizes that are not even or out of bounds. */
export const createDownscaler = (from: Size, to: Size): Downscaler => {
  checkSize(from.width, from.height);
  checkSize(to.width, to.height);
  const context = new SoftwareScaleContext();
  // `area` keeps small text readable where bilinear drops every other line (figures in scaler.ts).
  context.getContext(
    from.width,
    from.height,
    AV_PIX_FMT_YUV420P,
    to.width,
    to.height,
    AV_PIX_FMT_YUV420P,
    SWS_AREA,
  );
  const { frame } = allocatePicture(to.width, to.height);
  let closed = false;
  return {
    scale: async (canvas) => {
      FFmpegError.throwIfError(
        await context.scaleFrame(frame, canvas),
        "scaling the canvas",
      );
      return frame;
    },
    close: () => {
      if (closed) return;
      closed = true;
      context.freeContext();
      frame.free();
    },
  };
};
