/** Schemas of what clients may say about the picture, and of the ids in it; for the WebSocket and for REST. */
import { z } from "zod";
import {
  IMPLICIT_VIEW,
  RUNGS,
  type CustomLayout,
  type LayoutChoice,
} from "../mixer/contract.js";

export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
export const id = z
  .string()
  .regex(ID_PATTERN, "must match [A-Za-z0-9_-]{1,64}");

/** A view that was made, or one that is there by itself. */
export const viewName = z
  .string()
  .regex(
    new RegExp(`${ID_PATTERN.source}|${IMPLICIT_VIEW.source}`),
    "must be a name ([A-Za-z0-9_-]{1,64}), solo:PARTICIPANT or own:PARTICIPANT",
  );

export const sourceKind = z.enum(["camera", "share"]);

export const rungName = z.enum(RUNGS);
export const renditionName = z.enum([
  "auto",
  "high",
  "medium",
  "low",
  ...RUNGS,
]);

export const layoutName = z.enum([
  "grid",
  "speaker",
  "share",
  "pip",
  "side-by-side",
  "solo",
]);

/** Nobody has tried more than some hundred in a room; each page shows up to 49. */
const MOST_PAGES = 1000;
/** Of a grid, from 0. */
export const pageNumber = z.int().min(0).max(MOST_PAGES);

export const temperament = z.enum(["calm", "normal", "fast"]);
export const labelPolicy = z.enum(["on", "off", "talking"]);

const fraction = z.number().min(0).max(1);
/** As many as the grid shows. */
const MAX_REGIONS = 49;
/** 1 MiB as base64. */
const MAX_PICTURE = 1_400_000;
const picture = z.base64().max(MAX_PICTURE);
/** So that a region that ends at the edge is not refused for its last digit. */
const ROUNDING = 1e-6;

const regionSource = z.union([
  z.enum(["speaker", "share", "next"]),
  z.strictObject({ participant: id }),
  z.strictObject({ role: z.string().min(1).max(64) }),
]);

const region = z
  .strictObject({
    x: fraction,
    y: fraction,
    width: fraction.gt(0),
    height: fraction.gt(0),
    z: z.int().min(-100).max(100).optional(),
    fit: z.enum(["auto", "crop", "letterbox", "blur"]).optional(),
    source: regionSource.optional(),
  })
  .refine(({ x, width }) => x + width <= 1 + ROUNDING, {
    path: ["width"],
    message: "x + width must be at most 1",
  })
  .refine(({ y, height }) => y + height <= 1 + ROUNDING, {
    path: ["height"],
    message: "y + height must be at most 1",
  });

const customLayout = z.strictObject({
  regions: z.array(region).min(1).max(MAX_REGIONS),
  background: z
    .strictObject({
      colour: z
        .string()
        .regex(/^#[0-9a-fA-F]{6}$/, "must be #rrggbb")
        .optional(),
      image: picture.optional(),
    })
    .optional(),
  logo: z
    .strictObject({
      image: picture,
      x: fraction,
      y: fraction,
      width: fraction.gt(0),
    })
    .optional(),
  labels: labelPolicy.optional(),
}) satisfies z.ZodType<CustomLayout>;

export const layoutChoice = z.union([
  layoutName,
  customLayout,
]) satisfies z.ZodType<LayoutChoice>;
