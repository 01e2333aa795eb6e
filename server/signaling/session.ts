/** One client's conversation: greeting, joined, closed. */
import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import { addressOf } from "../address.js";
import { ConferenceError } from "../errors.js";
import {
  CLOSE_CODES,
  createConnection,
  type ConnectionTimings,
} from "./connection.js";
import { handlers } from "./handlers.js";
import { greet } from "./join.js";
import type { Reply } from "./seat.js";
import { errorFor } from "./refusal.js";
import { parseMessage, type ClientMessage } from "./messages.js";
import type { Session, SessionDependencies } from "./session-state.js";

/** A client that sends faster than it is answered is broken or means harm; candidates come by the dozen. */
const MAX_PENDING = 128;

/** Never rejects. */
const answer = async (
  session: Session,
  message: ClientMessage,
): Promise<void> => {
  const { id } = message;
  try {
    const handle = handlers[message.type] as (
      session: Session,
      message: ClientMessage,
    ) => Promise<Reply> | Reply;
    const reply = await handle(session, message);
    if (reply !== undefined) session.connection.send({ ...reply, id });
  } catch (error) {
    session.connection.send(errorFor(session, error, id));
  }
};

/**
 * What a message waits for: a pulse for nothing, media for the media before it (which may wait for a mixer), the rest only
 * for the join, so that muting is not held up.
 */
const inTurn = (session: Session, message: ClientMessage): Promise<unknown> => {
  const run = () => answer(session, message);
  switch (message.type) {
    case "ping":
      return run();
    case "join":
      session.joining = run();
      session.media = session.joining;
      return session.joining;
    case "publish":
    case "subscribe":
    case "watch":
    case "candidate":
      session.media = session.media.then(run);
      return session.media;
    default:
      return session.joining.then(run);
  }
};

const onText = (session: Session, text: string): void => {
  if (session.state.name === "closed") return;
  const parsed = parseMessage(text);
  if (!parsed.ok) {
    const error = new ConferenceError("bad-message", parsed.problem);
    return session.connection.send(errorFor(session, error, parsed.id));
  }
  if (session.pending >= MAX_PENDING)
    return session.connection.close(CLOSE_CODES.policy, "too many messages");
  session.pending++;
  void inTurn(session, parsed.message).then(() => session.pending--);
};

const onClosed = (session: Session): void => {
  const { state } = session;
  session.state = { name: "closed" };
  if (state.name === "greeting") clearTimeout(state.deadline);
  if (state.name === "joined")
    state.room.detach(state.participant, state.listener);
};

const BINARY = new ConferenceError("bad-message", "Messages are text (JSON)");

/** Serves this socket until it closes. */
export const startSession = (
  socket: WebSocket,
  request: Pick<IncomingMessage, "headers" | "socket">,
  dependencies: SessionDependencies,
  timings: ConnectionTimings,
): void => {
  const connection = createConnection(
    socket,
    {
      onText: (text) => onText(session, text),
      onBinary: () => connection.send(errorFor(session, BINARY)),
      onClosed: () => onClosed(session),
    },
    timings,
    dependencies.log,
  );
  const session: Session = {
    ...dependencies,
    headers: request.headers,
    address: addressOf(request, dependencies.config.trustProxy),
    connection,
    timings,
    state: { name: "closed" },
    refusals: 0,
    joining: Promise.resolve(),
    media: Promise.resolve(),
    pending: 0,
  };
  session.state = greet(session);
};
