/**
 * What lies beside a room's running recordings, so that a server that was killed can open the room as it was and go on with
 * them: its options with the PIN, its views, and who may come back.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { MOST_PARTICIPANTS, optionsShape } from "../options.js";
import {
  id,
  labelPolicy,
  layoutChoice,
  pageNumber,
  renditionName,
  temperament,
} from "../picture.js";
import { limitsShape, recordingFormat, trackKind } from "../recording.js";
import { routingForms } from "../routing.js";
import { videoOptions } from "../setting-parsers.js";

/** Nobody is kept large: who that was may not come back. */
const view = z.object({
  ...videoOptions.shape,
  layout: layoutChoice,
  autoShare: z.boolean(),
  temperament,
  labels: labelPolicy,
  page: pageNumber,
});

const recording = z.object({
  id,
  format: recordingFormat,
  view: id,
  rendition: renditionName,
  tracks: trackKind,
  /** As it began: the room may have changed since. */
  stereo: z.boolean(),
  startedAt: z.iso.datetime(),
  paused: z.boolean(),
  ...limitsShape,
});

/** Whoever holds the token of a seat comes back as who it was. */
const person = z.object({
  /** SHA-256 of the token: who reads this cannot come in its place. */
  token: z.string(),
  id,
  name: z.string(),
  role: z.enum(["moderator", "participant"]),
  recorded: z.boolean(),
});

export const keptRoom = z.object({
  room: id,
  lasting: z.boolean(),
  options: z.object({
    ...optionsShape,
    title: z.string(),
    pin: z.string().optional(),
    maxParticipants: z.int().min(1).max(MOST_PARTICIPANTS),
    stereo: z.boolean(),
  }),
  views: z.record(id, view),
  routing: routingForms,
  recordings: z.array(recording),
  people: z.array(person),
});

export type KeptRoom = z.output<typeof keptRoom>;
export type KeptRecording = KeptRoom["recordings"][number];
export type KeptPerson = z.output<typeof person>;

export const hashOf = (token: string): string =>
  createHash("sha256").update(token).digest("base64url");

/** What a killed server was recording, and when its last bytes were written. */
export type LeftRecording = KeptRecording & { leftAt: Date };

/** What was kept of a room, with those recordings that can go on. */
export type LeftRoom = Omit<KeptRoom, "recordings"> & {
  recordings: readonly LeftRecording[];
};
