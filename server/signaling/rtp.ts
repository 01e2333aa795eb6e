/** Participants without WebRTC and forwards, as moderators ask for them. */
import { joinByRtp, showForward, showSession, startForward } from "../rtp.js";
import type { Room } from "../rooms/types.js";
import { asModerator, type Of, type Reply } from "./seat.js";
import type { Session } from "./session-state.js";

/** The id of what was made, if anything was. */
const change = async (
  { directory, config: { rtpHosts = [] } }: Session,
  room: Room,
  { join, forward, end }: Of<"rtp">,
): Promise<string | undefined> => {
  if (join !== undefined)
    return (await joinByRtp(directory, rtpHosts, room.name, join)).participant;
  if (forward !== undefined)
    return (await startForward(rtpHosts, () => room, forward)).forward.id;
  if (end !== undefined) await room.rtp.endForward(end);
  return undefined;
};

export const rtp = async (
  session: Session,
  message: Of<"rtp">,
): Promise<Reply> => {
  const { room } = asModerator(session);
  const made = await change(session, room, message);
  return {
    type: "rtp",
    allowed: (session.config.rtpHosts ?? []).length > 0,
    participants: room.rtp.all().map(showSession),
    forwards: room.rtp.forwards().map(showForward),
    ...(made !== undefined && { made }),
  };
};
