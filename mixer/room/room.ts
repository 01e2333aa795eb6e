/** A room in the mixer: who sends, who receives, and the mix between them. */
import { startTicker, type Ticker } from "../clock.js";
import type {
  EventName,
  Events,
  LayoutName,
  MixerOptions,
  ParticipantId,
  Requests,
  RoomId,
  SubscriptionId,
  VideoOptions,
  ViewLayout,
} from "../contract.js";
import type { Counters } from "../counters.js";
import { TICK, type Micros } from "../media.js";
import { Participants } from "./participants.js";
import { Recordings } from "./recordings.js";
import { Sound } from "./sound.js";
import { Subscriptions } from "./subscriptions.js";
import { View } from "./view.js";

export type Emit = <Name extends EventName>(
  name: Name,
  data: Events[Name],
) => void;

export type RoomOptions = {
  name: RoomId;
  video: VideoOptions;
  mixer: MixerOptions;
  counters: Counters;
  emit: Emit;
  /** A fault that costs a picture, not the room. */
  onError: (error: unknown) => void;
};

/** Sender reports go out once a second. */
const REPORT_TICKS = 50;
/** 100 ms: what a player bridges. After a longer stall the delay must not stay. */
const MAX_CATCH_UP_TICKS = 5;
const TICKS_PER_SECOND = 1_000_000 / TICK;

/**
 * A room.
 *
 * - The audio clock runs only while somebody sends, receives or records; the picture's only while somebody watches.
 * - Every change of who is there goes through a method here, so that the clock is right afterwards.
 */
export class Room {
  readonly view: View;
  readonly sound: Sound;
  readonly participants: Participants;
  readonly subscriptions: Subscriptions;
  readonly recordings: Recordings;
  readonly #counters: Counters;
  #ticker: Ticker | undefined;
  #ticks = 0;
  #closing: Promise<void> | undefined;

  constructor(options: RoomOptions) {
    const { name: room, video, mixer, counters, emit, onError } = options;
    this.#counters = counters;
    this.view = new View({
      name: "main",
      video,
      counters,
      onLayout: (layout) => emit("layout", { room, layout }),
      onError,
    });
    this.sound = new Sound(counters, (talkers) => {
      this.view.compositor.setTalkers(talkers);
      emit("talking", { room, talkers: [...talkers] });
    });
    const parts = { ice: mixer, counters, sound: this.sound, view: this.view };
    this.participants = new Participants({
      ...parts,
      onIngest: (participant, state) =>
        emit("ingest", { room, participant, state }),
    });
    this.subscriptions = new Subscriptions({
      ...parts,
      onStatus: (subscription, state) => {
        this.#refreshClock();
        emit("subscription", { room, subscription, state });
      },
    });
    this.recordings = new Recordings({
      ...parts,
      directory: mixer.recordings,
      video,
      onStatus: (recording, status) =>
        emit("recording", { room, recording, ...status }),
    });
  }

  /** How many encoders run. */
  get encoders(): number {
    return this.view.encoders + this.sound.encoders;
  }

  removeParticipant(id: ParticipantId): void {
    this.subscriptions.closeOf(id);
    this.participants.remove(id);
    this.#refreshClock();
  }

  publish({ participant, sdp }: Requests["publish"]["params"]) {
    return this.#changing(this.participants.publish(participant, sdp));
  }

  unpublish(id: ParticipantId): void {
    this.participants.unpublish(id);
    this.#refreshClock();
  }

  async subscribe(params: Requests["subscribe"]["params"]): Promise<string> {
    if (params.participant !== undefined)
      this.participants.require(params.participant);
    return this.#changing(this.subscriptions.open(params));
  }

  unsubscribe(id: SubscriptionId): void {
    this.subscriptions.close(id);
    this.#refreshClock();
  }

  async candidate(params: Requests["candidate"]["params"]): Promise<void> {
    const { target, candidate, mid } = params;
    if ("participant" in target)
      await this.participants.addCandidate(target.participant, candidate, mid);
    else this.subscriptions.addCandidate(target.subscription, candidate, mid);
  }

  startRecording({ recording, format }: Requests["recording.start"]["params"]) {
    return this.#changing(this.recordings.start(recording, format));
  }

  stopRecording({ recording }: Requests["recording.stop"]["params"]) {
    return this.#changing(this.recordings.stop(recording));
  }

  layout(): Promise<ViewLayout> {
    return this.view.layout();
  }

  setLayout(layout: LayoutName): Promise<ViewLayout> {
    return this.view.setLayout(layout);
  }

  /** Idempotent; resolves when everything is given back and recordings are final. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.subscriptions.closeAll();
    await this.recordings.close();
    this.participants.close();
    this.#refreshClock();
    this.sound.close();
    await this.view.close();
  }

  /** The clock follows the change at once, and again when it is done or has failed. */
  async #changing<Result>(change: Promise<Result>): Promise<Result> {
    this.#refreshClock();
    try {
      return await change;
    } finally {
      this.#refreshClock();
    }
  }

  #refreshClock(): void {
    const needed =
      this.participants.publishing ||
      this.subscriptions.size > 0 ||
      this.recordings.size > 0;
    if (needed) this.#ticker ??= this.#startClock();
    else {
      this.#ticker?.stop();
      this.#ticker = undefined;
    }
  }

  #startClock(): Ticker {
    return startTicker({
      ticksPerSecond: TICKS_PER_SECOND,
      maxCatchUp: MAX_CATCH_UP_TICKS,
      onTick: (due, late) => this.#onTick(due, late),
      onSkip: (ticks) => (this.#counters.audioTicksSkipped += ticks),
    });
  }

  #onTick(due: Micros, late: Micros): void {
    this.sound.tick(due, late);
    if (++this.#ticks % REPORT_TICKS === 0) this.subscriptions.report(due);
  }
}
