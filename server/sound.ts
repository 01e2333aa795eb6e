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
