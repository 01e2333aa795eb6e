/** The way of participants' and viewers' offers to the mixer. */
import type {
  ParticipantId,
  SourceKind,
  SubscriptionId,
} from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import {
  assertOpen,
  seatOf,
  type RoomContext,
  type Subscription,
} from "./context.js";
import { assertChannel } from "./hearing.js";
import { newId } from "./ids.js";
import { update } from "./people.js";
import type {
  CandidateTarget,
  PictureRequest,
  Room,
  SubscribeRequest,
  WatchRequest,
} from "./types.js";
import { assertView } from "./views.js";
import { subscriptionOf, tellTiles } from "./watching.js";

const publish = async (
  room: RoomContext,
  participant: ParticipantId,
  sdp: string,
  source: SourceKind = "camera",
): Promise<string> => {
  const { media, broken } = seatOf(room, participant);
  const before = media[source];
  // A connected peer that renegotiates stays connected, and the mixer does not say so again.
  if (before !== "connected") media[source] = "connecting";
  broken.delete(source === "share" ? "share" : "publish");
  try {
    const params = { room: room.name, participant, source, sdp };
    const answer = await room.host.request("publish", params);
    if (source === "share") await update(room, participant, { sharing: true });
    return answer.sdp;
  } catch (error) {
    if (media[source] === "connecting") media[source] = before;
    throw error;
  }
};

/** The participant's socket has one at most: the newest. */
const replaceOlder = (room: RoomContext, newest: Subscription): void => {
  for (const { id, socket, participant } of [...room.subscriptions.values()])
    if (socket && participant === newest.participant && id !== newest.id)
      void unsubscribe(room, id);
};

/** What a participant's new subscription is given beside its answer: its place, its data saver, its tile map. */
const settle = async (
  room: RoomContext,
  subscription: Subscription,
): Promise<void> => {
  replaceOlder(room, subscription);
  const { id, participant = "" } = subscription;
  const seat = room.seats.get(participant);
  if (seat === undefined) return;
  tellTiles(room, seat);
  const { cap } = seat;
  if (cap === undefined) return;
  const params = { room: room.name, subscription: id, cap };
  await room.host.tell("subscription.set", params);
};

const ask = async (
  room: RoomContext,
  { id, participant }: Subscription,
  { sdp, view, rendition, channel }: SubscribeRequest,
): Promise<string> => {
  const subscription = { subscription: id, participant };
  const wanted = { channel, view, rendition, sdp };
  const params = { room: room.name, ...subscription, ...wanted };
  return (await room.host.request("subscribe", params)).sdp;
};

const subscribe = async (
  room: RoomContext,
  request: SubscribeRequest,
): Promise<{ subscription: SubscriptionId; sdp: string }> => {
  assertOpen(room);
  const { participant, socket = false, view, channel } = request;
  assertView(room, view);
  if (channel !== undefined) assertChannel(room, channel);
  if (participant !== undefined)
    seatOf(room, participant).broken.delete("subscribe");
  const id = newId();
  const subscription = { id, participant, socket, view, answered: false };
  room.subscriptions.set(id, subscription);
  room.idle.check();
  try {
    const sdp = await ask(room, subscription, request);
    if (!room.subscriptions.has(id))
      throw new ConferenceError("conflict", "Ended while it was being set up");
    subscription.answered = true;
    if (socket) await settle(room, subscription);
    return { subscription: id, sdp };
  } catch (error) {
    room.subscriptions.delete(id);
    room.idle.check();
    throw error;
  }
};

const unsubscribe = async (
  room: RoomContext,
  subscription: SubscriptionId,
): Promise<void> => {
  if (!room.subscriptions.delete(subscription))
    throw new ConferenceError(
      "not-found",
      `There is no subscription "${subscription}"`,
    );
  room.idle.check();
  await room.host.tell("unsubscribe", { room: room.name, subscription });
};

const candidate = async (
  room: RoomContext,
  target: CandidateTarget,
  candidate: string,
  mid: string,
): Promise<void> => {
  // Without an open mixer there is no peer that it could be for.
  if (room.host.state() !== "open") return;
  const params = { room: room.name, target, candidate, mid };
  await room.host.request("candidate", params);
};

/** Throws `not-found` for a view that is not there. */
const change = async (
  room: RoomContext,
  subscription: Subscription,
  { view, ...more }: WatchRequest,
): Promise<void> => {
  const { id, view: before } = subscription;
  const next = view ?? before;
  assertView(room, next);
  // Told already while the mixer switches: what it says of the new view is not missed.
  subscription.view = next;
  try {
    const params = { room: room.name, subscription: id, view, ...more };
    await room.host.request("subscription.set", params);
  } catch (error) {
    if (subscription.view === next) subscription.view = before;
    throw error;
  }
};

/** Throws `not-found` for a view that is not there, and while there is no subscription. */
const watch = async (
  room: RoomContext,
  participant: ParticipantId,
  request: WatchRequest,
): Promise<void> => {
  const seat = seatOf(room, participant);
  const subscription = subscriptionOf(room, participant);
  if (subscription === undefined)
    throw new ConferenceError("not-found", "There is no subscription");
  const before = subscription.view;
  await change(room, subscription, request);
  const { view, cap } = request;
  if (cap !== undefined) seat.cap = cap ?? undefined;
  if (view !== undefined && view !== before) tellTiles(room, seat);
};

/** Throws `not-found` for a view or a subscription that is not there. */
const steer = async (
  room: RoomContext,
  id: SubscriptionId,
  request: PictureRequest,
): Promise<void> => {
  const subscription = room.subscriptions.get(id);
  if (subscription === undefined)
    throw new ConferenceError("not-found", `There is no subscription "${id}"`);
  await change(room, subscription, request);
};

/** What a room does with offers. */
export const mediaOf = (room: RoomContext) =>
  ({
    publish: (...offer) => publish(room, ...offer),
    subscribe: (request) => subscribe(room, request),
    unsubscribe: (subscription) => unsubscribe(room, subscription),
    candidate: (...found) => candidate(room, ...found),
    watch: (...asked) => watch(room, ...asked),
    steer: (...asked) => steer(room, ...asked),
    subscriptionOf: (participant) => subscriptionOf(room, participant)?.id,
    hasSubscription: (subscription) => room.subscriptions.has(subscription),
  }) satisfies Partial<Room>;
