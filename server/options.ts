/** Schemas of the options of a room that may be changed from outside and from within; for the WebSocket and for REST. */
import { z } from "zod";
import { recordingLimits, trackKind } from "./recording.js";

/** More people than this in one room is a mistyped number: nobody has tried it. */
export const MOST_PARTICIPANTS = 1000;

export const roomSounds = {
  join: z.boolean().describe("A chime when somebody comes"),
  leave: z.boolean().describe("A chime when somebody goes"),
  alone: z.boolean().describe("Music for whoever is the only one"),
  recording: z.boolean().describe("A chime when a recording begins or ends"),
};

export const optionsShape = {
  title: z.string().trim().min(1).max(100).optional(),
  record: z
    .boolean()
    .optional()
    .describe("Record as long as somebody is there"),
  tracks: trackKind
    .optional()
    .describe("What recordings that say nothing else keep of each alone"),
  recordingLimits: recordingLimits
    .optional()
    .describe("When recordings that say nothing else end by themselves"),
  voicemail: z
    .boolean()
    .optional()
    .describe(
      "Who comes when nobody is there hears a tone and can leave a message of a minute, which is listed among the recordings",
    ),
  muteOnEntry: z
    .boolean()
    .optional()
    .describe("Whoever joins is muted at first, and may unmute"),
  agc: z
    .boolean()
    .optional()
    .describe("Voices are brought to the same loudness, -18 LUFS"),
  stereo: z
    .boolean()
    .optional()
    .describe("Two channels, in which voices have places"),
  loudest: z
    .int()
    .min(0)
    .max(MOST_PARTICIPANTS)
    .optional()
    .describe("Only so many voices are heard at a time, the loudest; 0 is all"),
  sounds: z
    .strictObject(roomSounds)
    .partial()
    .optional()
    .describe("What is left out is as at first: only recordings are heard of"),
};

/**
 * Seconds (without pauses) and bytes. Without `stopWhenEmpty` it ends at once when the last one leaves, and after ten
 * minutes in which nobody came; null: never for that.
 */
export type RecordingLimits = z.output<typeof recordingLimits>;
export type RoomSounds = {
  -readonly [Sound in keyof typeof roomSounds]: boolean;
};
