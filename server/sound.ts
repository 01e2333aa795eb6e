/** Schemas of what clients may say about the sound; for the WebSocket and for REST. */
import { z } from "zod";
import { id } from "./picture.js";

/** As many as a room may have. */
const MOST = 1000;

export const muteAllShape = {
  muted: z.boolean(),
  /** Ids that stay as they are; whoever is not there does no harm. */
  except: z.array(id).max(MOST).default([]),
};

/** How one's voice is treated, and where it is heard. */
export const placeShape = {
  denoise: z
    .boolean()
    .optional()
    .describe("True: noise is taken out of the voice"),
  pan: z
    .number()
    .min(-1)
    .max(1)
    .optional()
    .describe("Where it is heard in a stereo room, -1 (left) to 1"),
  spread: z
    .boolean()
    .optional()
    .describe("True: it is heard where its tile is in the picture, not at pan"),
};
