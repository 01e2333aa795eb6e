/** What lies of single participants beside a recording. Pure. */
import { z } from "zod";
import type { RecordingTrack } from "../../mixer/contract.js";

const trackFile = {
  file: z.string().describe("Inside the directory of recordings"),
  size: z.int().nonnegative().describe("Bytes"),
};

/** What there is of one participant alone. */
export const recordingTrack = z.object({
  participant: z.string(),
  name: z.string(),
  audio: z
    .object(trackFile)
    .optional()
    .describe("Opus; begins with the recording's file, and is as long"),
  video: z
    .object({
      ...trackFile,
      start: z
        .number()
        .describe("Seconds from the recording's start to this file's"),
    })
    .optional()
    .describe("H.264 in MP4, without sound"),
});

export type TrackEntry = z.output<typeof recordingTrack>;

/** The tracks with the names of those who are in them. */
export const named = (
  tracks: readonly RecordingTrack[] | undefined,
  participants: readonly { id: string; name: string }[],
): TrackEntry[] | undefined =>
  tracks?.map((track) => {
    const who = participants.find(({ id }) => id === track.participant);
    return { ...track, name: who?.name ?? track.participant };
  });
