/** A room in the mixer: who sends, who receives, and the mix between them. */
import { now } from "../clock.js";
import type {
  OverloadLevel,
  ParticipantId,
  PlaybackStatus,
  Requests,
  SubscriptionId,
  ViewLayout,
  ViewName,
  ViewSettings,
} from "../contract.js";
import { TICK } from "../media.js";
import type { Demand } from "./demand.js";
import { createParts, type Parts, type RoomOptions } from "./parts.js";
import { createPulse, type Pulse } from "./pulse.js";

export type { Emit, RoomOptions } from "./parts.js";

type Params<Name extends keyof Requests> = Requests[Name]["params"];

const TICKS_PER_SECOND = 1_000_000 / TICK;

/**
 * A room.
 *
 * - The audio clock runs only while somebody sends, receives or records; a picture's only while somebody watches it.
 * - Every change of who is there goes through a method here, so that the clock is right afterwards.
 */
export class Room {
  readonly views: Parts["views"];
  readonly sound: Parts["sound"];
  readonly levels: Parts["levels"];
  readonly participants: Parts["participants"];
  readonly subscriptions: Parts["subscriptions"];
  readonly recordings: Parts["recordings"];
  readonly rtp: Parts["rtp"];
  readonly lives: Parts["lives"];
  readonly played: Parts["played"];
  readonly #options: RoomOptions;
  readonly #demand: Demand;
  readonly #pulse: Pulse;
  #overload: OverloadLevel = 0;
  #closing: Promise<void> | undefined;

  /** Throws `bad-request` for settings of the main view that make no picture. */
  constructor(options: RoomOptions) {
    this.#options = options;
    const parts = createParts(options, () => this.#refresh());
    this.views = parts.views;
    this.sound = parts.sound;
    this.levels = parts.levels;
    this.participants = parts.participants;
    this.subscriptions = parts.subscriptions;
    this.recordings = parts.recordings;
    this.rtp = parts.rtp;
    this.lives = parts.lives;
    this.played = parts.played;
    this.#demand = parts.demand;
    this.#pulse = this.#createPulse();
  }

  /** How many encoders run. */
  get encoders(): number {
    let pictures = 0;
    for (const view of this.views.all()) pictures += view.encoders;
    return pictures + this.sound.encoders + this.rtp.encoders;
  }

  removeParticipant(id: ParticipantId): void {
    this.subscriptions.closeOf(id);
    this.rtp.remove(id);
    this.played.closeOf(id);
    this.participants.remove(id);
    this.views.removeOf(id);
    this.#refresh();
  }

  publish({ participant, source, sdp }: Params<"publish">): Promise<string> {
    this.#demand.forget(participant, source);
    return this.#changing(this.participants.publish(participant, source, sdp));
  }

  openFeed(params: Params<"feed.open">): Promise<PlaybackStatus> {
    return this.#changing(this.played.feeds.open(params));
  }

  unpublish({ participant, source }: Params<"unpublish">): void {
    this.participants.unpublish(participant, source);
    this.#refresh();
  }

  async subscribe(params: Params<"subscribe">): Promise<string> {
    if (params.participant !== undefined)
      this.participants.require(params.participant);
    return this.#changing(this.subscriptions.open(params));
  }

  unsubscribe(id: SubscriptionId): void {
    this.subscriptions.close(id);
    this.#refresh();
  }

  startRecording(params: Params<"recording.start">): Promise<void> {
    return this.#changing(this.recordings.start(params));
  }

  pauseRecording({ recording }: Params<"recording.pause">): Promise<void> {
    return this.#changing(this.recordings.pause(recording));
  }

  resumeRecording({ recording }: Params<"recording.resume">): Promise<void> {
    return this.#changing(this.recordings.resume(recording));
  }

  stopRecording({ recording }: Params<"recording.stop">) {
    return this.#changing(this.recordings.stop(recording));
  }

  layout(name: ViewName): Promise<ViewLayout> {
    return this.views.use(name, (view) => view.layout());
  }

  /** Makes a view or changes it; answers with its tile map. Rejects with `bad-request`, and changes nothing. */
  async setView(name: ViewName, settings: ViewSettings): Promise<ViewLayout> {
    this.views.set(name, settings);
    return this.layout(name);
  }

  picture(name: ViewName): Promise<Buffer> {
    return this.views.use(name, (view) => this.#demand.picture(view));
  }

  /** Idempotent; resolves when everything is given back and recordings are final. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.subscriptions.closeAll();
    this.rtp.close();
    await Promise.all([this.recordings.close(), this.lives.close()]);
    await this.played.close();
    this.participants.close();
    this.#refresh();
    this.sound.close();
    await this.views.close();
  }

  #createPulse(): Pulse {
    const { counters } = this.#options;
    return createPulse({
      isNeeded: () =>
        this.participants.publishing ||
        this.played.feeds.size > 0 ||
        this.subscriptions.size > 0 ||
        this.recordings.size > 0 ||
        this.lives.size > 0 ||
        this.rtp.isNeeded,
      onTick: (due, late) => {
        this.rtp.tick(due, () => this.sound.tick(due, late));
        this.recordings.mask(this.sound.leavesOut);
        this.#demand.tick();
      },
      onSkip: (ticks) => (counters.audioTicksSkipped += ticks),
      onIdle: () => this.#setOverload(0),
      duties: [
        { every: TICKS_PER_SECOND / 10, run: this.levels.look },
        { every: TICKS_PER_SECOND / 2, run: () => this.#adapt() },
        {
          every: TICKS_PER_SECOND,
          run: (due) => this.subscriptions.report(due),
        },
        { every: TICKS_PER_SECOND, run: this.rtp.report },
      ],
    });
  }

  /** Follows the load, the lines and what is shown. */
  #adapt(): void {
    const { load } = this.#options;
    load.look(now());
    this.#setOverload(load.level);
    this.subscriptions.adapt();
    this.#demand.look();
  }

  #setOverload(level: OverloadLevel): void {
    if (level === this.#overload) return;
    this.#overload = level;
    this.views.sacrifice(level);
    this.#options.emit("overload", { room: this.#options.name, level });
  }

  /** The clock follows the change at once, and again when it is done or has failed. */
  async #changing<Result>(change: Promise<Result>): Promise<Result> {
    this.#refresh();
    try {
      return await change;
    } finally {
      this.#refresh();
    }
  }

  #refresh(): void {
    this.#demand.touch();
    this.#pulse.refresh();
  }
}
