/** What the REST interface takes and gives. */
import { z } from "zod";
import type { LayoutName, RenditionName } from "../../mixer/contract.js";
import { recordingEntry } from "../recordings/entry.js";
import { MOST_PARTICIPANTS, videoOptions } from "../settings.js";
import { id } from "./route.js";

const LAYOUTS = ["grid"] as const satisfies LayoutName[];
const RENDITIONS = [
  "auto",
  "high",
  "medium",
  "low",
  "audio",
] as const satisfies RenditionName[];

const time = z.iso.datetime();
const role = z.enum(["moderator", "participant"]);

/** As in the messages of the WebSocket. */
export const personName = z.string().trim().min(1).max(64);
export const layoutName = z.enum(LAYOUTS);
export const renditionName = z.enum(RENDITIONS);
export const viewQuery = z.strictObject({ view: id.default("main") });

export const roomChange = z.strictObject({
  title: z.string().trim().min(1).max(100).optional(),
  pin: z
    .string()
    .min(1)
    .max(64)
    .nullable()
    .optional()
    .describe("Asked of whoever joins; null takes it away"),
  maxParticipants: z.int().min(1).max(MOST_PARTICIPANTS).optional(),
  video: videoOptions
    .optional()
    .describe("Cannot change while the picture is being made"),
  layout: layoutName.optional(),
  record: z
    .boolean()
    .optional()
    .describe("Record as long as somebody is there"),
});

export const roomResult = z.object({
  room: id,
  title: z.string(),
  pinRequired: z.boolean(),
  maxParticipants: z.int(),
  video: videoOptions,
  layout: layoutName,
  record: z.boolean(),
  participants: z.int().describe("How many there are"),
  recording: z.boolean().describe("Whether a recording runs"),
  createdAt: time,
});

export const participantChange = z.strictObject({
  name: personName.optional(),
  muted: z.boolean().optional(),
  cameraOff: z
    .boolean()
    .optional()
    .describe("True turns the camera off; false lets its owner turn it on"),
  gain: z.number().min(0).max(4).optional().describe("1 changes nothing"),
  role: role.optional(),
});

export const participantResult = z.object({
  id,
  name: z.string(),
  role,
  muted: z.boolean(),
  camera: z.boolean(),
  talking: z.boolean(),
  state: z
    .enum(["present", "away"])
    .describe("away: the socket dropped, the seat is kept for a while"),
  gain: z.number(),
  sharing: z.boolean(),
  joinedAt: time,
  inMix: z.union([z.literal(true), z.object({ why: z.string() })]),
});

export const layoutChange = z.strictObject({
  view: id.default("main"),
  layout: layoutName,
});

const pixels = z.int().nonnegative();
export const layoutResult = z.object({
  view: id,
  layout: layoutName,
  width: pixels,
  height: pixels,
  tiles: z.array(
    z.object({
      participant: id,
      x: pixels,
      y: pixels,
      width: pixels,
      height: pixels,
      state: z.enum(["live", "off", "waiting", "stalled"]),
    }),
  ),
});

export const recordingStart = z.strictObject({
  format: z.enum(["mp4"]).default("mp4"),
  rendition: renditionName.default("high"),
});

export const recordingChange = z.strictObject({
  state: z.enum(["paused", "recording", "stopped"]),
});

export const recordingResult = recordingEntry;

export const errorResult = z.object({
  error: z.object({
    code: z.string().describe("For programs"),
    message: z.string().describe("For people"),
  }),
});
