import { setImmediate } from "node:timers/promises";
import { createCanvas, loadImage, type Image } from "@napi-rs/canvas";
import {
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUV420P,
  SoftwareScaleContext,
  SWS_BILINEAR,
} from "node-av";
import type { CustomLayout, LayoutChoice, Rect } from "../contract.js";
import { colourOf } from "./colour.js";
import { PLAIN_COLOUR, type Artwork } from "./ground.js";
import { overlayFromRgba, type Overlay } from "./overlay.js";
import {
  createPicture,
  planesOfPicture,
  type Planes,
} from "./picture-frame.js";
import { readPictureFile } from "./picture-file.js";

type Size = { width: number; height: number };

/** The pictures of a layout, checked and not yet decoded. */
export type ArtworkFiles = {
  colour?: string;
  image?: Buffer;
  logo?: { file: Buffer; x: number; y: number; width: number };
};

/** Throws a TypeError for a picture that is none or is damaged. The layout must have passed `checkLayout`. */
export const artworkOf = (layout: LayoutChoice): ArtworkFiles => {
  if (typeof layout !== "object") return {};
  const { background = {}, logo }: CustomLayout = layout;
  const { colour, image } = background;
  const files: ArtworkFiles = { colour };
  if (image !== undefined)
    files.image = readPictureFile("layout.background.image", image);
  if (logo !== undefined)
    files.logo = {
      ...logo,
      file: readPictureFile("layout.logo.image", logo.image),
    };
  return files;
};

export const sameArtwork = (a: ArtworkFiles, b: ArtworkFiles): boolean => {
  const bytes = (x?: Buffer, y?: Buffer) =>
    x === y || (x !== undefined && y !== undefined && x.equals(y));
  return (
    a.colour?.toLowerCase() === b.colour?.toLowerCase() &&
    bytes(a.image, b.image) &&
    bytes(a.logo?.file, b.logo?.file) &&
    a.logo?.x === b.logo?.x &&
    a.logo?.y === b.logo?.y &&
    a.logo?.width === b.logo?.width
  );
};

const rasterize = ({ width, height }: Size, image: Image, at: Rect) => {
  const context = createCanvas(width, height).getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, at.x, at.y, at.width, at.height);
  return context;
};

/** Covers the canvas, cut evenly where the proportions differ. */
const covering = (canvas: Size, image: Size): Rect => {
  const scale = Math.max(
    canvas.width / image.width,
    canvas.height / image.height,
  );
  const [width, height] = [image.width * scale, image.height * scale];
  return {
    x: (canvas.width - width) / 2,
    y: (canvas.height - height) / 2,
    width,
    height,
  };
};

/** Opaque RGBA as planes; converted on the libuv pool. */
const toPlanes = async (
  data: Uint8ClampedArray,
  { width, height }: Size,
): Promise<Planes> => {
  const rgba = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const { data: into, strides } = planesOfPicture(createPicture(width, height));
  const scaler = new SoftwareScaleContext();
  try {
    scaler.getContext(
      ...([width, height, AV_PIX_FMT_RGBA] as const),
      ...([width, height, AV_PIX_FMT_YUV420P] as const),
      SWS_BILINEAR,
    );
    await scaler.scale([rgba], [width * 4], 0, height, into, strides);
  } finally {
    scaler.freeContext();
  }
  return { data: into, strides };
};

/** Onto the colour, for an image may have holes. */
const renderBackground = async (
  file: Buffer,
  canvas: Size,
  colour: string,
): Promise<Planes> => {
  const image = await loadImage(file);
  const context = rasterize(canvas, image, covering(canvas, image));
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const { width, height } = canvas;
  const { data } = context.getImageData(0, 0, width, height);
  return toPlanes(data, canvas);
};

/** Rows of a logo that are turned into an overlay at a time: about 1 ms of the event loop at full width. */
const STRIP = 32;

const even = (value: number): number => 2 * Math.round(value / 2);

/** Where a logo lies, in even pixels; its lower part may be outside of the canvas. */
const logoPlace = (
  { x, y, width }: Pick<Rect, "x" | "y" | "width">,
  canvas: Size,
  image: Size,
): Rect => {
  const pixels = Math.max(2, even(width * canvas.width));
  return {
    x: even(x * canvas.width),
    y: even(y * canvas.height),
    width: pixels,
    height: Math.max(2, even((pixels * image.height) / image.width)),
  };
};

const isClear = ({ layers }: Overlay): boolean =>
  layers[0].keep.every((keep) => keep === 256);

/** In strips, so that neither making it holds up the loop nor laying it costs anything where it is clear. */
const renderLogo = async (
  logo: NonNullable<ArtworkFiles["logo"]>,
  canvas: Size,
): Promise<Artwork["logo"]> => {
  const image = await loadImage(logo.file);
  const place = logoPlace(logo, canvas, image);
  const width = Math.min(place.width, canvas.width - place.x);
  const height = Math.min(place.height, canvas.height - place.y);
  if (width < 2 || height < 2) return [];
  const context = rasterize({ width, height }, image, { ...place, x: 0, y: 0 });
  const strips = [];
  for (let row = 0; row < height; row += STRIP) {
    await setImmediate();
    const rows = Math.min(STRIP, height - row);
    const { data } = context.getImageData(0, row, width, rows);
    const overlay = overlayFromRgba(data, width, rows);
    if (!isClear(overlay))
      strips.push({ overlay, x: place.x, y: place.y + row });
  }
  return strips;
};

/** A picture that cannot be decoded after all is left out. */
const orNothing = async <Value>(value: Promise<Value>) =>
  value.catch(() => undefined);

/** Decodes and rasterizes, once for a canvas of this size. */
export const renderArtwork = async (
  { colour = PLAIN_COLOUR, image, logo }: ArtworkFiles,
  canvas: Size,
): Promise<Artwork> => ({
  colour: colourOf(colour),
  image: image && (await orNothing(renderBackground(image, canvas, colour))),
  logo: (logo && (await orNothing(renderLogo(logo, canvas)))) ?? [],
});
