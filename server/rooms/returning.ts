/** A room that a killed server has left: it is opened as it was, and waits for its people. */
import type { Returning, RoomContext } from "./context.js";
import type { RoutingForms } from "../routing.js";
import { forgetRouting } from "./hearing.js";
import { namedIn, without } from "./routing.js";
import { hashOf, type LeftRoom } from "./kept.js";
import type { FormerSeat } from "./seats.js";
import type { RoomOptions } from "./types.js";
import { MAIN } from "./views.js";

/** Over those of a room that is opened without saying anything. */
export const optionsOf = ({
  options,
  views,
}: LeftRoom): Partial<RoomOptions> => {
  const main = views[MAIN];
  if (main === undefined) return options;
  const { width, height, fps, layout } = main;
  return { ...options, video: { width, height, fps }, layout };
};

/** Who hears whom, of those who may come back. */
export const routingOf = ({ routing, people }: LeftRoom): RoutingForms => {
  const known = new Set(people.map(({ id }) => id));
  const gone = [...namedIn(routing)].filter((id) => !known.has(id));
  return gone.reduce(without, routing);
};

export const createReturning = (left: LeftRoom | undefined): Returning => ({
  lasting: left?.lasting ?? false,
  people: new Map(left?.people.map((person) => [person.token, person])),
});

/** As whom the holder of this token comes back, if that is somebody. */
export const findFormer = (
  { returning: { people } }: RoomContext,
  token = "",
): FormerSeat | undefined => {
  if (people.size === 0) return undefined;
  const found = people.get(hashOf(token));
  if (found === undefined) return undefined;
  const { id, name, role, recorded } = found;
  return { id, name, role, recorded };
};

/** They are there. */
const strike = ({ returning: { people }, seats }: RoomContext): void => {
  for (const [hash, { id }] of people)
    if (seats.get(id) !== undefined) people.delete(hash);
};

/** Somebody has a seat: what was recorded goes on, and the room stays if it would have. Whether there was any. */
export const comeBack = (room: RoomContext): boolean => {
  strike(room);
  room.lasting ||= room.returning.lasting;
  return room.recordings.goOn();
};

/** Who has not come back by now comes as anybody; a room in which nobody is waits no longer. */
export const giveUp = (room: RoomContext): void => {
  const { returning } = room;
  const gone = [...returning.people.values()];
  returning.people.clear();
  returning.lasting = false;
  for (const { id } of gone) void forgetRouting(room, id);
  room.recordings.giveUp();
  room.remember();
};
