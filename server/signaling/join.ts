/** From the greeting to a seat. */
import { ConferenceError } from "../errors.js";
import { enterRoom } from "../rooms/directory.js";
import type { Listener, Room, Seat } from "../rooms/types.js";
import { CLOSE_CODES } from "./connection.js";
import type { ClientMessage, ServerMessage } from "./messages.js";
import { errorFor } from "./refusal.js";
import type { Session, SessionState } from "./session-state.js";

type JoinMessage = Extract<ClientMessage, { type: "join" }>;

/** A mistyped PIN is forgiven; who tries them all has to open a socket for every few. */
const MAX_REFUSALS = 5;

/** Waits for a join; without one in time the socket is given up. */
export const greet = ({ connection, timings }: Session): SessionState => ({
  name: "greeting",
  deadline: setTimeout(
    () => connection.close(CLOSE_CODES.policy, "no join in time"),
    timings.greetingMs,
  ),
});

const enter = async (
  { directory, access, address }: Session,
  message: JoinMessage,
  listener: Listener,
): Promise<{ room: Room; seat: Seat }> => {
  const { room: name, token, pin, resume, muted, camera } = message;
  const seen = { name: message.name, muted, camera };
  const request = { ...seen, pin, resume, kind: "socket" as const, listener };
  const kept = directory.find(name);
  // Whoever holds the token of a seat was admitted before. Nothing is awaited in between: the seat is still there.
  if (resume !== undefined && kept?.resumes(resume))
    return {
      room: kept,
      seat: await kept.join({ ...request, role: "participant" }),
    };
  const grant = await access.admit(name, token);
  const named = { name: grant.name ?? seen.name, role: grant.role };
  return access.pins.enter({ room: name, pin, address }, () =>
    enterRoom(directory, name, { ...request, ...named }),
  );
};

const describe = (
  { config }: Session,
  room: Room,
  seat: Seat,
): Extract<ServerMessage, { type: "joined" }> => {
  const participants = room.info();
  const own = participants.find(({ id }) => id === seat.participant);
  const role = own?.role ?? "participant";
  return {
    type: "joined",
    participant: seat.participant,
    token: seat.token,
    resumed: seat.resumed,
    room: room.name,
    ...room.shownOptions,
    role,
    participants,
    recordings: room.recordings(),
    chat: room.chat(),
    lives: room.lives.infos(role),
    iceServers: [...config.iceServers],
  };
};

/** Passes the room's news on. What comes before `joined` waits for it; after `closed` the socket closes. */
const createListener = (session: Session) => {
  let early: ServerMessage[] | undefined = [];
  const deliver = (message: ServerMessage): void => {
    session.connection.send(message);
    if (message.type !== "closed") return;
    session.state = { name: "closed" };
    const { reason } = message;
    const { goingAway, normal } = CLOSE_CODES;
    session.connection.close(
      reason === "shutdown" ? goingAway : normal,
      reason,
    );
  };
  const listener: Listener = (message) => {
    if (early === undefined) deliver(message);
    else early.push(message);
  };
  const open = () => {
    const waiting = early ?? [];
    early = undefined;
    waiting.forEach(deliver);
  };
  return { listener, open };
};

const refuse = (session: Session): void => {
  session.refusals++;
  if (session.refusals < MAX_REFUSALS) session.state = greet(session);
  else session.connection.close(CLOSE_CODES.policy, "too many refused joins");
};

/** The socket closed while it was let in: a seat that nobody knows of is given back, an old one is kept as usual. */
const undo = (
  room: Room,
  { participant, resumed }: Seat,
  listener: Listener,
) =>
  resumed
    ? room.detach(participant, listener)
    : room.leave(participant, "left");

const isClosed = ({ state }: Session): boolean => state.name === "closed";

/** Takes the seat and answers with it. A refused one may be tried again. */
export const join = async (
  session: Session,
  message: JoinMessage,
): Promise<undefined> => {
  if (session.state.name !== "greeting")
    throw new ConferenceError("conflict", "This socket has joined a room");
  clearTimeout(session.state.deadline);
  session.state = { name: "joining" };
  const { listener, open } = createListener(session);
  try {
    const { room, seat } = await enter(session, message, listener);
    if (isClosed(session)) return void (await undo(room, seat, listener));
    const { participant } = seat;
    session.state = { name: "joined", room, participant, listener };
    const reply = describe(session, room, seat);
    session.connection.send({ ...reply, id: message.id });
    open();
  } catch (error) {
    // The answer comes first, for the last refusal closes the socket.
    session.connection.send(errorFor(session, error, message.id));
    if (!isClosed(session)) refuse(session);
  }
};
