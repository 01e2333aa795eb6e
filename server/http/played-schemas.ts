/** What the REST interface takes and gives of feeds and sounds. */
import { z } from "zod";
import { id } from "../picture.js";
import { playedChange, soundChange as soundShape } from "../played.js";
import { upload } from "../recordings/uploads.js";

export { feedStart, soundStart } from "../played.js";

const state = z.enum(["playing", "paused"]).optional();

export const feedChange = z.strictObject({ state, ...playedChange });
export const soundChange = z.strictObject({ state, ...soundShape });

const states = ["connecting", "playing", "paused", "ended", "failed"] as const;

const played = {
  state: z.enum(states),
  position: z.number().describe("Seconds"),
  duration: z
    .number()
    .optional()
    .describe("Seconds; absent while unknown and of what has no end"),
  reason: z.string().optional().describe("Why it does not play"),
  loop: z.boolean(),
  volume: z.number(),
};

export const feedResult = z.object({
  id: id.describe("Of the participant that it is"),
  name: z.string(),
  url: z.string().optional().describe("Of a push, where it goes to"),
  file: z.string().optional(),
  recording: z.string().optional(),
  push: z.enum(["rtmp"]).optional(),
  key: z.string().optional().describe("Of a push: what the encoder shows"),
  ...played,
  state: z.enum(["waiting", ...states]).describe("waiting: nobody pushes now"),
});

export const soundResult = z.object({
  id,
  file: z.string().optional(),
  upload: z.string().optional(),
  participant: id.optional(),
  ...played,
  duck: z.number().describe("dB"),
});

export const uploadQuery = z.strictObject({
  name: z.string().trim().min(1).max(100).default("sound"),
});

export const uploadResult = upload;
