/** What the REST interface takes and gives of feeds and sounds. */
import { z } from "zod";
import { id } from "../picture.js";
import { upload } from "../recordings/uploads.js";
import { personName } from "./schemas.js";

/** A day; whoever has a longer file cuts it. */
const position = z.number().min(0).max(86_400).describe("Seconds");
const volume = z.number().min(0).max(4).describe("Linear; 1 changes nothing");
const fileName = z
  .string()
  .min(1)
  .max(255)
  .describe("A name in the folder of TUTTI_MEDIA");

/** The names of those that were said. */
const oneOf =
  <Key extends string>(keys: readonly Key[]) =>
  (value: Partial<Record<Key, unknown>>): boolean =>
    keys.filter((key) => value[key] !== undefined).length === 1;

const FEEDS = ["url", "file", "recording"] as const;
const SOUNDS = ["file", "upload"] as const;

export const feedStart = z
  .strictObject({
    url: z.string().max(2048).optional().describe("As TUTTI_FEED_HOSTS allows"),
    file: fileName.optional(),
    recording: id.optional().describe("Of the library"),
    name: personName.optional().describe("On its tile"),
    loop: z.boolean().default(false),
    volume: volume.default(1),
    paused: z.boolean().default(false),
    position: position.default(0),
  })
  .refine(oneOf(FEEDS), {
    path: ["url"],
    message: `exactly one of ${FEEDS.join(", ")} is needed`,
  });

const change = {
  state: z.enum(["playing", "paused"]).optional(),
  position: position.optional(),
  loop: z.boolean().optional(),
  volume: volume.optional(),
};

export const feedChange = z.strictObject(change);
export const soundChange = z.strictObject(change);

const played = {
  state: z.enum(["connecting", "playing", "paused", "ended", "failed"]),
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
  url: z.string().optional(),
  file: z.string().optional(),
  recording: z.string().optional(),
  ...played,
});

export const soundStart = z
  .strictObject({
    file: fileName.optional(),
    upload: id.optional().describe("Of a sound that was uploaded"),
    participant: id.optional().describe("Who alone hears it"),
    loop: z.boolean().default(false),
    volume: volume.default(1),
    duck: z
      .number()
      .min(0)
      .max(60)
      .default(0)
      .describe("By how much voices are lowered meanwhile, dB"),
    paused: z.boolean().default(false),
    position: position.default(0),
  })
  .refine(oneOf(SOUNDS), {
    path: ["file"],
    message: `exactly one of ${SOUNDS.join(", ")} is needed`,
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
