/** What is known of one recording, as it lies in its sidecar `ID.json`, and how it is shown. Pure. */
import { z } from "zod";
import {
  type RecordingChecks,
  type RecordingFormat,
  type RecordingId,
} from "../../mixer/contract.js";
import { recordingFormat } from "../recording.js";
import type { PersonEvent } from "../rooms/journal.js";
import { ID_PATTERN } from "../signaling/messages.js";
import { recordingTrack } from "./tracks.js";

const time = z.iso.datetime();

const attendance = z.object({
  id: z.string(),
  name: z.string(),
  joinedAt: time,
  leftAt: time.optional(),
  /** It did not want to be recorded, at least for a while: neither its voice nor its picture is in the file then. */
  unrecorded: z.literal(true).optional(),
});

const stretch = z
  .object({ from: z.number(), to: z.number() })
  .describe("Seconds from the start of the file");

/** What was found when the finished file was decoded from start to end. */
const recordingChecks = z.object({
  duration: z.number().describe("Seconds, of the file"),
  missing: z
    .number()
    .describe("Seconds by which the file is shorter than it was recorded"),
  startOffset: z
    .number()
    .optional()
    .describe("How much later than the picture the sound begins, in ms"),
  endOffset: z.number().optional().describe("And ends"),
  gaps: z.array(stretch).describe("Without any picture or sound"),
  black: z.array(stretch).describe("Longer than 2 s"),
  silence: z.array(stretch).describe("Longer than 10 s, below -60 dBFS"),
  loudness: z.number().optional().describe("LUFS; absent for silence"),
  decodes: z.boolean().describe("Whether a decoder found nothing wrong"),
  problems: z.array(z.string()).describe("For people; empty if all is well"),
});

/** Whether it is in the bucket of TUTTI_S3_BUCKET. */
const uploadState = z.object({
  state: z
    .enum(["pending", "uploading", "uploaded"])
    .describe("pending: it waits, or failed and is tried again"),
  url: z.string().optional().describe("Of the file, once it is uploaded"),
  size: z.int().optional().describe("Bytes of the file that is there"),
  error: z.string().optional().describe("Why the last try failed"),
});
export type UploadState = z.output<typeof uploadState>;

/** Without `to`, it is paused still. */
const pause = z.object({ from: time, to: time.optional() });

/** The sidecar's schema. What a later version adds to it is kept out, not refused. */
export const recordingEntry = z.object({
  id: z.string().regex(ID_PATTERN),
  /** Empty for a file whose sidecar is lost: nobody knows. */
  room: z.string(),
  title: z.string(),
  /** A message for those who were not there; absent for what is recorded of a meeting. */
  kind: z.literal("voicemail").optional(),
  state: z.enum(["recording", "paused", "stopped", "failed"]),
  format: recordingFormat,
  startedAt: time,
  endedAt: time.optional(),
  /** When nothing was recorded; the file goes on without a hole. */
  pauses: z.array(pause).optional(),
  /** Seconds without pauses; of a running one, until now. */
  duration: z.number().nonnegative(),
  /** Bytes; of a running one, until now. */
  size: z.int().nonnegative(),
  /** Who was there and when; the same person again is a further entry. */
  participants: z.array(attendance),
  /** A sentence for people: why it failed, or what it survived. */
  reason: z.string().optional(),
  /** One for each who was there and wished to be recorded; absent when none were asked for, or while it runs. */
  tracks: z.array(recordingTrack).optional(),
  /** Of one that was made of another afterwards. */
  renderedFrom: z
    .string()
    .optional()
    .describe("The recording that it was made of"),
  /** There when the finished file has been looked through, which takes about a minute for an hour. */
  checks: recordingChecks.optional(),
  /** There when a bucket is configured. */
  upload: uploadState.optional(),
});

export type RecordingEntry = z.output<typeof recordingEntry>;
type Attendance = z.output<typeof attendance>;

/** Seconds that were not recorded until `now`. */
export const pausedFor = (
  { pauses = [] }: Pick<RecordingEntry, "pauses">,
  now: Date,
): number =>
  pauses.reduce((sum, { from, to }) => {
    const until = to === undefined ? now.getTime() : Date.parse(to);
    return sum + Math.max(0, until - Date.parse(from)) / 1000;
  }, 0);

/** Of a pause that nobody ended, nothing is known but that it began. */
const lastKnown = ({ pauses, startedAt }: RecordingEntry): Date =>
  new Date(pauses?.at(-1)?.from ?? startedAt);

/** Of a recording that a killed server left behind nobody knows the end but its file, which lasts so many seconds. */
export const guessedEnd = (entry: RecordingEntry, duration: number): Date => {
  const paused = pausedFor(entry, lastKnown(entry));
  return new Date(Date.parse(entry.startedAt) + (duration + paused) * 1000);
};

/** The entry of a recording that begins. */
export const begun = ({
  startedAt,
  ...about
}: Pick<RecordingEntry, "id" | "room" | "title" | "format" | "kind"> & {
  startedAt: Date;
}): RecordingEntry => ({
  ...about,
  state: "recording",
  startedAt: startedAt.toISOString(),
  duration: 0,
  size: 0,
  participants: [],
});

export const isRunning = ({ state }: RecordingEntry): boolean =>
  state === "recording" || state === "paused";

/** Pauses it, or goes on. */
export const setPaused = (
  entry: RecordingEntry,
  paused: boolean,
  now: Date,
): RecordingEntry => {
  const at = now.toISOString();
  const pauses = endPauses(entry, at) ?? [];
  if (!paused) return { ...entry, state: "recording", pauses };
  return { ...entry, state: "paused", pauses: [...pauses, { from: at }] };
};

const endPauses = (
  { pauses }: RecordingEntry,
  at: string,
): RecordingEntry["pauses"] =>
  pauses?.map(({ from, to = at }) => ({ from, to }));

/** The file's name in the directory of recordings. */
export const fileOf = ({
  id,
  format,
}: Pick<RecordingEntry, "id" | "format">): string => `${id}.${format}`;

/** Coming and going beyond this is a client that reconnects without end; a sidecar stays readable. */
const MOST_ATTENDANCES = 10_000;

/** Notes who came or went. False when there are too many to note another. */
export const attend = (
  entry: RecordingEntry,
  person: { participant: string; name: string; at: Date },
  event: PersonEvent,
): boolean => {
  const { participants } = entry;
  const here = participants.findLast(
    ({ id, leftAt }) => id === person.participant && leftAt === undefined,
  );
  const at = person.at.toISOString();
  if (event === "unrecorded") {
    if (here !== undefined) here.unrecorded = true;
    return true;
  }
  if (event === "left") {
    if (here !== undefined) here.leftAt = at;
    return true;
  }
  if (here !== undefined) return true;
  if (participants.length >= MOST_ATTENDANCES) return false;
  participants.push({
    id: person.participant,
    name: person.name,
    joinedAt: at,
  });
  return true;
};

/** Nobody is in a recording that has ended. */
export const leaveAll = (
  participants: readonly Attendance[],
  endedAt: string,
): Attendance[] =>
  participants.map((one) => ({ ...one, leftAt: one.leftAt ?? endedAt }));

/** The entry of a recording that has come to its end at `endedAt`. */
export const ended = (
  entry: RecordingEntry,
  end: Pick<
    RecordingEntry,
    "state" | "duration" | "size" | "reason" | "tracks"
  > & {
    endedAt: Date;
  },
): RecordingEntry => {
  const endedAt = end.endedAt.toISOString();
  const participants = leaveAll(entry.participants, endedAt);
  const pauses = endPauses(entry, endedAt);
  const all = { ...entry, ...end, endedAt, participants };
  return pauses === undefined ? all : { ...all, pauses };
};

/** More is a loss that people should know of: of a start, a second may be missing. */
const MOST_MISSING = 2;

/** The entry with what was found in its file, and with what can only be known here. */
export const checked = (
  entry: RecordingEntry,
  checks: RecordingChecks,
): RecordingEntry => {
  const { startedAt, endedAt = startedAt } = entry;
  const end = new Date(endedAt);
  const ran = (end.getTime() - Date.parse(startedAt)) / 1000;
  const missing = ran - pausedFor(entry, end) - checks.duration;
  const problems = [...checks.problems];
  if (missing > MOST_MISSING)
    problems.push(`${missing.toFixed(1)} s are missing of what was recorded`);
  const rounded = Math.round(missing * 100) / 100;
  return { ...entry, checks: { ...checks, missing: rounded, problems } };
};

/** An entry for a file of which nothing is known but that it is there. */
export const unknownEntry = (
  id: RecordingId,
  about: {
    format: RecordingFormat;
    size: number;
    modified: Date;
    reason: string;
  },
): RecordingEntry => ({
  id,
  room: "",
  title: id,
  state: "stopped",
  format: about.format,
  startedAt: about.modified.toISOString(),
  endedAt: about.modified.toISOString(),
  duration: 0,
  size: about.size,
  participants: [],
  reason: about.reason,
});
