import { crc32 } from "node:zlib";

/** 4K. More pixels show nothing more on any canvas, and a small file can hold very many of them. */
const MAX_PIXELS = 3840 * 2160;

const PNG = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

type Size = { width: number; height: number };

/** The size a complete PNG says it has; undefined = damaged. */
const pngSize = (file: Buffer): Size | undefined => {
  let size: Size | undefined;
  for (let at = PNG.length; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > file.length) return undefined;
    const body = file.subarray(at + 4, end);
    if (crc32(body) !== file.readUInt32BE(end)) return undefined;
    const type = body.toString("latin1", 0, 4);
    if (type === "IHDR" && length === 13)
      size = { width: body.readUInt32BE(4), height: body.readUInt32BE(8) };
    if (type === "IEND") return size;
    at = end + 4;
  }
  return undefined;
};

/** Start of frame: 0xC0 to 0xCF without DHT, JPG and DAC. */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);

/** The size a complete JPEG says it has; undefined = damaged. */
const jpegSize = (file: Buffer): Size | undefined => {
  let size: Size | undefined;
  for (let at = 2; at + 9 < file.length && file[at] === 0xff;) {
    const marker = file[at + 1]!;
    if (isFrameHeader(marker))
      size = {
        height: file.readUInt16BE(at + 5),
        width: file.readUInt16BE(at + 7),
      };
    if (marker === START_OF_SCAN)
      return file.lastIndexOf(END_OF_IMAGE) > at ? size : undefined;
    at += 2 + file.readUInt16BE(at + 2);
  }
  return undefined;
};

const sizeOf = (file: Buffer): Size | undefined => {
  if (file.subarray(0, PNG.length).equals(PNG)) return pngSize(file);
  return file[0] === 0xff && file[1] === 0xd8 ? jpegSize(file) : undefined;
};

/**
 * The bytes of a PNG or JPEG that came as base64 (`checkLayout` has seen to that and to its length).
 * Throws a TypeError that names `field` for what is neither, incomplete, damaged, or over 4K in pixels.
 */
export const readPictureFile = (field: string, base64: string): Buffer => {
  const file = Buffer.from(base64, "base64");
  const size = sizeOf(file);
  if (size === undefined || size.width < 1 || size.height < 1)
    throw new TypeError(`${field} must be a whole PNG or JPEG`);
  if (size.width * size.height > MAX_PIXELS)
    throw new TypeError(
      `${field} must have at most ${MAX_PIXELS} pixels, got ${size.width}x${size.height}`,
    );
  return file;
};
