import {
  AV_CODEC_FLAG_QSCALE,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  Codec,
  CodecContext,
  FF_QP2LAMBDA,
  FFmpegError,
  Packet,
  Rational,
  SoftwareScaleContext,
  SWS_BILINEAR,
  type Frame,
} from "node-av";
import { FF_ENCODER_MJPEG } from "node-av/constants";
import { allocatePicture, type Planes } from "./picture-frame.js";

/** MJPEG's quantiser, 2 (best) to 31. At 3 flat colours come back within 3 levels; 105 kB for a detailed 720p picture. */
const QUANTISER = 3;

/** A copy in JPEG's full range. Synchronous (about 2 ms at 720p), so that the canvas cannot change meanwhile. */
const toFullRange = (width: number, height: number, canvas: Planes): Frame => {
  const { frame, planes } = allocatePicture(width, height, AV_PIX_FMT_YUVJ420P);
  frame.colorRange = AVCOL_RANGE_JPEG;
  const context = new SoftwareScaleContext();
  context.getContext(
    width,
    height,
    AV_PIX_FMT_YUV420P,
    width,
    height,
    AV_PIX_FMT_YUVJ420P,
    SWS_BILINEAR,
  );
  context.scaleSync(
    canvas.data,
    canvas.strides,
    0,
    height,
    planes.data,
    planes.strides,
  );
  context.freeContext();
  return frame;
};

const encode = async (context: CodecContext, frame: Frame): Promise<Buffer> => {
  const codec = Codec.findEncoderByName(FF_ENCODER_MJPEG);
  context.allocContext3(codec);
  context.width = frame.width;
  context.height = frame.height;
  context.pixelFormat = AV_PIX_FMT_YUVJ420P;
  context.colorRange = AVCOL_RANGE_JPEG;
  context.timeBase = new Rational(1, 30);
  context.threadCount = 1;
  context.setFlags(AV_CODEC_FLAG_QSCALE);
  context.globalQuality = QUANTISER * FF_QP2LAMBDA;
  FFmpegError.throwIfError(context.open2Sync(codec, null), "opening mjpeg");
  frame.quality = QUANTISER * FF_QP2LAMBDA;
  frame.pts = 0n;
  const packet = new Packet();
  packet.alloc();
  try {
    FFmpegError.throwIfError(await context.sendFrame(frame), "sendFrame");
    FFmpegError.throwIfError(await context.receivePacket(packet), "receive");
    return packet.data!;
  } finally {
    packet.free();
  }
};

/** The picture as JPEG. The planes may be written again as soon as this has returned its promise. */
export const encodeJpeg = async (
  width: number,
  height: number,
  canvas: Planes,
): Promise<Buffer> => {
  const frame = toFullRange(width, height, canvas);
  const context = new CodecContext();
  try {
    return await encode(context, frame);
  } finally {
    context.freeContext();
    frame.free();
  }
};
