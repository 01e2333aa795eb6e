/** What the REST interface takes and gives of recordings. */
import { z } from "zod";
import { RECORDING_FORMATS } from "../../mixer/contract.js";
import { id, renditionName, viewName } from "../picture.js";
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

const words = z.string().trim().min(1).max(200).optional();
const moment = z.iso.datetime({ offset: true }).or(z.iso.date()).optional();

export const recordingQuery = z.strictObject({
  q: words.describe(
    "Words, each of which is in the title, the room, a person's name or the date",
  ),
  room: id.optional(),
  participant: words.describe("Somebody's id or name"),
  from: moment.describe("Begun then or later; a date is its midnight in UTC"),
  to: moment.describe("Begun earlier"),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  before: id.optional().describe("What is older than this one: the next page"),
});
