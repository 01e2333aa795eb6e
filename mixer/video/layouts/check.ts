/** Whether a custom layout is right in all its parts, so that a wrong one changes nothing. */
import type { CustomLayout } from "../../contract.js";
import { MOST_TILES } from "./grid.js";

type Fields = Record<string, unknown>;
/** Throws a TypeError that names `path`. */
type Check = (value: unknown, path: string) => void;

const FITS = ["auto", "crop", "letterbox", "blur"];
const LABELS = ["on", "off", "talking"];
const ROLE_LENGTH = 64;
const PARTICIPANT = /^[A-Za-z0-9_-]{1,64}$/;
const COLOUR = /^#[0-9a-fA-F]{6}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** 1 MiB: a background of 1080p as a good JPEG. */
const MOST_BYTES = 1_048_576;
/** More layers than regions are of no use; room on both sides of 0. */
const MOST_Z = 100;
/** So that a region that ends at the edge is not refused for its last digit. */
const ROUNDING = 1e-6;

/** Long values (pictures) would drown the message. */
const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

const refuse = (path: string, what: string, value: unknown): never => {
  throw new TypeError(`${path} must be ${what}, got ${shown(value)}`);
};

const fraction: Check = (value, path) => {
  if (typeof value !== "number" || !(value >= 0 && value <= 1))
    refuse(path, "a number from 0 to 1", value);
};

const positive: Check = (value, path) => {
  fraction(value, path);
  if (value === 0) refuse(path, "more than 0", value);
};

const oneOf =
  (values: readonly string[]): Check =>
  (value, path) => {
    if (!values.includes(value as string))
      refuse(path, `one of ${values.join(", ")}`, value);
  };

const matching =
  (pattern: RegExp, what: string): Check =>
  (value, path) => {
    if (typeof value !== "string" || !pattern.test(value))
      refuse(path, what, value);
  };

const layer: Check = (value, path) => {
  if (!Number.isInteger(value) || Math.abs(value as number) > MOST_Z)
    refuse(path, `an integer from -${MOST_Z} to ${MOST_Z}`, value);
};

const roleName: Check = (value, path) => {
  const fits =
    typeof value === "string" &&
    value.length > 0 &&
    value.length <= ROLE_LENGTH;
  if (!fits) refuse(path, `a string of 1 to ${ROLE_LENGTH} characters`, value);
};

const isPngOrJpeg = (bytes: Buffer): boolean =>
  bytes.readUInt32BE(0) === 0x89504e47 || bytes.readUIntBE(0, 3) === 0xffd8ff;

const picture: Check = (value, path) => {
  if (typeof value !== "string" || value.length < 8 || !BASE64.test(value))
    return refuse(path, "a picture as base64", value);
  if (Buffer.byteLength(value, "base64") > MOST_BYTES)
    refuse(path, `at most ${MOST_BYTES} bytes`, value);
  if (!isPngOrJpeg(Buffer.from(value.slice(0, 8), "base64")))
    refuse(path, "a PNG or JPEG", value);
};

/** An object of just these fields; those of `needed` must be there, `undefined` counts as missing. */
const fields =
  (needed: Record<string, Check>, optional: Record<string, Check>): Check =>
  (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return refuse(path, "an object", value);
    const checks = { ...needed, ...optional };
    for (const key of Object.keys(value))
      if (!Object.hasOwn(checks, key))
        throw new TypeError(`${path}.${key} is not known`);
    for (const [key, check] of Object.entries(checks)) {
      const field = (value as Fields)[key];
      if (field !== undefined || Object.hasOwn(needed, key))
        check(field, `${path}.${key}`);
    }
  };

const participant = matching(PARTICIPANT, "a participant's id");
const regionSource: Check = (value, path) => {
  if (typeof value === "string")
    return oneOf(["speaker", "share", "next"])(value, path);
  const isRole = typeof value === "object" && value !== null && "role" in value;
  fields(isRole ? { role: roleName } : { participant }, {})(value, path);
};

const regionFields = fields(
  { x: fraction, y: fraction, width: positive, height: positive },
  { z: layer, fit: oneOf(FITS), source: regionSource },
);

const region: Check = (value, path) => {
  regionFields(value, path);
  const { x, y, width, height } = value as Record<string, number>;
  if (x! + width! > 1 + ROUNDING)
    refuse(`${path}.width`, "at most 1 - x", width);
  if (y! + height! > 1 + ROUNDING)
    refuse(`${path}.height`, "at most 1 - y", height);
};

const regions: Check = (value, path) => {
  const fits =
    Array.isArray(value) && value.length > 0 && value.length <= MOST_TILES;
  if (!fits) return refuse(path, `a list of 1 to ${MOST_TILES} regions`, value);
  for (const [index, item] of value.entries())
    region(item, `${path}[${index}]`);
};

const customLayout = fields(
  { regions },
  {
    background: fields(
      {},
      { colour: matching(COLOUR, "#rrggbb"), image: picture },
    ),
    logo: fields(
      { image: picture, x: fraction, y: fraction, width: positive },
      {},
    ),
    labels: oneOf(LABELS),
  },
);

/** Throws a TypeError that names the first field that is wrong, e.g. `layout.regions[2].width`. */
export const checkCustom = (layout: CustomLayout): void =>
  customLayout(layout, "layout");
