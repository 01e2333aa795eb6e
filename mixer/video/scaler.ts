import {
  AV_PIX_FMT_YUV420P,
  SoftwareScaleContext,
  SWS_AREA,
  SWS_BICUBIC,
  SWS_FAST_BILINEAR,
  SWS_LANCZOS,
} from "node-av";
import type { I420Frame } from "../media.js";
import type { Placement } from "./fit.js";
import { planesAt, planesOfPicture, type Planes } from "./picture-frame.js";

/** `normal` for faces, `sharp` for text, `rough` for a tile that will be elsewhere in the next picture. */
export type Quality = "normal" | "sharp" | "rough";

/**
 * Scales pictures of one source into their place among the planes, on the libuv pool.
 *
 * - Several scalers may work at once: none writes outside its place.
 * - Keeps its context from picture to picture and makes a new one when a size or the quality changes.
 * - `close` must not be called while `draw` runs.
 */
export type Scaler = {
  /** How many pictures were scaled, and how many contexts were made for that. */
  readonly scaled: number;
  readonly opened: number;
  draw(
    picture: I420Frame,
    placement: Placement,
    quality?: Quality,
  ): Promise<void>;
  close(): void;
};

type Size = { width: number; height: number };

/**
 * swscale's vector code writes rows of 16 samples, so past the right edge by up to 15 samples of each plane (measured):
 * into the neighbour's tile. Only a multiple of 16 in luma and in chroma ends where it should.
 */
const EXACT_WIDTH = 32;

/**
 * Measured from 640x360 to 416x234 as PSNR after scaling back: `area` 35.9 dB in 160 us, `bicubic` 36.6 in 280,
 * `lanczos` 36.9 in 370. Of letters, 1366x768 to 1280x720: 24.4, 26.4 and 27.2 dB; so little shrinking is where `area`
 * blurs most. A moving tile needs a context for each picture: `fast bilinear` opens in 65 us, the others in 100 to 500.
 */
const FLAGS = {
  normal: { shrink: SWS_AREA, near: SWS_BICUBIC },
  sharp: { shrink: SWS_LANCZOS, near: SWS_LANCZOS },
  rough: { shrink: SWS_FAST_BILINEAR, near: SWS_FAST_BILINEAR },
} as const;

/** Linear: from here up it is `near` to the picture's own size, or beyond. */
const NEAR = 0.75;

type Flags = (typeof FLAGS)[Quality]["shrink" | "near"];

const flagsFor = ({ crop, place }: Placement, quality: Quality): Flags =>
  FLAGS[quality][place.width < NEAR * crop.width ? "shrink" : "near"];

const sameSize = (a: Size, b: Size): boolean =>
  a.width === b.width && a.height === b.height;

/** A context that is made anew when it has to lead from or to another size. */
const createWay = () => {
  let way: { from: Size; to: Size; flags: Flags } | undefined;
  let context: SoftwareScaleContext | undefined;
  const close = (): void => {
    context?.freeContext();
    context = undefined;
  };
  return {
    opened: 0,
    close,
    follow(from: Size, to: Size, flags: Flags): SoftwareScaleContext {
      const same =
        way?.flags === flags &&
        sameSize(way.from, from) &&
        sameSize(way.to, to);
      if (context !== undefined && same) return context;
      close();
      const made = new SoftwareScaleContext();
      const format = AV_PIX_FMT_YUV420P;
      const [a, b] = [from, to];
      made.getContext(
        a.width,
        a.height,
        format,
        b.width,
        b.height,
        format,
        flags,
      );
      way = { from, to, flags };
      context = made;
      this.opened++;
      return made;
    },
  };
};

/** A picture on the way to the canvas, with room at the end of each row. Its memory grows and does not shrink. */
const createDetour = () => {
  const copying = createWay();
  let bytes = Buffer.alloc(0);
  return {
    planes({ width, height }: Size): Planes {
      const stride = Math.ceil(width / EXACT_WIDTH) * EXACT_WIDTH;
      const luma = stride * height;
      const end = luma * 1.5;
      if (bytes.length < end) bytes = Buffer.alloc(end);
      const middle = luma * 1.25;
      return {
        strides: [stride, stride >> 1, stride >> 1],
        data: [
          bytes.subarray(0, luma),
          bytes.subarray(luma, middle),
          bytes.subarray(middle, end),
        ],
      };
    },
    /** Without a change of size swscale copies row by row, to the byte: 4 us a tile, against 150 us of scaling. */
    copy({ data, strides }: Planes, to: Planes, size: Size): void {
      const context = copying.follow(size, size, SWS_FAST_BILINEAR);
      context.scaleSync(data, strides, 0, size.height, to.data, to.strides);
    },
    close: () => copying.close(),
  };
};

export const createScaler = (canvas: Planes): Scaler => {
  const way = createWay();
  const detour = createDetour();
  let scaled = 0;
  return {
    get scaled() {
      return scaled;
    },
    get opened() {
      return way.opened;
    },
    async draw(picture, placement, quality = "normal") {
      const { crop, place } = placement;
      const context = way.follow(crop, place, flagsFor(placement, quality));
      const source = planesAt(planesOfPicture(picture), crop.x, crop.y);
      const target = planesAt(canvas, place.x, place.y);
      const exact = place.width % EXACT_WIDTH === 0 || sameSize(crop, place);
      const into = exact ? target : detour.planes(place);
      const rows = await context.scale(
        source.data,
        source.strides,
        0,
        crop.height,
        into.data,
        into.strides,
      );
      if (rows <= 0) throw new Error(`swscale failed with ${rows}`);
      if (!exact) detour.copy(into, target, place);
      scaled++;
    },
    close() {
      way.close();
      detour.close();
    },
  };
};
