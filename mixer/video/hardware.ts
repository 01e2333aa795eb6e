/** Pictures into the memory of a device that encodes. */
import {
  AV_HWDEVICE_TYPE_VAAPI,
  AV_LOG_ERROR,
  AV_LOG_QUIET,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_VAAPI,
  AV_PIX_FMT_YUV420P,
  FFmpegError,
  Frame,
  HardwareDeviceContext,
  HardwareFramesContext,
  Log,
  SoftwareScaleContext,
  SWS_POINT,
  type CodecContext,
} from "node-av";
import { allocatePicture } from "./picture-frame.js";

type Size = { width: number; height: number };

/** Carries pictures over. Owns its device context until `free`. */
export type Upload = {
  /** The picture in the device's memory: the same frame each time, to be unreferenced after use. */
  upload: (picture: Frame) => Promise<Frame>;
  free: () => void;
};

/** One picture is encoded, one is being written, and the encoder keeps its references. */
const POOL = 4;

const openFrames = (
  device: HardwareDeviceContext,
  { width, height }: Size,
): HardwareFramesContext => {
  const frames = new HardwareFramesContext();
  frames.alloc(device);
  frames.format = AV_PIX_FMT_VAAPI;
  frames.swFormat = AV_PIX_FMT_NV12;
  frames.width = width;
  frames.height = height;
  frames.initialPoolSize = POOL;
  FFmpegError.throwIfError(frames.init(), "allocating pictures on the device");
  return frames;
};

/** Every VAAPI driver takes NV12; not all take planar pictures. */
const openConversion = ({ width, height }: Size) => {
  const context = new SoftwareScaleContext();
  context.getContext(
    width,
    height,
    AV_PIX_FMT_YUV420P,
    width,
    height,
    AV_PIX_FMT_NV12,
    SWS_POINT,
  );
  const { frame } = allocatePicture(width, height, AV_PIX_FMT_NV12);
  return {
    convert: async (picture: Frame): Promise<Frame> => {
      const done = await context.scaleFrame(frame, picture);
      FFmpegError.throwIfError(done, "converting to NV12");
      return frame;
    },
    free: () => {
      context.freeContext();
      frame.free();
    },
  };
};

/** Makes `context` (not open yet) take pictures of the default VAAPI device. Throws an FFmpegError where there is none. */
export const openVaapiUpload = (context: CodecContext, size: Size): Upload => {
  const device = new HardwareDeviceContext();
  FFmpegError.throwIfError(
    device.create(AV_HWDEVICE_TYPE_VAAPI),
    "opening the VAAPI device",
  );
  let frames: HardwareFramesContext;
  try {
    frames = openFrames(device, size);
  } catch (error) {
    device.free();
    throw error;
  }
  context.pixelFormat = AV_PIX_FMT_VAAPI;
  context.hwFramesCtx = frames;
  const conversion = openConversion(size);
  const target = new Frame();
  target.alloc();
  return {
    upload: async (picture) => {
      const converted = await conversion.convert(picture);
      FFmpegError.throwIfError(frames.getBuffer(target), "a device picture");
      const done = await frames.transferData(target, converted);
      FFmpegError.throwIfError(done, "copying to the device");
      return target;
    },
    free: () => {
      conversion.free();
      target.free();
      frames.free();
      device.free();
    },
  };
};

/** FFmpeg prints to stderr that a device is not there; what fails comes back as an error anyway. */
export const quietly = <Result>(work: () => Result): Result => {
  Log.setLevel(AV_LOG_QUIET);
  try {
    return work();
  } finally {
    Log.setLevel(AV_LOG_ERROR);
  }
};
