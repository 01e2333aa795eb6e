/** What HTTP has to remember of the WebRTC sessions that it set up; the media themselves are the room's. */
import { createHash } from "node:crypto";
import type {
  ParticipantId,
  RoomId,
  SubscriptionId,
} from "../../mixer/contract.js";

export type Session = {
  readonly kind: "whip" | "whep";
  readonly room: RoomId;
  /** The participant (WHIP) or the subscription (WHEP). */
  readonly id: ParticipantId | SubscriptionId;
  /** Whose it is; absent for a viewer. */
  readonly participant?: ParticipantId;
  /** What its maker has shown: whoever shows the same may change and end it. */
  readonly proof?: string;
  /** Of its offer; another one is an ICE restart. */
  readonly ufrag?: string;
  /** Names its ICE session. */
  readonly etag: string;
};

/** Sessions whose media have gone are forgotten when the next one comes: there are never more than twice as many as live. */
export type Sessions = {
  add(session: Session): void;
  find(kind: Session["kind"], room: RoomId, id: string): Session | undefined;
  remove(session: Session): void;
};

/** A token as it is remembered: enough to know it again, useless to whoever reads memory or logs. */
export const proofOf = (token: string): string =>
  createHash("sha256").update(token).digest("base64url");

const keyOf = ({ kind, room, id }: Pick<Session, "kind" | "room" | "id">) =>
  `${kind}/${room}/${id}`;

export const createSessions = (
  isLive: (session: Session) => boolean,
): Sessions => {
  const all = new Map<string, Session>();
  let pruneAt = 16;
  const prune = (): void => {
    for (const [key, session] of all) if (!isLive(session)) all.delete(key);
    pruneAt = Math.max(16, 2 * all.size);
  };
  return {
    add: (session) => {
      all.set(keyOf(session), session);
      if (all.size >= pruneAt) prune();
    },
    find: (kind, room, id) => {
      const session = all.get(keyOf({ kind, room, id }));
      return session !== undefined && isLive(session) ? session : undefined;
    },
    remove: (session) => void all.delete(keyOf(session)),
  };
};
