/** The ladder's rungs on a canvas: what is encoded, how large and at what rate. Pure. */
import { RUNGS, type RenditionName, type RungName } from "../contract.js";

/** What a rendition is made of; `audio` has none. */
export type VideoRungName = Exclude<RungName, "audio">;

/** One encode of a canvas: even pixels, frames per second (may be a fraction), bits per second. */
export type RungSpec = {
  name: VideoRungName;
  width: number;
  height: number;
  fps: number;
  bitrate: number;
};

export type CanvasSize = { width: number; height: number; fps: number };

/** Pixels of the rung on a 16:9 canvas, at most this many frames a second, bits per second of that. */
type Nominal = { pixels: number; fps: number; bitrate: number };

const NOMINAL: Record<VideoRungName, Nominal> = {
  "1080p": { pixels: 1920 * 1080, fps: 60, bitrate: 2_800_000 },
  "720p": { pixels: 1280 * 720, fps: 60, bitrate: 1_500_000 },
  "540p": { pixels: 960 * 540, fps: 30, bitrate: 800_000 },
  "360p": { pixels: 640 * 360, fps: 30, bitrate: 450_000 },
  "180p": { pixels: 320 * 180, fps: 15, bitrate: 120_000 },
  // As sharp as 360p: a still of 80 kbit has the bits for it.
  slides: { pixels: 640 * 360, fps: 0.5, bitrate: 40_000 },
};

const MOVING = RUNGS.filter(
  (name): name is VideoRungName => name !== "audio" && name !== "slides",
);

/** A canvas with more pixels than this share of a rung's is that rung itself: two encodes that near are one too many. */
const SAME = 0.7;

/** Bits grow slower than pixels: 720p has four times those of 360p for 3.3 times the bits. */
const BITS_BY_PIXELS = 0.75;

const evenAtLeast16 = (value: number): number =>
  Math.max(16, 2 * Math.round(value / 2));

/** Every n-th frame of the canvas, so that movement stays even. */
const divideRate = (canvas: number, most: number): number =>
  canvas / Math.ceil(canvas / most);

/** Never larger than the canvas, in its shape; the canvas itself where that is near. */
const fitSize = (
  canvas: CanvasSize,
  pixels: number,
): { width: number; height: number } => {
  const { width, height } = canvas;
  if (pixels >= SAME * width * height) return { width, height };
  const scale = Math.sqrt(pixels / (width * height));
  return {
    width: evenAtLeast16(width * scale),
    height: evenAtLeast16(height * scale),
  };
};

const specOf = (name: VideoRungName, canvas: CanvasSize): RungSpec => {
  const nominal = NOMINAL[name];
  const size = fitSize(canvas, nominal.pixels);
  const share = (size.width * size.height) / nominal.pixels;
  return {
    name,
    ...size,
    fps: divideRate(canvas.fps, nominal.fps),
    bitrate:
      name === "slides"
        ? nominal.bitrate
        : Math.round(nominal.bitrate * share ** BITS_BY_PIXELS),
  };
};

/**
 * The rungs of a canvas, best first: those with fewer pixels than it, with the canvas itself as the best of them where
 * it is smaller than 1080p, and slides at the end. Throws a TypeError for a canvas that is none.
 */
export const rungsFor = (canvas: CanvasSize): RungSpec[] => {
  for (const [name, value] of Object.entries(canvas))
    if (!(Number.isFinite(value) && value > 0))
      throw new TypeError(`${name} must be positive, got ${value}`);
  const pixels = canvas.width * canvas.height;
  // The smallest rung that comes near the canvas is the canvas; larger ones would be the same picture.
  const best = MOVING.findLast((name) => NOMINAL[name].pixels >= SAME * pixels);
  const names = MOVING.slice(best === undefined ? 0 : MOVING.indexOf(best));
  return [...names, "slides" as const].map((name) => specOf(name, canvas));
};

const FIXED = { high: "720p", medium: "360p", low: "180p" } as const;

/** Names of the rungs as `RUNGS` orders them: 0 is the best. */
const rankOf = (name: RungName): number => RUNGS.indexOf(name);

/** The best of these rungs that is no better than what is named; `auto` names the best. */
export const rungFor = (
  rungs: readonly RungSpec[],
  wanted: RenditionName,
): RungName => {
  if (wanted === "auto") return rungs[0]?.name ?? "audio";
  const name =
    wanted === "high" || wanted === "medium" || wanted === "low"
      ? FIXED[wanted]
      : wanted;
  const found = rungs.find((rung) => rankOf(rung.name) >= rankOf(name));
  return name === "audio" ? "audio" : (found?.name ?? "audio");
};

/** The least share of a rung's rate at which it is still worth having: the lowest ones are squeezed into narrow lines. */
const LEAST: Partial<Record<VideoRungName, number>> = {
  // 320x180 of talking heads still moves at 40 kbit/s.
  "180p": 0.35,
  slides: 0.25,
};
/** Others are average rates; a little less still goes through. */
const LEAST_OTHERS = 0.9;

/** Bits per second that a line must carry for this rung. */
export const leastRate = ({ name, bitrate }: RungSpec): number =>
  bitrate * (LEAST[name] ?? LEAST_OTHERS);
