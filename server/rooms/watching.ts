/** Who watches which view, and what each is therefore told. */
import type {
  Events,
  ParticipantId,
  SubscriptionQuality,
  ViewLayout,
  ViewName,
} from "../../mixer/contract.js";
import type { RoomContext, Subscription } from "./context.js";
import type { SeatState } from "./seats.js";

/** The participant's subscription made through its socket: the newest, while it replaces the one before. */
export const subscriptionOf = (
  { subscriptions }: RoomContext,
  of: ParticipantId,
): Subscription | undefined =>
  [...subscriptions.values()].findLast(
    ({ participant, socket }) => socket && participant === of,
  );

/** Who is where in the picture that this participant watches, if that is known already. */
export const tellTiles = (
  room: RoomContext,
  { id, listener }: SeatState,
): void => {
  const view = subscriptionOf(room, id)?.view;
  const layout = view === undefined ? undefined : room.tiles.get(view);
  if (layout !== undefined) listener?.({ type: "tiles", ...layout });
};

const watchersOf = (room: RoomContext, view: ViewName): SeatState[] =>
  room.seats.all().filter(({ id }) => subscriptionOf(room, id)?.view === view);

export const onLayout = (room: RoomContext, layout: ViewLayout): void => {
  room.tiles.set(layout.view, layout);
  for (const seat of watchersOf(room, layout.view)) tellTiles(room, seat);
  room.recordings.told({ type: "tiles", ...layout });
};

/** Whoever watches the one view watches the other from now on; the first is no more. */
export const sendTo = (
  room: RoomContext,
  from: ViewName,
  view: ViewName,
): void => {
  const { name, host, seats, subscriptions, tiles } = room;
  tiles.delete(from);
  for (const subscription of subscriptions.values()) {
    if (subscription.view !== from) continue;
    subscription.view = view;
    const { id, participant = "", socket } = subscription;
    void host.tell("subscription.set", { room: name, subscription: id, view });
    const seat = seats.get(participant);
    if (socket && seat !== undefined) tellTiles(room, seat);
  }
};

export const onQuality = (
  room: RoomContext,
  { subscription: id, quality }: Events["quality"],
): void => {
  const subscription = room.subscriptions.get(id);
  if (subscription === undefined) return;
  subscription.quality = quality;
  const { socket, participant = "" } = subscription;
  if (socket)
    room.seats.get(participant)?.listener?.({ type: "quality", quality });
};

/** Of what the participant's page receives, or else a player that receives its mix. */
export const qualityOf = (
  room: RoomContext,
  of: ParticipantId,
): SubscriptionQuality | undefined =>
  subscriptionOf(room, of)?.quality ??
  [...room.subscriptions.values()].findLast(
    ({ participant, quality }) => participant === of && quality !== undefined,
  )?.quality;
