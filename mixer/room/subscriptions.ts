/** Who receives a room's mix: which leg reads from which stream. */
import { now } from "../clock.js";
import {
  MixerError,
  type MixerOptions,
  type ParticipantId,
  type Requests,
  type SubscriptionId,
  type SubscriptionQuality,
  type SubscriptionStatus,
} from "../contract.js";
import type { Counters } from "../counters.js";
import { videoCodecs } from "../egress/offer.js";
import type { Micros, VideoCodec } from "../media.js";
import type { Load } from "./load.js";
import type { Sound } from "./sound.js";
import { Subscription } from "./subscription.js";
import type { View } from "./view.js";
import type { Views } from "./views.js";

export type SubscriptionsOptions = {
  mixer: MixerOptions;
  counters: Counters;
  load: Load;
  sound: Sound;
  views: Views;
  onStatus: (
    subscription: SubscriptionId,
    state: SubscriptionStatus["state"],
  ) => void;
  onQuality: (
    subscription: SubscriptionId,
    quality: SubscriptionQuality,
  ) => void;
};

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #codecs: readonly VideoCodec[];
  readonly #byId = new Map<SubscriptionId, Subscription>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#codecs = videoCodecs(options.mixer.codecs);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Answers an offer that receives; one with a known id replaces that subscription. */
  async open(params: Requests["subscribe"]["params"]): Promise<string> {
    const {
      subscription: id,
      participant,
      channel,
      sdp,
      view,
      rendition,
    } = params;
    const { onStatus, onQuality, ...parts } = this.#options;
    const held = this.#options.views.hold(view);
    this.close(id);
    const subscription: Subscription = new Subscription({
      ...parts,
      codecs: this.#codecs,
      id,
      participant,
      channel,
      view: held,
      wanted: rendition,
      onStatus: (state) => {
        if (state === "closed") this.#forget(id, subscription);
        onStatus(id, state);
      },
      onQuality: (quality) => onQuality(id, quality),
    });
    this.#byId.set(id, subscription);
    try {
      return await subscription.open(sdp);
    } catch (error) {
      this.#forget(id, subscription);
      subscription.close();
      throw error;
    }
  }

  /** Another view, rendition or cap. Throws `not-found`, and changes nothing, for an unknown subscription or view. */
  set(params: Requests["subscription.set"]["params"]): void {
    const subscription = this.#byId.get(params.subscription);
    if (subscription === undefined)
      throw new MixerError(
        "not-found",
        `No subscription ${params.subscription} in this room`,
      );
    subscription.set(params);
  }

  /** Whoever watches the first view watches the second from now on. */
  move(from: View, to: View): void {
    for (const subscription of this.#byId.values())
      if (subscription.view === from) subscription.watch(to.name);
  }

  close(id: SubscriptionId): void {
    const subscription = this.#byId.get(id);
    if (subscription === undefined) return;
    this.#forget(id, subscription);
    subscription.close();
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
    this.#byId.get(id)?.addCandidate(candidate, mid);
  }

  /** Sends everybody's sender reports. */
  report(at: Micros): void {
    for (const subscription of this.#byId.values()) subscription.report(at);
  }

  /** Moves everybody to the rung that their lines carry, twice a second. */
  adapt(): void {
    const at = now();
    for (const subscription of this.#byId.values()) subscription.adapt(at);
  }

  #forget(id: SubscriptionId, subscription: Subscription): void {
    if (this.#byId.get(id) === subscription) this.#byId.delete(id);
  }
}
