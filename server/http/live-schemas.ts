/** What the REST interface takes and gives of live outputs. */
import { z } from "zod";
import { renditionName, viewName } from "../picture.js";

const hlsStart = z.strictObject({
  type: z.literal("hls"),
  view: viewName.default("main"),
  renditions: z
    // A still every two seconds is no live picture.
    .array(renditionName.exclude(["slides"]))
    .min(1)
    .max(6)
    .default(["high", "medium", "audio"])
    .describe("One playlist with all of them; audio is the sound alone"),
  lowLatency: z
    .boolean()
    .default(true)
    .describe(
      "Players that can follow 2 s behind, others 6 to 8; false: all 3 to 5 s, with a key frame each 1.3 s",
    ),
});

const pushStart = z.strictObject({
  type: z.literal("push"),
  view: viewName.default("main"),
  rendition: renditionName.default("high"),
  url: z
    .string()
    .max(900)
    .describe(
      "rtmp://host/application/key, rtmps://…, or srt://host:port?streamid=…; the host must be one of TUTTI_LIVE_HOSTS",
    ),
});

export const liveStart = z.discriminatedUnion("type", [hlsStart, pushStart]);
export type LiveStart = z.output<typeof liveStart>;

export const liveResult = z.object({
  id: z.string(),
  type: z.enum(["hls", "push"]),
  view: z.string(),
  state: z
    .enum(["connecting", "live", "retrying", "failed", "stopped"])
    .describe("retrying: the other side is gone, and will be tried again"),
  reason: z.string().optional(),
  startedAt: z.iso.datetime(),
  renditions: z.array(z.string()).optional(),
  lowLatency: z.boolean().optional(),
  rendition: z.string().optional(),
  url: z
    .string()
    .describe("Of HLS: the playlist. Of a push: the target, without its key"),
  page: z.string().optional().describe("Where people watch HLS"),
  counters: z.object({
    bytes: z.number(),
    dropped: z
      .number()
      .describe("Pieces that were given up since the other side was behind"),
    reconnects: z.number(),
  }),
});

/** What the viewers' page asks. */
export const nowResult = z.object({
  title: z.string().optional(),
  live: z
    .array(
      z.object({
        id: z.string(),
        state: z.string(),
        url: z.string(),
        lowLatency: z.boolean(),
      }),
    )
    .describe(
      "HLS outputs, the newest first; none: it has not begun or is over",
    ),
});
