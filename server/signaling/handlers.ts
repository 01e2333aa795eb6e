/** What each message of a client does. The table has every type, or it does not compile. */
import { ConferenceError } from "../errors.js";
import type { CandidateTarget } from "../rooms/types.js";
import { join } from "./join.js";
import type { ClientMessage, PeerName } from "./messages.js";
import { live, record } from "./outputs.js";
import { play, playable, playback } from "./played.js";
import { rtp } from "./rtp.js";
import { asModerator, DONE, joined, type Of, type Reply } from "./seat.js";
import type { Joined, Session } from "./session-state.js";

export type Handlers = {
  readonly [Type in ClientMessage["type"]]: (
    session: Session,
    message: Of<Type>,
  ) => Promise<Reply> | Reply;
};

const publish = async (
  session: Session,
  { sdp, source }: Of<"publish">,
): Promise<Reply> => {
  const { room, participant } = joined(session);
  const answer = await room.publish(participant, sdp, source);
  const peer = source === "share" ? "share" : "publish";
  return { type: "answer", peer, sdp: answer };
};

const subscribe = async (
  session: Session,
  { sdp, view, rendition }: Of<"subscribe">,
): Promise<Reply> => {
  const { room, participant } = joined(session);
  const offer = { sdp, view, rendition, participant, socket: true };
  const answer = await room.subscribe(offer);
  return { type: "answer", peer: "subscribe", sdp: answer.sdp };
};

const watch = async (
  session: Session,
  { view, rendition, cap }: Of<"watch">,
): Promise<Reply> => {
  const { room, participant } = joined(session);
  await room.watch(participant, { view, rendition, cap });
  return DONE;
};

const layout = async (
  session: Session,
  { view, layout }: Of<"layout">,
): Promise<Reply> => {
  await asModerator(session).room.changeView(view, { layout });
  return DONE;
};

const pin = async (
  session: Session,
  { view, participant }: Of<"pin">,
): Promise<Reply> => {
  await asModerator(session).room.changeView(view, { pinned: participant });
  return DONE;
};

const page = async (
  session: Session,
  { view, page }: Of<"page">,
): Promise<Reply> => {
  await asModerator(session).room.changeView(view, { page });
  return DONE;
};

const targetOf = (
  { room, participant }: Joined,
  peer: PeerName,
): CandidateTarget => {
  if (peer === "publish") return { participant, source: "camera" };
  if (peer === "share") return { participant, source: "share" };
  const subscription = room.subscriptionOf(participant);
  if (subscription !== undefined) return { subscription };
  throw new ConferenceError("not-found", "There is no subscription");
};

const candidate = async (
  session: Session,
  { peer, candidate, mid }: Of<"candidate">,
): Promise<Reply> => {
  const seat = joined(session);
  await seat.room.candidate(targetOf(seat, peer), candidate, mid);
  return DONE;
};

const update = async (
  session: Session,
  { type: _type, id: _id, ...change }: Of<"update">,
): Promise<Reply> => {
  const { room, participant } = joined(session);
  await room.update(participant, change);
  return DONE;
};

const moderate = async (
  session: Session,
  { type: _type, id: _id, participant, ...change }: Of<"moderate">,
): Promise<Reply> => {
  await asModerator(session).room.update(participant, change);
  return DONE;
};

const moderateAll = async (
  session: Session,
  { muted, except }: Of<"moderate-all">,
): Promise<Reply> => {
  await asModerator(session).room.muteAll(muted, except);
  return DONE;
};

const levels = async (
  session: Session,
  { on }: Of<"levels">,
): Promise<Reply> => {
  const { room, participant } = joined(session);
  await room.setLevels(participant, on);
  return DONE;
};

const balance = async (
  session: Session,
  { participant: speaker, gain }: Of<"balance">,
): Promise<Reply> => {
  const { room, participant } = joined(session);
  await room.setBalance(participant, speaker, gain);
  return DONE;
};

const route = async (
  session: Session,
  { routing }: Of<"route">,
): Promise<Reply> => {
  await asModerator(session).room.setRouting(routing);
  return DONE;
};

const channel = async (
  session: Session,
  { channel }: Of<"channel">,
): Promise<Reply> => {
  const { room, participant } = joined(session);
  await room.chooseChannel(participant, channel);
  return DONE;
};

const chat = (session: Session, { text }: Of<"chat">): Reply => {
  const { room, participant } = joined(session);
  room.say(participant, text);
  return DONE;
};

const configure = async (
  session: Session,
  { type: _type, id: _id, ...asked }: Of<"configure">,
): Promise<Reply> => {
  const said = Object.entries(asked).filter(([, is]) => is !== undefined);
  await asModerator(session).room.change(Object.fromEntries(said));
  return DONE;
};

const remove = async (
  session: Session,
  { participant }: Of<"remove">,
): Promise<Reply> => {
  await asModerator(session).room.leave(participant, "removed");
  return DONE;
};

/** The reply comes first, because `closed` ends the socket. */
const leave = async (
  session: Session,
  { id }: Of<"leave">,
): Promise<undefined> => {
  const { room, participant } = joined(session);
  session.connection.send({ ...DONE, id });
  await room.leave(participant, "left");
};

export const handlers: Handlers = {
  join,
  publish,
  subscribe,
  watch,
  layout,
  pin,
  page,
  candidate,
  update,
  moderate,
  "moderate-all": moderateAll,
  levels,
  balance,
  route,
  channel,
  chat,
  configure,
  remove,
  record,
  live,
  playable,
  play,
  playback,
  rtp,
  leave,
  ping: () => ({ type: "pong" }),
};
