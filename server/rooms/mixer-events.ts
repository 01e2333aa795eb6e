/** What a room does when its mixer tells something, dies, or is there again. */
import type { Events, PeerRole } from "../../mixer/contract.js";
import type { RoomEvent } from "../mixers/child.js";
import type { Request } from "../mixers/link.js";
import type { RoomContext } from "./context.js";
import { leave, leaveLater, mediaOf } from "./people.js";
import { stopTimer, type SeatState } from "./seats.js";

type Handlers = {
  [Name in RoomEvent["name"]]: (room: RoomContext, data: Events[Name]) => void;
};

/** Tells the client to offer anew; one without a socket is told when it comes back. */
const restart = (seat: SeatState, peers: PeerRole[], reason: string): void => {
  if (seat.listener === undefined)
    for (const peer of peers) seat.broken.set(peer, reason);
  else seat.listener({ type: "restart", peers, reason });
};

const setTalkers = ({ seats }: RoomContext, talkers: string[]): void => {
  for (const seat of seats.all()) seat.talking = talkers.includes(seat.id);
  seats.tell({ type: "talking", talkers });
};

/** There is no channel to a WHIP sender: what its media says is all that is known. */
const onWhip = (
  room: RoomContext,
  seat: SeatState,
  state: Events["ingest"]["state"],
): void => {
  if (state === "connected") stopTimer(seat);
  if (state === "lost") leaveLater(room, seat, room.timings.mediaMs);
  if (state === "closed") void leave(room, seat.id, "left");
};

const onIngest = (
  room: RoomContext,
  { participant, state }: Events["ingest"],
): void => {
  const seat = room.seats.get(participant);
  if (seat === undefined) return;
  seat.media = state;
  if (seat.kind === "whip") onWhip(room, seat, state);
  else if (state === "lost") restart(seat, ["publish"], "connection lost");
};

const onSubscription = (
  room: RoomContext,
  { subscription: id, state }: Events["subscription"],
): void => {
  const subscription = room.subscriptions.get(id);
  if (subscription === undefined || state !== "closed") return;
  room.subscriptions.delete(id);
  room.idle.check();
  const { socket, participant = "" } = subscription;
  const seat = room.seats.get(participant);
  if (socket && seat !== undefined)
    restart(seat, ["subscribe"], "connection lost");
};

const onLayout = (room: RoomContext, { layout }: Events["layout"]): void => {
  const { view, width, height, tiles } = layout;
  room.tiles.set(view, layout);
  room.seats.tell({ type: "tiles", view, width, height, tiles });
};

const handlers: Handlers = {
  talking: (room, { talkers }) => setTalkers(room, talkers),
  ingest: onIngest,
  subscription: onSubscription,
  recording: (room, status) => room.recordings.onStatus(status),
  layout: onLayout,
};

export const onMixerEvent = (room: RoomContext, event: RoomEvent): void => {
  const handler = handlers[event.name] as (
    room: RoomContext,
    data: RoomEvent["data"],
  ) => void;
  handler(room, event.data);
};

/** All media is gone. WHIP senders and viewers cannot be told, so they go with it. */
export const onMixerLost = (room: RoomContext): void => {
  const { seats, subscriptions, log, name } = room;
  log.warn({ room: name }, "the room's mixer died");
  for (const { id, answered, socket, participant } of [
    ...subscriptions.values(),
  ]) {
    if (!answered) continue;
    subscriptions.delete(id);
    if (socket) seats.get(participant ?? "")?.broken.set("subscribe", DIED);
  }
  for (const seat of seats.all())
    if (seat.kind === "whip") void leave(room, seat.id, "unresponsive");
    else if (seat.media !== "none") seat.media = "restarting";
  room.tiles.clear();
  if (seats.all().some(({ talking }) => talking)) setTalkers(room, []);
  room.idle.check();
};

const DIED = "the mixer was restarted";

/** Everybody who has not offered anew by themselves is asked to. */
export const onMixerRestored = (room: RoomContext): void => {
  room.log.info({ room: room.name }, "room reopened");
  for (const seat of room.seats.all()) {
    const peers: PeerRole[] = [];
    if (seat.media === "restarting") peers.push("publish");
    if (seat.broken.delete("subscribe")) peers.push("subscribe");
    if (peers.length > 0) restart(seat, peers, DIED);
  }
  room.recordings.onRestored();
};

/** All that a mixer must know of this room once it is open, sent in order. */
export const replay = (
  room: RoomContext,
  request: Request,
): Promise<unknown>[] => {
  const { name, seats, options, recordings, log } = room;
  const told = (promise: Promise<unknown>) =>
    promise.catch((error: unknown) =>
      log.warn({ err: error, room: name }, "mixer refused the room's state"),
    );
  return [
    ...seats.all().map((seat) =>
      told(
        request("participant.add", {
          room: name,
          participant: mediaOf(seat),
        }),
      ),
    ),
    told(
      request("layout.set", {
        room: name,
        view: "main",
        layout: options.layout,
      }),
    ),
    ...recordings.resume(request),
  ];
};
