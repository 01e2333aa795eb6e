/** What of a room outlives the server while it is recorded. */
import { IMPLICIT_VIEW } from "../../mixer/contract.js";
import type { RoomContext } from "./context.js";
import {
  hashOf,
  type KeptPerson,
  type KeptRecording,
  type KeptRoom,
} from "./kept.js";
import type { Recording } from "./recording.js";

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
  stereo: one.stereo,
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
  const { name, options, views, hearing, returning } = room;
  const lasting = room.lasting || returning.lasting;
  return {
    ...{ room: name, lasting, options, recordings },
    views: Object.fromEntries(views.all),
    routing: hearing.forms,
    people: peopleOf(room),
  };
};
