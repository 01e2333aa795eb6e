/** What the REST interface takes and gives of recordings. */
import { z } from "zod";
import { RECORDING_FORMATS, TRACK_KINDS } from "../../mixer/contract.js";
import { renditionName, viewName } from "../picture.js";
import { recordingEntry, recordingFormat } from "../recordings/entry.js";

export const trackKind = z.enum(TRACK_KINDS);

/** A day, and a terabyte: beyond these a limit is a slip of the pen. */
const limits = {
  maxDuration: z
    .number()
    .min(1)
    .max(86_400)
    .optional()
    .describe("Ends after so many seconds, without pauses"),
  maxSize: z
    .int()
    .min(100_000)
    .max(1e12)
    .optional()
    .describe("Ends at so many bytes"),
  stopWhenEmpty: z
    .number()
    .min(0)
    .max(86_400)
    .nullable()
    .optional()
    .describe(
      "Ends when nobody has been there for so many seconds; null never does. If absent it ends when the last one leaves, or when nobody has come for ten minutes",
    ),
};

export const recordingLimits = z.strictObject(limits);

export const recordingStart = z
  .strictObject({
    format: recordingFormat.default("mp4"),
    view: viewName.optional().describe("main if absent"),
    rendition: renditionName.optional().describe("high if absent"),
    tracks: trackKind
      .optional()
      .describe(
        "Each participant's own sound, or sound and picture, beside it; the room's if absent",
      ),
    ...limits,
  })
  .refine(
    ({ format, view, rendition }) =>
      RECORDING_FORMATS[format].picture || !(view ?? rendition),
    { error: "This format is sound alone: it has no view and no rendition" },
  );

export const recordingChange = z.strictObject({
  state: z.enum(["paused", "recording", "stopped"]),
});

export const recordingResult = recordingEntry;
