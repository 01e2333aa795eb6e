/** What the REST interface takes and gives of recordings. */
import { z } from "zod";
import { RECORDING_FORMATS } from "../../mixer/contract.js";
import { renditionName, viewName } from "../picture.js";
import { limitsShape, recordingFormat, trackKind } from "../recording.js";
import { recordingEntry } from "../recordings/entry.js";

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
    ...limitsShape,
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
