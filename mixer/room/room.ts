/** A room in the mixer: who sends, who receives, and the mix between them. */
import { now } from "../clock.js";
import type {
  EventName,
  Events,
  MixerOptions,
  OverloadLevel,
  ParticipantId,
  PlaybackStatus,
  Requests,
  RoomId,
  SoundOptions,
  SubscriptionId,
  ViewLayout,
  ViewName,
  ViewSettings,
} from "../contract.js";
import type { Counters } from "../counters.js";
import { TICK } from "../media.js";
import type { EncoderChoice } from "../video/encoder.js";
import { createDemand, type Demand } from "./demand.js";
import { createLevels } from "./levels.js";
import { Lives } from "./lives.js";
import type { Load } from "./load.js";
import { Participants } from "./participants.js";
import { Places } from "./places.js";
import { createPlayed, type Played } from "./played.js";
import { createPulse, type Pulse } from "./pulse.js";
import { Recordings } from "./recordings.js";
import { createRtp, type Rtp } from "./rtp.js";
import { Sound } from "./sound.js";
import { Subscriptions } from "./subscriptions.js";
import type { View } from "./view.js";
import { Views } from "./views.js";

export type Emit = <Name extends EventName>(
  name: Name,
  data: Events[Name],
) => void;

export type RoomOptions = {
  name: RoomId;
  /** Settings of the view `main`. */
  main: ViewSettings;
  /** Mono and everybody if absent. */
  sound?: SoundOptions;
  mixer: MixerOptions;
  counters: Counters;
  load: Load;
  emit: Emit;
  /** A fault that costs a picture, not the room. */
  onError: (error: unknown) => void;
};

type Params<Name extends keyof Requests> = Requests[Name]["params"];

const TICKS_PER_SECOND = 1_000_000 / TICK;

/**
 * A room.
 *
 * - The audio clock runs only while somebody sends, receives or records; a picture's only while somebody watches it.
 * - Every change of who is there goes through a method here, so that the clock is right afterwards.
 */
export class Room {
  readonly views: Views;
  readonly sound: Sound;
  readonly levels: ReturnType<typeof createLevels>;
  readonly participants: Participants;
  readonly subscriptions: Subscriptions;
  readonly recordings: Recordings;
  readonly rtp: Rtp;
  readonly lives: Lives;
  readonly played: Played;
  readonly #options: RoomOptions;
  readonly #places: Places;
  readonly #demand: Demand;
  readonly #pulse: Pulse;
  #overload: OverloadLevel = 0;
  #closing: Promise<void> | undefined;

  /** Throws `bad-request` for settings of the main view that make no picture. */
  constructor(options: RoomOptions) {
    const { name: room, mixer, counters, load, emit } = options;
    this.#options = options;
    const onTalkers = (talkers: ReadonlySet<ParticipantId>): void => {
      for (const view of this.views.all()) this.#hearIn(view);
      emit("talking", { room, talkers: [...talkers] });
    };
    this.sound = new Sound(counters, load, onTalkers, options.sound);
    this.#places = new Places(this.sound.mix);
    this.levels = createLevels(this.sound.mix, (levels) =>
      emit("levels", { room, levels }),
    );
    const parts = { mixer, counters, load, sound: this.sound };
    this.participants = new Participants({
      ...parts,
      places: this.#places,
      onError: options.onError,
      views: () => this.views.all(),
      onIngest: (participant, source, state) =>
        emit("ingest", { room, participant, source, state }),
    });
    this.rtp = this.#createRtp();
    this.played = createPlayed({
      ...{ ...parts, folders: mixer },
      onFeed: (status) => emit("feed", { room, ...status }),
      onSound: (status) => emit("sound", { room, ...status }),
      views: () => this.views.all(),
      isThere: (id) => this.participants.has(id),
    });
    this.views = this.#createViews();
    this.subscriptions = new Subscriptions({
      ...parts,
      views: this.views,
      onStatus: (subscription, state) => {
        this.#refresh();
        emit("subscription", { room, subscription, state });
      },
      onQuality: (subscription, quality) => {
        this.#demand.touch();
        emit("quality", { room, subscription, quality });
      },
    });
    this.recordings = new Recordings({
      directory: mixer.recordings,
      sound: this.sound,
      views: this.views,
      onStatus: (recording, status) =>
        emit("recording", { room, recording, ...status }),
    });
    this.lives = this.#createLives();
    this.#demand = createDemand({
      views: this.views,
      participants: this.participants,
      onHints: (participant, hints) =>
        emit("uplink", { room, participant, hints }),
    });
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

  #createRtp(): Rtp {
    return createRtp({
      ...{ ...this.#options, sound: this.sound },
      mediaOf: (id) => this.participants.require(id).media,
      onChange: () => this.#refresh(),
    });
  }

  #createLives(): Lives {
    const { name: room, emit } = this.#options;
    return new Lives({
      sound: this.sound,
      views: this.views,
      onChange: () => this.#refresh(),
      onStatus: (status) => emit("live", { room, ...status }),
    });
  }

  #createViews(): Views {
    const { name: room, main, mixer, emit, onError } = this.#options;
    const { counters, load } = this.#options;
    return new Views({
      main,
      // The server's configuration knows no other words.
      encoder: mixer.encoder as EncoderChoice,
      ...{ counters, load, onError },
      isThere: (id) => this.participants.has(id),
      onOpen: (view) => {
        this.participants.showIn(view);
        this.played.showIn(view);
        this.#hearIn(view);
      },
      onMoved: (from, to) => this.subscriptions.move(from, to),
      onLayout: (layout) => {
        this.#demand.touch();
        this.#places.follow(layout);
        emit("layout", { room, layout });
      },
    });
  }

  #hearIn({ compositor }: View): void {
    const { talkers, speaking } = this.sound.mix;
    compositor.setTalkers(talkers, speaking);
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
