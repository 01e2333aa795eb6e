/** Schemas of what clients may say about what is played into a room; for the WebSocket and for REST. */
import { z } from "zod";
import { id } from "./picture.js";

/** A day; whoever has a longer file cuts it. */
const position = z.number().min(0).max(86_400).describe("Seconds");
const volume = z.number().min(0).max(4).describe("Linear; 1 changes nothing");
const fileName = z
  .string()
  .min(1)
  .max(255)
  .describe("A name in the folder of TUTTI_MEDIA");

const duck = z
  .number()
  .min(0)
  .max(60)
  .describe("By how much voices are lowered meanwhile, dB");

/** As in the messages of the WebSocket. */
export const personName = z.string().trim().min(1).max(64);

/** The names of those that were said. */
const oneOf =
  <Key extends string>(keys: readonly Key[]) =>
  (value: Partial<Record<Key, unknown>>): boolean =>
    keys.filter((key) => value[key] !== undefined).length === 1;

const needs = (keys: readonly string[]) => ({
  path: [keys[0] ?? ""],
  message: `exactly one of ${keys.join(", ")} is needed`,
});

const FEEDS = ["url", "file", "recording", "push"] as const;
const SOUNDS = ["file", "upload"] as const;

const howShape = {
  loop: z.boolean().default(false),
  volume: volume.default(1),
  paused: z.boolean().default(false),
  position: position.default(0),
};

export const feedStart = z
  .strictObject({
    url: z.string().max(2048).optional().describe("As TUTTI_FEED_HOSTS allows"),
    file: fileName.optional(),
    recording: id.optional().describe("Of the library"),
    push: z
      .enum(["rtmp"])
      .optional()
      .describe("An encoder sends it; gives the address and the key for that"),
    name: personName.optional().describe("On its tile"),
    ...howShape,
  })
  .refine(oneOf(FEEDS), needs(FEEDS));
export type FeedStart = z.output<typeof feedStart>;

export const soundStart = z
  .strictObject({
    file: fileName.optional(),
    upload: id.optional().describe("Of a sound that was uploaded"),
    participant: id.optional().describe("Who alone hears it"),
    duck: duck.default(0),
    ...howShape,
  })
  .refine(oneOf(SOUNDS), needs(SOUNDS));
export type SoundStart = z.output<typeof soundStart>;

/** What may be changed of what plays. */
export const playedChange = {
  position: position.optional(),
  loop: z.boolean().optional(),
  volume: volume.optional(),
};

/** Whether what plays is to go on; undefined leaves it as it is. */
export const shallPlay = (
  state: "playing" | "paused" | undefined,
): boolean | undefined =>
  state === undefined ? undefined : state === "playing";

/** Nothing is lowered by a feed, which is a participant. */
export const soundChange = { ...playedChange, duck: duck.optional() };
