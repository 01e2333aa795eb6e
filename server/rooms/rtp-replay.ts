/** Plain RTP in the next mixer: at the same ports where they are free, since nobody can tell the equipment. */
import type { Request } from "../mixers/link.js";
import type { RoomContext } from "./context.js";
import { leave } from "./people.js";
import type { ForwardSession, RtpSession } from "./types.js";

const reopen = async (
  room: RoomContext,
  { participant, options, place: { port } }: RtpSession,
  request: Request,
): Promise<void> => {
  const { name, rtp, log } = room;
  const again = { ...options, port };
  try {
    const params = { room: name, participant, options: again };
    const place = await request("rtp.open", params);
    if (rtp.has(participant))
      rtp.set(participant, { participant, options, place });
    if (place.port !== port)
      log.warn({ room: name, participant, port: place.port }, "RTP has moved");
  } catch (error) {
    log.warn({ err: error, room: name, participant }, "RTP not reopened");
    await leave(room, participant, "unresponsive").catch(() => {});
  }
};

const resend = async (
  { name, forwards, log }: RoomContext,
  { forward }: ForwardSession,
  request: Request,
): Promise<void> => {
  const { id } = forward;
  try {
    const place = await request("forward.open", { room: name, forward });
    if (forwards.has(id)) forwards.set(id, { forward, place });
    else await request("forward.close", { room: name, forward: id });
  } catch (error) {
    log.warn({ err: error, room: name, forward: id }, "forward not reopened");
    forwards.delete(id);
  }
};

/** To be sent after the participants. None of these rejects. */
export const replayRtp = (
  room: RoomContext,
  request: Request,
): Promise<unknown>[] => [
  ...[...room.rtp.values()].map((session) => reopen(room, session, request)),
  ...[...room.forwards.values()].map((session) =>
    resend(room, session, request),
  ),
];
