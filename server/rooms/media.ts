/** The way of participants' and viewers' offers to the mixer. */
import type { ParticipantId, SubscriptionId } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import {
  assertOpen,
  seatOf,
  type RoomContext,
  type Subscription,
} from "./context.js";
import { newId } from "./ids.js";
import type { SubscribeRequest } from "./types.js";

export const publish = async (
  room: RoomContext,
  participant: ParticipantId,
  sdp: string,
): Promise<string> => {
  const seat = seatOf(room, participant);
  const before = seat.media;
  // A connected peer that renegotiates stays connected, and the mixer does not say so again.
  if (before !== "connected") seat.media = "connecting";
  seat.broken.delete("publish");
  try {
    const params = { room: room.name, participant, sdp };
    return (await room.host.request("publish", params)).sdp;
  } catch (error) {
    if (seat.media === "connecting") seat.media = before;
    throw error;
  }
};

/** The participant's socket has one at most: the newest. */
const replaceOlder = (room: RoomContext, newest: Subscription): void => {
  for (const { id, socket, participant } of [...room.subscriptions.values()])
    if (socket && participant === newest.participant && id !== newest.id)
      void unsubscribe(room, id);
};

const ask = async (
  room: RoomContext,
  { id, participant }: Subscription,
  { sdp, view, rendition }: SubscribeRequest,
): Promise<string> => {
  const subscription = { subscription: id, participant };
  const params = { room: room.name, ...subscription, view, rendition, sdp };
  return (await room.host.request("subscribe", params)).sdp;
};

export const subscribe = async (
  room: RoomContext,
  request: SubscribeRequest,
): Promise<{ subscription: SubscriptionId; sdp: string }> => {
  assertOpen(room);
  const { participant, socket = false } = request;
  if (participant !== undefined)
    seatOf(room, participant).broken.delete("subscribe");
  const id = newId();
  const subscription = { id, participant, socket, answered: false };
  room.subscriptions.set(id, subscription);
  room.idle.check();
  try {
    const sdp = await ask(room, subscription, request);
    if (!room.subscriptions.has(id))
      throw new ConferenceError("conflict", "Ended while it was being set up");
    subscription.answered = true;
    if (socket) replaceOlder(room, subscription);
    return { subscription: id, sdp };
  } catch (error) {
    room.subscriptions.delete(id);
    room.idle.check();
    throw error;
  }
};

export const unsubscribe = async (
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

export const candidate = async (
  room: RoomContext,
  target: { participant: ParticipantId } | { subscription: SubscriptionId },
  candidate: string,
  mid: string,
): Promise<void> => {
  // Without an open mixer there is no peer that it could be for.
  if (room.host.state() !== "open") return;
  const params = { room: room.name, target, candidate, mid };
  await room.host.request("candidate", params);
};

export const subscriptionOf = (
  { subscriptions }: RoomContext,
  of: ParticipantId,
): SubscriptionId | undefined =>
  [...subscriptions.values()].findLast(
    ({ participant, socket }) => socket && participant === of,
  )?.id;
