/** Plain RTP of a room: participants without WebRTC, and forwards. What is wanted is kept here and told to every mixer of the room. */
import type {
  ParticipantId,
  RtpForward,
  RtpForwardId,
  RtpPeerOptions,
  RtpStats,
} from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import { assertOpen, seatOf, type RoomContext } from "./context.js";
import { newId } from "./ids.js";
import type { ForwardSession, RoomRtp, RtpSession } from "./types.js";

/** Each costs an encode at most, and a packet in 20 ms. */
const MOST_FORWARDS = 16;

const open = async (
  room: RoomContext,
  participant: ParticipantId,
  options: RtpPeerOptions,
): Promise<RtpSession> => {
  const seat = seatOf(room, participant);
  seat.media.camera = "connecting";
  const params = { room: room.name, participant, options };
  const place = await room.host.request("rtp.open", params);
  // Who was removed meanwhile is told so, and has nothing in the mixer either.
  seatOf(room, participant);
  const session = { participant, options, place };
  room.rtp.set(participant, session);
  return session;
};

const get = (
  { rtp, name }: RoomContext,
  participant: ParticipantId,
): RtpSession => {
  const session = rtp.get(participant);
  if (session !== undefined) return session;
  throw new ConferenceError(
    "no-such-participant",
    `There is no participant "${participant}" with RTP in room "${name}"`,
  );
};

const stats = async (
  room: RoomContext,
  participant: ParticipantId,
): Promise<RtpStats> => {
  get(room, participant);
  const params = { room: room.name, participant };
  return room.host.request("rtp.stats", params);
};

const assertPlace = ({ forwards, name }: RoomContext): void => {
  if (forwards.size < MOST_FORWARDS) return;
  throw new ConferenceError(
    "conflict",
    `Room "${name}" has all its ${MOST_FORWARDS} forwards`,
  );
};

const forward = async (
  room: RoomContext,
  asked: Omit<RtpForward, "id">,
): Promise<ForwardSession> => {
  assertOpen(room);
  assertPlace(room);
  if (asked.what !== "mix") seatOf(room, asked.what.participant);
  const forward = { ...asked, id: newId() };
  const { name, host, forwards } = room;
  const params = { room: name, forward };
  try {
    const place = await host.request("forward.open", params);
    const session = { forward, place };
    forwards.set(forward.id, session);
    // Whom it is of may have left while it was opened.
    if (asked.what !== "mix" && !room.seats.get(asked.what.participant))
      await endForward(room, forward.id);
    return session;
  } finally {
    room.idle.check();
  }
};

const endForward = async (
  { name, host, forwards }: RoomContext,
  id: RtpForwardId,
): Promise<void> => {
  if (!forwards.delete(id))
    throw new ConferenceError("not-found", `There is no forward "${id}"`);
  await host.tell("forward.close", { room: name, forward: id });
};

/** Somebody has left, and with them what was sent of them. */
export const forgetRtp = async (
  room: RoomContext,
  participant: ParticipantId,
): Promise<void> => {
  room.rtp.delete(participant);
  const theirs = [...room.forwards.values()].filter(
    ({ forward: { what } }) =>
      what !== "mix" && what.participant === participant,
  );
  await Promise.all(theirs.map(({ forward: { id } }) => endForward(room, id)));
};

export const rtpOf = (room: RoomContext): RoomRtp => ({
  open: (...asked) => open(room, ...asked),
  all: () => [...room.rtp.values()],
  get: (participant) => get(room, participant),
  stats: (participant) => stats(room, participant),
  forward: (asked) => forward(room, asked),
  forwards: () => [...room.forwards.values()],
  endForward: (id) => endForward(room, id),
});
