/** What the REST interface takes and gives of links to recordings. */
import { z } from "zod";
import { id } from "../picture.js";
import { timeline } from "../recordings/timeline/keeper.js";
import { recordingEntry } from "../recordings/entry.js";

const WEEK = 7 * 86_400;
const YEAR = 366 * 86_400;

export const shareStart = z.strictObject({
  seconds: z
    .int()
    .min(1)
    .max(YEAR)
    .default(WEEK)
    .describe("For so long it opens the recording; a week if absent"),
  passing: z
    .boolean()
    .default(false)
    .describe(
      "For a player of one's own: it ends after 12 hours or with the server, and is not listed",
    ),
});

export const sharesResult = z.object({
  id,
  createdAt: z.iso.datetime(),
  expires: z.iso.datetime(),
});

export const shareResult = sharesResult.extend({
  token: z.string().describe("Told only now: the server keeps a hash of it"),
  url: z.string().describe("The page, on this server"),
});

/** What somebody with a link may know: who else was there and for how long is for those who manage the room. */
export const sharedResult = recordingEntry
  .pick({ title: true, kind: true, format: true, startedAt: true })
  .extend({
    duration: z.number().describe("Seconds"),
    size: z.int().describe("Bytes"),
    participants: z.array(z.object({ id: z.string(), name: z.string() })),
  });

export const sharedTimeline = timeline.pick({ chapters: true, turns: true });
