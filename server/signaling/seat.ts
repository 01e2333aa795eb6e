/** Who asks, and whether they may. */
import { ConferenceError } from "../errors.js";
import type { ClientMessage, ServerMessage } from "./messages.js";
import type { Joined, Session } from "./session-state.js";

export type Of<Type extends ClientMessage["type"]> = Extract<
  ClientMessage,
  { type: Type }
>;

/** The reply, which gets the message's `id`; undefined when the handler has answered by itself. */
export type Reply =
  | Extract<
      ServerMessage,
      { type: "answer" | "done" | "pong" | "playable" | "rtp" }
    >
  | undefined;

export const DONE = { type: "done" } as const;

/** Throws `bad-message` before the join. */
export const joined = ({ state }: Session): Joined => {
  if (state.name === "joined") return state;
  throw new ConferenceError("bad-message", "Join a room first");
};

/** Throws `forbidden` too. */
export const asModerator = (session: Session): Joined => {
  const seat = joined(session);
  const own = seat.room.info().find(({ id }) => id === seat.participant);
  if (own?.role === "moderator") return seat;
  throw new ConferenceError("forbidden", "Only a moderator may do this");
};
