/** Who hears whom louder or more quietly than everybody else does. */
import type { ParticipantId } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import { seatOf, type RoomContext } from "./context.js";
import type { SeatState } from "./seats.js";

const change = async (
  { name, host }: RoomContext,
  seat: SeatState,
  speaker: ParticipantId,
  gain: number,
): Promise<void> => {
  const others = Object.entries(seat.balance).filter(([id]) => id !== speaker);
  const own = gain === 1 ? [] : [[speaker, gain] as const];
  seat.balance = Object.fromEntries([...others, ...own]);
  await host.tell("participant.update", {
    room: name,
    participant: seat.id,
    change: { balance: seat.balance },
  });
};

/** At which gain a listener hears those whom it does not hear as everybody does. Throws `no-such-participant`. */
export const balancesOf = (
  room: RoomContext,
  listener: ParticipantId,
): Readonly<Record<ParticipantId, number>> => seatOf(room, listener).balance;

/** Throws `no-such-participant`, and `conflict` for oneself, whom nobody hears. */
export const setBalance = async (
  room: RoomContext,
  listener: ParticipantId,
  speaker: ParticipantId,
  gain: number,
): Promise<void> => {
  const seat = seatOf(room, listener);
  if (seatOf(room, speaker) === seat)
    throw new ConferenceError("conflict", "Nobody hears their own voice");
  await change(room, seat, speaker, gain);
};

/** Somebody has left. Never rejects. */
export const forgetBalances = async (
  room: RoomContext,
  speaker: ParticipantId,
): Promise<void> => {
  const listeners = room.seats
    .all()
    .filter(({ balance }) => speaker in balance);
  await Promise.all(listeners.map((seat) => change(room, seat, speaker, 1)));
};
