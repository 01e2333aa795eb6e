/** Late ICE candidates, for whichever connection they are. */
import type { Requests } from "../contract.js";
import type { Room } from "./room.js";

export const addCandidate = async (
  { subscriptions, participants }: Pick<Room, "subscriptions" | "participants">,
  { target, candidate, mid }: Requests["candidate"]["params"],
): Promise<void> => {
  if ("subscription" in target)
    subscriptions.addCandidate(target.subscription, candidate, mid);
  else await participants.addCandidate(target, candidate, mid);
};
