/** What the REST interface takes and gives of views and their layouts. */
import { z } from "zod";
import {
  id,
  labelPolicy,
  layoutChoice,
  layoutName,
  pageNumber,
  renditionName,
  rungName,
  sourceKind,
  temperament,
  viewName,
} from "../picture.js";
import { videoOptions } from "../setting-parsers.js";

/** The name of a layout; one that was made by somebody has none. */
export const layoutShown = z.enum([...layoutName.options, "custom"]);

export const viewQuery = z.strictObject({ view: viewName.default("main") });

const direction = {
  pinned: id.nullable().optional().describe("Kept large; null = nobody"),
  labels: labelPolicy.optional(),
  temperament: temperament
    .optional()
    .describe("How soon the large tile follows the talker"),
  page: pageNumber.optional().describe("Of a grid, from 0"),
};

export const layoutChange = z.strictObject({
  view: id.default("main"),
  layout: layoutChoice,
  ...direction,
});

export const viewChange = z.strictObject({
  ...videoOptions.partial().shape,
  layout: layoutChoice.optional(),
  autoShare: z
    .boolean()
    .optional()
    .describe("A shared screen takes over any layout but solo and custom ones"),
  ...direction,
});

export const viewResult = z.object({
  view: id,
  ...videoOptions.shape,
  layout: layoutChoice,
  autoShare: z.boolean(),
  pinned: id.optional(),
  labels: labelPolicy,
  temperament,
  page: z.int(),
});

const pixels = z.int().nonnegative();

export const layoutResult = z.object({
  view: viewName,
  layout: layoutShown.describe("In effect: share while a screen takes over"),
  pinned: id.optional(),
  width: pixels,
  height: pixels,
  timestamp: z
    .int()
    .describe("RTP timestamp of the first picture of which this is true"),
  pages: z.int(),
  page: z.int().describe("Which of the pages is shown, from 0"),
  tiles: z.array(
    z.object({
      participant: id,
      source: sourceKind,
      x: pixels,
      y: pixels,
      width: pixels,
      height: pixels,
      z: z.int().describe("Lies above tiles with less"),
      state: z.enum(["live", "off", "waiting", "stalled"]),
    }),
  ),
});

export const qualityResult = z.object({
  view: viewName,
  rung: rungName.describe("What is sent"),
  wanted: renditionName,
  cap: rungName.optional().describe("At most this, for a data saver"),
  codec: z.string(),
  encoder: z.string().describe("Library or device"),
  estimate: z.number().optional().describe("Bits per second of the line"),
  lost: z.number().describe("Fraction, 0 to 1"),
  roundTrip: z.number().optional().describe("Milliseconds"),
});
