/** What lies of single participants beside a recording. Pure. */
import { z } from "zod";
import { PLAYED_TRACK, type RecordingTrack } from "../../mixer/contract.js";

const fileShape = {
  file: z.string().describe("Inside the directory of recordings"),
  size: z.int().nonnegative().describe("Bytes"),
};

const picture = z.object({
  ...fileShape,
  start: z
    .number()
    .describe("Seconds from the recording's start to this file's"),
});

/** What there is of one participant alone. */
export const recordingTrack = z.object({
  participant: z.string(),
  name: z.string(),
  audio: z
    .object(fileShape)
    .optional()
    .describe("Opus; begins with the recording's file, and is as long"),
  video: picture.optional().describe("H.264 in MP4, without sound"),
  share: picture
    .optional()
    .describe("The shared screen; stands still while nothing is shared"),
});

/** What a track's file is called after its participant. */
export const TRACK_ENDINGS = [
  ["audio", "opus"],
  ["video", "mp4"],
  ["share", "share.mp4"],
] as const;

const TYPES: Record<string, string> = {
  opus: "audio/ogg",
  mp4: "video/mp4",
  "share.mp4": "video/mp4",
};

/** Where one participant's track lies below the directory, and its media type; both ids are letters, digits, - and _. */
export const trackFile = (
  recording: string,
  participant: string,
  ending: string,
): { name: string; type: string } => ({
  name: `${recording}.tracks/${participant}.${ending}`,
  type: TYPES[ending] ?? "application/octet-stream",
});

export type TrackEntry = z.output<typeof recordingTrack>;

/** What the track is called that has what was played to everybody. */
const PLAYED_NAME = "Sounds of the room";

const isPlayed = ({ participant }: RecordingTrack): boolean =>
  participant === PLAYED_TRACK;

/** The tracks with the names of those who are in them; people come first. */
export const named = (
  tracks: readonly RecordingTrack[] | undefined,
  participants: readonly { id: string; name: string }[],
): TrackEntry[] | undefined =>
  tracks
    ?.toSorted((a, b) => Number(isPlayed(a)) - Number(isPlayed(b)))
    .map((track) => {
      const { participant } = track;
      const who = participants.find(({ id }) => id === participant);
      const unknown = isPlayed(track) ? PLAYED_NAME : participant;
      return { ...track, name: who?.name ?? unknown };
    });
