/** How much of a picture to send: what the mix shows of it, and no more. Pure. */
import type { UplinkHint } from "./protocol.js";

/** What an RTCRtpSender is told. */
export type VideoEncoding = {
  readonly active: boolean;
  /** Both sides are divided by it; 1 or more. */
  readonly scaleResolutionDownBy: number;
  /** Frames and bits per second. */
  readonly maxFramerate: number;
  readonly maxBitrate: number;
};

export type Size = { readonly width: number; readonly height: number };
/** A rectangle to be filled, in pixels, frames and bits per second. */
export type Need = Omit<UplinkHint, "source">;

export type VideoProfile = {
  /** What is sent until the server has said what it needs. */
  readonly start: Need;
  /** Never more than this, whatever is asked for. */
  readonly most: Pick<Need, "fps" | "bitrate">;
};

export const CAMERA_VIDEO: VideoProfile = {
  // What VP8 needs for a face; in a mix of several people one is seldom shown larger.
  start: { width: 640, height: 360, fps: 30, bitrate: 700_000 },
  // A face that fills a 1280x720 canvas, with some room.
  most: { fps: 30, bitrate: 2_500_000 },
};

export const SHARE_VIDEO: VideoProfile = {
  // The largest canvas there is; bits go into sharp letters, not into frames.
  start: { width: 1920, height: 1080, fps: 15, bitrate: 2_500_000 },
  most: { fps: 15, bitrate: 4_000_000 },
};

/** The mixer crops what loses less than this of a picture, and shows the rest between bars. */
const CROP_LOSS = 1 / 3;
/** Dividing by less costs more (a crooked resampling, a blur) than it saves. */
const WORTH_SCALING = 1.25;

/**
 * By what to divide both sides of `picture` so that it just fills `tile`. One that is turned the other way is shown
 * between bars: it needs no more pixels than the tile has. An unknown size is sent as it is.
 */
export const scaleDownBy = (picture: Size, tile: Size): number => {
  const across = picture.width / tile.width;
  const down = picture.height / tile.height;
  const known = across > 0 && down > 0 && Number.isFinite(across + down);
  if (!known) return 1;
  const cropped = 1 - Math.min(across / down, down / across);
  const ratio =
    cropped < CROP_LOSS ? Math.min(across, down) : Math.sqrt(across * down);
  // Thousandths, downwards: it shall not fall short by a pixel.
  return ratio >= WORTH_SCALING ? Math.floor(ratio * 1000) / 1000 : 1;
};

/** What to send of a picture of this size. A need of nothing sends nothing; none known yet sends the profile's start. */
export const encodingFor = (
  picture: Size,
  { start, most }: VideoProfile,
  need: Need = start,
): VideoEncoding => {
  const active = need.width > 0 && need.height > 0;
  // What is inactive keeps sound values: a browser refuses a rate of 0.
  const { width, height, fps, bitrate } = active ? need : start;
  return {
    active,
    scaleResolutionDownBy: scaleDownBy(picture, { width, height }),
    maxFramerate: Math.min(fps, most.fps),
    maxBitrate: Math.min(bitrate, most.bitrate),
  };
};

const isSame = (a: VideoEncoding, b: VideoEncoding): boolean =>
  a.active === b.active &&
  // Of what is not sent the rest does not matter.
  (!a.active ||
    (a.scaleResolutionDownBy === b.scaleResolutionDownBy &&
      a.maxFramerate === b.maxFramerate &&
      a.maxBitrate === b.maxBitrate));

const isMore = (next: VideoEncoding, now: VideoEncoding): boolean =>
  next.active &&
  (!now.active ||
    next.scaleResolutionDownBy < now.scaleResolutionDownBy ||
    next.maxFramerate > now.maxFramerate ||
    next.maxBitrate > now.maxBitrate);

/** Milliseconds that less must have been enough: each change of size costs a key frame, and tiles come and go. */
export const LESS_AFTER = 2000;

export type Following = {
  readonly applied: VideoEncoding;
  /** Less, to be applied at this time (milliseconds) if nothing else is asked for until then. */
  readonly later?: { readonly encoding: VideoEncoding; readonly at: number };
};

/** Takes up a wish: more at once, because somebody sees a blur; less only after a while. */
export const follow = (
  { applied, later }: Following,
  wanted: VideoEncoding,
  now: number,
): Following => {
  if (isSame(wanted, applied)) return { applied };
  if (isMore(wanted, applied)) return { applied: wanted };
  const at = later?.at ?? now + LESS_AFTER;
  return now >= at
    ? { applied: wanted }
    : { applied, later: { encoding: wanted, at } };
};
