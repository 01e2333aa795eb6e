/** What is known of one recording, as it lies in its sidecar `ID.json`, and how it is shown. Pure. */
import { z } from "zod";
import type { RecordingId } from "../../mixer/contract.js";
import { ID_PATTERN } from "../signaling/messages.js";

const time = z.iso.datetime();

export const attendance = z.object({
  id: z.string(),
  name: z.string(),
  joinedAt: time,
  leftAt: time.optional(),
});

/** Without `to`, it is paused still. */
const pause = z.object({ from: time, to: time.optional() });

/** The sidecar's schema. What a later version adds to it is kept out, not refused. */
export const recordingEntry = z.object({
  id: z.string().regex(ID_PATTERN),
  /** Empty for a file whose sidecar is lost: nobody knows. */
  room: z.string(),
  title: z.string(),
  state: z.enum(["recording", "paused", "stopped", "failed"]),
  format: z.enum(["mp4"]),
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
export const MOST_ATTENDANCES = 10_000;

/** Notes who came or went. False when there are too many to note another. */
export const attend = (
  entry: RecordingEntry,
  person: { participant: string; name: string; at: Date },
  event: "joined" | "left",
): boolean => {
  const { participants } = entry;
  const here = participants.findLast(
    ({ id, leftAt }) => id === person.participant && leftAt === undefined,
  );
  const at = person.at.toISOString();
  if (event === "left") {
    if (here !== undefined) here.leftAt = at;
    return true;
  }
  if (here !== undefined) return true;
  if (participants.length >= MOST_ATTENDANCES) return false;
  participants.push({ id: person.participant, name: person.name, joinedAt: at });
  return true;
};

/** Nobody is in a recording that has ended. */
const leaveAll = (
  participants: readonly Attendance[],
  endedAt: string,
): Attendance[] =>
  participants.map((one) => ({ ...one, leftAt: one.leftAt ?? endedAt }));

/** The entry of a recording that has come to its end at `endedAt`. */
export const ended = (
  entry: RecordingEntry,
  end: Pick<RecordingEntry, "state" | "duration" | "size" | "reason"> & {
    endedAt: Date;
  },
): RecordingEntry => {
  const endedAt = end.endedAt.toISOString();
  const participants = leaveAll(entry.participants, endedAt);
  const pauses = endPauses(entry, endedAt);
  const all = { ...entry, ...end, endedAt, participants };
  return pauses === undefined ? all : { ...all, pauses };
};

/** When a recording ended that a killed server left behind, as its file tells it, whose length in seconds is known. */
export const endOf = (entry: RecordingEntry, duration: number): Date => {
  const { pauses, startedAt } = entry;
  // Of a pause that nobody ended, nothing is known but that it began.
  const lastKnown = new Date(pauses?.at(-1)?.from ?? startedAt);
  const passed = duration + pausedFor(entry, lastKnown);
  return new Date(Date.parse(startedAt) + passed * 1000);
};

/** An entry for a file of which nothing is known but that it is there. */
export const unknownEntry = (
  id: RecordingId,
  { size, modified, reason }: { size: number; modified: Date; reason: string },
): RecordingEntry => ({
  id,
  room: "",
  title: id,
  state: "stopped",
  format: "mp4",
  startedAt: modified.toISOString(),
  endedAt: modified.toISOString(),
  duration: 0,
  size,
  participants: [],
  reason,
});
