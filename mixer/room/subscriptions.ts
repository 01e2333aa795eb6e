/** Who receives a room's mix: which leg reads from which stream. */
import type {
  ParticipantId,
  Requests,
  SubscriptionId,
  SubscriptionStatus,
} from "../contract.js";
import type { Counters } from "../counters.js";
import type { IceOptions } from "../egress/libdatachannel.js";
import {
  openSubscriber,
  type Subscriber,
  type SubscriberLeg,
} from "../egress/subscriber.js";
import type { Micros } from "../media.js";
import type { Sound } from "./sound.js";
import type { View } from "./view.js";

export type SubscriptionsOptions = {
  ice: IceOptions;
  counters: Counters;
  sound: Sound;
  view: View;
  onStatus: (
    subscription: SubscriptionId,
    state: SubscriptionStatus["state"],
  ) => void;
};

type Subscription = {
  participant: ParticipantId | undefined;
  subscriber: Subscriber | undefined;
  /** Legs whose connection is open, and so read from a stream. */
  open: Set<SubscriberLeg>;
  closed: boolean;
};

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #byId = new Map<SubscriptionId, Subscription>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Answers an offer that receives; one with a known id replaces that subscription. */
  async open(params: Requests["subscribe"]["params"]): Promise<string> {
    const { subscription: id, participant, sdp, rendition } = params;
    const { ice, counters } = this.#options;
    this.close(id);
    const subscription: Subscription = {
      participant,
      subscriber: undefined,
      open: new Set(),
      closed: false,
    };
    this.#byId.set(id, subscription);
    const audioOnly = rendition === "audio";
    try {
      subscription.subscriber = await openSubscriber(sdp, {
        id,
        ice,
        counters,
        onOpen: (leg) => {
          if (!(audioOnly && leg.kind === "video"))
            this.#attach(subscription, leg);
        },
        onState: (state) => this.#onState(id, subscription, state),
      });
    } catch (error) {
      this.#forget(id, subscription);
      throw error;
    }
    if (subscription.closed) subscription.subscriber.close();
    return subscription.subscriber.answer;
  }

  close(id: SubscriptionId): void {
    const subscription = this.#byId.get(id);
    if (subscription === undefined) return;
    this.#forget(id, subscription);
    subscription.subscriber?.close();
  }

  /** Closes those that carry this participant's own mix. */
  closeOf(participant: ParticipantId): void {
    for (const [id, subscription] of this.#byId)
      if (subscription.participant === participant) this.close(id);
  }

  closeAll(): void {
    for (const id of [...this.#byId.keys()]) this.close(id);
  }

  addCandidate(id: SubscriptionId, candidate: string, mid: string): void {
    this.#byId.get(id)?.subscriber?.addCandidate(candidate, mid);
  }

  /** Sends everybody's sender reports. */
  report(at: Micros): void {
    for (const { subscriber } of this.#byId.values()) subscriber?.report(at);
  }

  #onState(
    id: SubscriptionId,
    subscription: Subscription,
    state: SubscriptionStatus["state"],
  ): void {
    if (subscription.closed) return;
    if (state === "closed") this.#forget(id, subscription);
    this.#options.onStatus(id, state);
  }

  /** Takes it out and its legs off their streams. Idempotent. */
  #forget(id: SubscriptionId, subscription: Subscription): void {
    if (subscription.closed) return;
    subscription.closed = true;
    if (this.#byId.get(id) === subscription) this.#byId.delete(id);
    for (const leg of subscription.open) this.#detach(subscription, leg);
  }

  #attach(subscription: Subscription, opened: SubscriberLeg): void {
    if (subscription.closed) return;
    const { sound, view } = this.#options;
    subscription.open.add(opened);
    if (opened.codec === "opus")
      return sound.addLeg(opened.leg, subscription.participant);
    view.rendition(opened.codec).stream.add(opened.leg);
    view.refresh();
  }

  #detach(subscription: Subscription, opened: SubscriberLeg): void {
    const { sound, view } = this.#options;
    subscription.open.delete(opened);
    if (opened.codec === "opus")
      return sound.removeLeg(opened.leg, subscription.participant);
    view.rendition(opened.codec).stream.remove(opened.leg);
    view.refresh();
  }
}
