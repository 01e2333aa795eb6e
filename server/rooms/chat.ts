/** What people write to each other: told to everybody who is there, and kept for a while for those who come later. */
import type { ParticipantId } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import { spend } from "./allowance.js";
import { seatOf, type RoomContext } from "./context.js";

/** Throws `no-such-participant`, and `too-often` for who writes faster than anybody reads. */
export const say = (
  room: RoomContext,
  participant: ParticipantId,
  text: string,
): void => {
  const seat = seatOf(room, participant);
  const now = room.now();
  const allowance = spend(seat.allowance, now.getTime());
  if (allowance === undefined)
    throw new ConferenceError(
      "too-often",
      "That is too fast: wait a moment, then send it again",
    );
  seat.allowance = allowance;
  const { id: from, name } = seat;
  const message = { from, name, text, at: now.toISOString() };
  room.chat.add(message);
  room.seats.tell({ type: "chat", ...message });
};
