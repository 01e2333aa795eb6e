/** What the REST interface takes and gives, but for the picture (`view-schemas.ts`). */
import { z } from "zod";
import { id, layoutName } from "../picture.js";
import { MOST_PARTICIPANTS, optionsShape, roomSounds } from "../options.js";
import { personName } from "../played.js";
import { recordingLimits, trackKind } from "../recording.js";
import { videoOptions } from "../setting-parsers.js";
import { muteAllShape, placeShape } from "../sound.js";
import { layoutShown, qualityResult } from "./view-schemas.js";

const time = z.iso.datetime();
const role = z.enum(["moderator", "participant"]);

export const roomChange = z.strictObject({
  ...optionsShape,
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
  layout: layoutName
    .optional()
    .describe("Of the main view; custom ones go to its own path"),
});

export const roomResult = z.object({
  room: id,
  title: z.string(),
  pinRequired: z.boolean(),
  maxParticipants: z.int(),
  video: videoOptions,
  layout: layoutShown,
  views: z.array(id).describe("The views that were made, and main"),
  record: z.boolean(),
  tracks: trackKind,
  recordingLimits: recordingLimits,
  voicemail: z.boolean(),
  muteOnEntry: z.boolean(),
  agc: z.boolean(),
  stereo: z.boolean(),
  loudest: z.int(),
  sounds: z.object(roomSounds),
  participants: z.int().describe("How many there are"),
  recording: z.boolean().describe("Whether a recording runs"),
  overload: z
    .int()
    .min(0)
    .max(4)
    .describe(
      "What is given up to keep in time, each with those before: 1 tiles are drawn less often, 2 fewer frames, 3 smaller pictures, 4 no further cameras or joins",
    ),
  createdAt: time,
});

export const participantChange = z.strictObject({
  name: personName.optional(),
  muted: z.boolean().optional(),
  cameraOff: z
    .boolean()
    .optional()
    .describe("True turns the camera off; false lets its owner turn it on"),
  sharing: z.literal(false).optional().describe("Ends its shared screen"),
  gain: z.number().min(0).max(4).optional().describe("1 changes nothing"),
  music: z
    .boolean()
    .optional()
    .describe("What it sends is music: its level is left alone"),
  ...placeShape,
  deaf: z.boolean().optional().describe("True: hears nothing"),
  held: z
    .boolean()
    .optional()
    .describe("On hold: neither heard, hearing nor seen; stays connected"),
  recorded: z
    .boolean()
    .optional()
    .describe("False: neither voice nor picture are in any recording"),
  role: role.optional(),
});

export const balanceChange = z.strictObject({
  gain: z.number().min(0).max(4).describe("1 is as everybody else does"),
});

export const balancesResult = z
  .record(id, z.number())
  .describe("Gains by participant; who is not in it is heard as by everybody");

export const muteAll = z.strictObject(muteAllShape);

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
  music: z.boolean(),
  denoise: z.boolean(),
  pan: z.number(),
  spread: z.boolean(),
  spoke: z.number().describe("For how long it has talked, in seconds"),
  deaf: z.boolean(),
  held: z.boolean(),
  recorded: z
    .boolean()
    .optional()
    .describe("False: neither voice nor picture are in any recording"),
  sharing: z.boolean(),
  joinedAt: time,
  inMix: z.union([z.literal(true), z.object({ why: z.string() })]),
  quality: qualityResult
    .optional()
    .describe("What it receives and why; absent while it receives nothing"),
});

export const errorResult = z.object({
  error: z.object({
    code: z.string().describe("For programs"),
    message: z.string().describe("For people"),
  }),
});
