/** What may be asked of a render, and what is told of one. */
import { z } from "zod";
import { id, labelPolicy, layoutChoice } from "../../picture.js";
import { videoOptions } from "../../setting-parsers.js";
import { recordingFormat } from "../../recording.js";

export const CANVASES = {
  landscape: { width: 1280, height: 720, fps: 30 },
  portrait: { width: 720, height: 1280, fps: 30 },
  square: { width: 720, height: 720, fps: 30 },
} as const;

const CANVAS_NAMES = ["landscape", "portrait", "square"] as const;

/** Seconds: a week. Recordings end long before. */
const LONGEST = 604_800;
/** More than ever were in one room. */
const MOST_PEOPLE = 1_000;

export const renderRequest = z
  .strictObject({
    format: recordingFormat.optional().describe("That of the recording"),
    layout: layoutChoice.optional().describe("grid if absent; needs tracks"),
    canvas: z
      .union([z.enum(CANVAS_NAMES), videoOptions])
      .optional()
      .describe("landscape (1280x720) if absent; needs tracks"),
    labels: labelPolicy.optional().describe("on if absent; needs tracks"),
    without: z
      .array(id)
      .min(1)
      .max(MOST_PEOPLE)
      .optional()
      .describe(
        "Neither heard nor seen; `played` is what was played to everybody; needs tracks",
      ),
    only: id.optional().describe("One person alone; needs tracks"),
    from: z
      .number()
      .min(0)
      .max(LONGEST)
      .optional()
      .describe("Seconds of the recording"),
    to: z
      .number()
      .gt(0)
      .max(LONGEST)
      .optional()
      .describe("Seconds of the recording; its end if absent"),
    title: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .optional()
      .describe("That of the recording if absent"),
  })
  .refine(({ only, without }) => only === undefined || without === undefined, {
    path: ["without"],
    message: "cannot go together with only",
  })
  .refine(({ from = 0, to = Infinity }) => from < to, {
    path: ["to"],
    message: "must be later than from",
  });

export type RenderRequest = z.output<typeof renderRequest>;

const RENDER_STATES = [
  "queued",
  "running",
  "done",
  "failed",
  "cancelled",
] as const;

export const renderJob = z.object({
  id: z.string(),
  recording: z.string().describe("What it is made of"),
  state: z.enum(RENDER_STATES),
  progress: z.number().min(0).max(1),
  result: z.string().optional().describe("The recording that it became"),
  error: z.string().optional().describe("For people"),
  createdAt: z.iso.datetime(),
});

export type RenderJob = z.output<typeof renderJob>;
