/** Who is let into a room. */
import { timingSafeEqual } from "node:crypto";
import { ConferenceError } from "../errors.js";
import type { RoomContext } from "./context.js";
import { assertCapacity } from "./overload.js";
import { findFormer } from "./returning.js";
import type { FormerSeat } from "./seats.js";
import type { JoinRequest } from "./types.js";

const isPin = (given: string | undefined, pin: string): boolean => {
  const [a, b] = [Buffer.from(given ?? ""), Buffer.from(pin)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** Throws `wrong-pin` where another one is `asked` than was `given`. */
export const assertPin = (
  asked: string | undefined,
  given: string | undefined,
): void => {
  if (asked !== undefined && !isPin(given, asked))
    throw new ConferenceError("wrong-pin", "This room asks for another PIN");
};

/** Whether the holder of this token takes up the seat that it had. */
export const resumes = (room: RoomContext, token: string): boolean =>
  room.seats.byToken(token)?.kind === "socket" ||
  findFormer(room, token) !== undefined;

/**
 * As whom somebody comes back, if this is one whom a restart of the server has cost its seat: who holds the token of that was
 * let in before. Throws `wrong-pin`, `room-full`.
 */
export const admit = (
  room: RoomContext,
  { kind, resume, pin }: JoinRequest,
): FormerSeat | undefined => {
  const { options, seats, name } = room;
  const former = kind === "socket" ? findFormer(room, resume) : undefined;
  if (former === undefined) assertPin(options.pin, pin);
  if (seats.size >= options.maxParticipants)
    throw new ConferenceError(
      "room-full",
      `Room "${name}" has all its ${options.maxParticipants} participants`,
    );
  assertCapacity(room);
  return former;
};
