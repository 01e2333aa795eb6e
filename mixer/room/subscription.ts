/** One subscriber: its connection, what it hears and what it sees. */
import { now } from "../clock.js";
import type {
  MixerOptions,
  ParticipantId,
  RenditionName,
  Requests,
  SubscriptionId,
  SubscriptionQuality,
  SubscriptionStatus,
  ViewName,
} from "../contract.js";
import type { Counters } from "../counters.js";
import type { Leg } from "../egress/leg.js";
import {
  openSubscriber,
  type Subscriber,
  type SubscriberLeg,
} from "../egress/subscriber.js";
import type { Micros, VideoCodec } from "../media.js";
import type { Load } from "./load.js";
import { createQualityNews, type QualityNews } from "./quality.js";
import type { Sound } from "./sound.js";
import type { View } from "./view.js";
import type { Views } from "./views.js";
import { Watching } from "./watching.js";

export type SubscriptionOptions = {
  id: SubscriptionId;
  /** Whose own mix it hears; undefined = the full one. */
  participant: ParticipantId | undefined;
  /** Which of the audience's mixes it hears instead; undefined = the one for all. */
  channel?: string;
  /** Held for it by whoever opens it, and given back by it. */
  view: View;
  wanted: RenditionName;
  mixer: MixerOptions;
  codecs: readonly VideoCodec[];
  counters: Counters;
  load: Load;
  sound: Sound;
  views: Views;
  /** `closed` comes once, and not from `close`. */
  onStatus: (state: SubscriptionStatus["state"]) => void;
  onQuality: (quality: SubscriptionQuality) => void;
};

export class Subscription {
  readonly participant: ParticipantId | undefined;
  readonly #options: SubscriptionOptions;
  readonly #watching: Watching;
  readonly #news: QualityNews;
  #subscriber: Subscriber | undefined;
  #audio: Leg | undefined;
  /** Views that it watched before, and that it may still be reading. */
  #former: View[] = [];
  #closed = false;

  constructor(options: SubscriptionOptions) {
    const { participant, view, wanted, onQuality } = options;
    this.#options = options;
    this.participant = participant;
    this.#watching = new Watching(view, { wanted, cap: undefined }, now());
    this.#news = createQualityNews(onQuality);
  }

  get view(): View {
    return this.#watching.view;
  }

  /** Answers the offer. Rejects with `bad-request` or `not-acceptable`. */
  async open(sdp: string): Promise<string> {
    const { id, mixer, codecs, counters, onStatus } = this.#options;
    const subscriber = await openSubscriber(sdp, {
      id,
      ice: mixer,
      codecs,
      counters,
      onOpen: (leg) => this.#attach(leg),
      onFull: () => this.adapt(now()),
      onState: (state) => {
        if (this.#closed) return;
        if (state === "closed") this.#end();
        onStatus(state);
      },
    });
    this.#subscriber = subscriber;
    if (this.#closed) subscriber.close();
    return subscriber.answer;
  }

  /** Throws `not-found`, and changes nothing, for an unknown view. */
  set({ view, rendition, cap }: Omit<SetParams, "room" | "subscription">) {
    if (view !== undefined) this.#goTo(view);
    const { wish } = this.#watching;
    if (rendition !== undefined) wish.wanted = rendition;
    if (cap !== undefined) wish.cap = cap ?? undefined;
    if (rendition !== undefined || cap !== undefined)
      this.#watching.restart(now(), this.#subscriber?.line.limit);
    this.adapt(now());
  }

  /** Throws `not-found` for an unknown view. */
  watch(name: ViewName): void {
    this.#goTo(name);
    this.adapt(now());
  }

  /** Twice a second, and when something has changed. */
  adapt(at: Micros): void {
    const watching = this.#watching;
    const line = this.#subscriber?.line;
    if (watching.isOpen && line !== undefined && !this.#closed) {
      watching.adapt(line, this.#options.load.level, at);
      this.#subscriber?.spareSound(watching.isThrifty);
      this.#subscriber?.probe(watching.probe);
      this.#news.tell(watching.quality(line), at);
    }
    if (watching.hasArrived) this.#releaseFormer();
  }

  report(at: Micros): void {
    this.#subscriber?.report(at);
  }

  addCandidate(candidate: string, mid: string): void {
    this.#subscriber?.addCandidate(candidate, mid);
  }

  /** Idempotent. */
  close(): void {
    this.#end();
    this.#subscriber?.close();
  }

  #attach({ leg, codec }: SubscriberLeg): void {
    if (this.#closed) return;
    if (codec === "opus") {
      this.#audio = leg;
      return this.#options.sound.addLeg(
        leg,
        this.participant,
        this.#options.channel,
      );
    }
    this.#watching.open({ leg, codec });
    this.adapt(now());
  }

  #goTo(name: ViewName): void {
    const view = this.#options.views.hold(name);
    this.#former.push(this.view);
    this.#watching.watch(view, now());
  }

  #releaseFormer(): void {
    for (const view of this.#former.splice(0))
      this.#options.views.release(view);
  }

  /** Takes the legs off their streams and lets the view go. */
  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { sound, views, channel } = this.#options;
    if (this.#audio !== undefined)
      sound.removeLeg(this.#audio, this.participant, channel);
    this.#watching.close();
    this.#releaseFormer();
    views.release(this.view);
  }
}

type SetParams = Requests["subscription.set"]["params"];
