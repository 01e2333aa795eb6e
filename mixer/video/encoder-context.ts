import {
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_SMPTE170M,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_SMPTE170M,
  Codec,
  CodecContext,
  FFmpegError,
  Rational,
} from "node-av";
import type { CodecSettings } from "./codecs.js";
import { openVaapiUpload, type Upload } from "./hardware.js";

type PictureOptions = {
  width: number;
  height: number;
  fps: number;
  bitrate: number;
  threads?: number;
};

/** Key frames come when asked for (a new viewer, a lost picture); by themselves only as often as this. */
const KEYFRAME_SECONDS = 100;

/** What H.264 level 3.1 carries: 16x16 blocks in a picture, and a second. It is what WebRTC's 42e01f promises. */
const LEVEL_31 = { level: 31, blocks: 3600, blocksPerSecond: 108_000 };

/** Larger pictures leave the level to the library, and so does what is no H.264. */
const fitsLevel31 = (
  { width, height, fps }: PictureOptions,
  { encoder }: CodecSettings,
): boolean => {
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  return (
    /264/.test(encoder) &&
    blocks <= LEVEL_31.blocks &&
    blocks * fps <= LEVEL_31.blocksPerSecond
  );
};

const describePicture = (
  context: CodecContext,
  options: PictureOptions,
  settings: CodecSettings,
): void => {
  context.width = options.width;
  context.height = options.height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, 90_000);
  context.framerate = new Rational(Math.round(options.fps * 1000), 1000);
  context.gopSize = Math.max(1, Math.round(options.fps * KEYFRAME_SECONDS));
  context.maxBFrames = 0;
  if (fitsLevel31(options, settings)) context.level = LEVEL_31.level;
  context.threadCount = options.threads ?? settings.threads;
  context.colorSpace = AVCOL_SPC_SMPTE170M;
  context.colorPrimaries = AVCOL_PRI_SMPTE170M;
  context.colorTrc = AVCOL_TRC_SMPTE170M;
  context.colorRange = AVCOL_RANGE_MPEG;
};

/** Below one picture a second each stands for itself. */
export const isStills = ({ fps }: Pick<PictureOptions, "fps">): boolean =>
  fps < 1;

/** The buffer must hold a whole still. */
const bufferBits = (
  options: Pick<PictureOptions, "bitrate" | "fps">,
  { bufferSeconds }: CodecSettings,
): number => {
  const seconds = isStills(options) ? 1 / options.fps : 0;
  return Math.round(options.bitrate * Math.max(bufferSeconds, seconds));
};

/** Below this a line is narrow, bits per second. */
const WIDE = 300_000;

/**
 * What libvpx aims at for the first picture: half of what the buffer is said to hold, at most so many per cent of a
 * picture's share. Later key frames get four shares whatever these say.
 */
const startOptions = (
  { bitrate, fps }: Pick<PictureOptions, "bitrate" | "fps">,
  { startSeconds }: CodecSettings,
): Record<string, string> => {
  if (startSeconds === undefined) return {};
  const seconds = bitrate < WIDE ? startSeconds.narrow : startSeconds.wide;
  return {
    rc_init_occupancy: `${Math.round(2 * seconds * bitrate)}`,
    "max-intra-rate": `${Math.round(100 * seconds * fps)}`,
  };
};

/** Takes effect on an open x264 too. */
export const setRate = (
  context: CodecContext,
  options: Pick<PictureOptions, "bitrate" | "fps">,
  settings: CodecSettings,
): void => {
  context.bitRate = BigInt(Math.round(options.bitrate));
  if (settings.rate === "own") return;
  context.rcMaxRate = context.bitRate;
  if (settings.rate === "constant") context.rcMinRate = context.bitRate;
  context.rcBufferSize = bufferBits(options, settings);
};

export type OpenContext = {
  context: CodecContext;
  /** Where pictures have to go into a device first. */
  upload: Upload | undefined;
  free: () => void;
};

/** An open encoder; the caller frees it. Throws an FFmpegError that names the step that failed. */
export const openContext = (
  options: PictureOptions,
  settings: CodecSettings,
): OpenContext => {
  const codec = Codec.findEncoderByName(settings.encoder);
  if (codec === null)
    throw new Error(`${settings.encoder} is not in this build of FFmpeg`);
  const context = new CodecContext();
  let upload: Upload | undefined;
  const free = (): void => {
    context.freeContext();
    upload?.free();
  };
  context.allocContext3(codec);
  try {
    describePicture(context, options, settings);
    setRate(context, options, settings);
    if (settings.upload === "vaapi") upload = openVaapiUpload(context, options);
    // A Dictionary given to open2Sync is freed twice; options set one by one are safe.
    const way = isStills(options)
      ? settings.stills
      : startOptions(options, settings);
    const chosen = { ...settings.options, ...way };
    for (const [name, value] of Object.entries(chosen))
      FFmpegError.throwIfError(context.setOption(name, value), name);
    FFmpegError.throwIfError(
      context.open2Sync(codec, null),
      `opening ${settings.encoder}`,
    );
    return { context, upload, free };
  } catch (error) {
    free();
    throw error;
  }
};
