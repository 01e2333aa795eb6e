/**
 * What lies beside a room's running recordings, so that a server that was killed can open the room as it was and go on with
 * them: its options with the PIN, its views, and who may come back.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { IMPLICIT_VIEW } from "../../mixer/contract.js";
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
import { videoOptions } from "../setting-parsers.js";
import type { RoomContext } from "./context.js";
import type { Recording } from "./recording.js";

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
  recordings: z.array(recording),
  people: z.array(person),
});

export type KeptRoom = z.output<typeof keptRoom>;
export type KeptRecording = KeptRoom["recordings"][number];
export type KeptPerson = z.output<typeof person>;

export const hashOf = (token: string): string =>
  createHash("sha256").update(token).digest("base64url");

/** Those that would go on. A message for nobody would not, nor what shows one participant alone. */
const goingOn = ({ recordings }: RoomContext): Recording[] =>
  recordings
    .lasting()
    .filter(
      ({ kind, view }) => kind === undefined && !IMPLICIT_VIEW.test(view),
    );

const keptRecording = (one: Recording): KeptRecording => ({
  id: one.id,
  format: one.format,
  view: one.view,
  rendition: one.rendition,
  tracks: one.tracks,
  startedAt: one.startedAt.toISOString(),
  paused: (one.away ?? one.state) === "paused",
  maxDuration: one.maxDuration,
  maxSize: one.maxSize,
  stopWhenEmpty: one.stopWhenEmpty,
});

const peopleOf = ({ seats, returning }: RoomContext): KeptPerson[] => [
  ...returning.people.values(),
  ...seats
    .all()
    .filter(({ kind }) => kind === "socket")
    .map(({ token, id, name, role, recorded }) => ({
      ...{ token: hashOf(token), id, name, role, recorded },
    })),
];

/** Undefined while nothing is recorded that would go on. */
export const keptOf = (room: RoomContext): KeptRoom | undefined => {
  const recordings = goingOn(room).map(keptRecording);
  if (recordings.length === 0) return undefined;
  const { name, options, views, returning } = room;
  const lasting = room.lasting || returning.lasting;
  return {
    ...{ room: name, lasting, options, recordings },
    views: Object.fromEntries(views.all),
    people: peopleOf(room),
  };
};
