/** Schemas of what clients may say about recordings; for the WebSocket and for REST. */
import { z } from "zod";
import {
  RECORDING_FORMATS,
  TRACK_KINDS,
  type RecordingFormat,
} from "../mixer/contract.js";

const FORMAT_NAMES = Object.keys(RECORDING_FORMATS) as [
  RecordingFormat,
  ...RecordingFormat[],
];
export const recordingFormat = z.enum(FORMAT_NAMES);
export const trackKind = z.enum(TRACK_KINDS);

/** A day, and a terabyte: beyond these a limit is a slip of the pen. */
export const limitsShape = {
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
    .describe("Ends at so many bytes, those of its tracks among them"),
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

export const recordingLimits = z.strictObject(limitsShape);
