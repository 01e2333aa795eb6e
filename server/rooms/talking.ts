/** Who talks, for how long, and how loudly. */
import type { Events, ParticipantId } from "../../mixer/contract.js";
import { seatOf, type RoomContext } from "./context.js";
import { inSeconds, type SeatState } from "./seats.js";

export const setTalking = (
  room: RoomContext,
  seat: SeatState,
  talking: boolean,
): void => {
  if (seat.talking === talking) return;
  const now = room.now().getTime();
  seat.talking = talking;
  if (talking) seat.talkingSince = now;
  else {
    const said = now - seat.talkingSince;
    seat.spoke += said;
    room.spoke += said;
  }
};

export const setTalkers = (
  room: RoomContext,
  talkers: readonly ParticipantId[],
): void => {
  const spoke: Record<ParticipantId, number> = {};
  for (const seat of room.seats.all()) {
    const talks = talkers.includes(seat.id);
    const stops = seat.talking && !talks;
    setTalking(room, seat, talks);
    if (stops) spoke[seat.id] = inSeconds(seat.spoke);
  }
  room.seats.tell({ type: "talking", talkers: [...talkers], spoke });
};

/** Whether anybody wants levels: nobody else's mixer measures them. */
export const wantsLevels = ({ seats }: RoomContext): boolean =>
  seats.all().some(({ levels }) => levels);

/** Tells the mixer when the first wants levels and when the last does no more. */
export const tellLevels = async (
  room: RoomContext,
  before: boolean,
): Promise<void> => {
  const { name, host } = room;
  const on = wantsLevels(room);
  if (on !== before) await host.tell("room.levels", { room: name, on });
};

export const setLevels = async (
  room: RoomContext,
  participant: ParticipantId,
  on: boolean,
): Promise<void> => {
  const seat = seatOf(room, participant);
  const before = wantsLevels(room);
  seat.levels = on;
  await tellLevels(room, before);
};

export const onLevels = (
  { seats }: RoomContext,
  { levels }: Events["levels"],
): void => {
  for (const seat of seats.all())
    if (seat.levels) seat.listener?.({ type: "levels", levels });
};
