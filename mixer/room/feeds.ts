/** Participants of a room who are no people: files and addresses, seen and heard like everybody else. */
import { now } from "../clock.js";
import {
  MixerError,
  type FeedEvents,
  type FeedRequests,
  type ParticipantId,
  type PlaybackStatus,
} from "../contract.js";
import type { Counters } from "../counters.js";
import type { Folders } from "../feed/sources.js";
import { RATE, CHANNELS } from "../feed/timeline.js";
import { startPlayback, type Started } from "./playback.js";
import type { Sound } from "./sound.js";
import type { View } from "./view.js";

export type FeedsOptions = {
  folders: Folders;
  counters: Counters;
  sound: Sound;
  views: () => Iterable<View>;
  isThere: (participant: ParticipantId) => boolean;
  onStatus: (
    participant: ParticipantId,
    status: FeedEvents["feed"]["status"],
  ) => void;
};

type Params<Name extends keyof FeedRequests> = FeedRequests[Name]["params"];

export class Feeds {
  readonly #options: FeedsOptions;
  readonly #byParticipant = new Map<ParticipantId, Started>();

  constructor(options: FeedsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byParticipant.size;
  }

  /** Rejects with `not-found` or `bad-request`; then nothing is left of it. */
  async open(params: Params<"feed.open">): Promise<PlaybackStatus> {
    const { participant } = params;
    const start = await this.#prepare(params);
    const there = this.#byParticipant.get(participant);
    if (there !== undefined) return there.player.status;
    if (!this.#options.isThere(participant))
      throw new MixerError("not-found", `No participant ${participant} here`);
    const started = start();
    this.#byParticipant.set(participant, started);
    try {
      return await started.begun;
    } catch (error) {
      if (this.#byParticipant.get(participant) === started)
        await this.close(participant);
      throw error;
    }
  }

  /** Throws `not-found`, and `bad-request` for a place in what comes live. */
  set({ participant, change }: Params<"feed.set">): PlaybackStatus {
    const started = this.#byParticipant.get(participant);
    if (started === undefined)
      throw new MixerError("not-found", `No feed ${participant} here`);
    const { player } = started;
    if (change.position !== undefined && player.status.duration === undefined)
      throw new MixerError("bad-request", "It has no place to go to");
    player.set(change);
    return player.status;
  }

  /** A view that opens has the picture that is there. */
  showIn({ compositor }: View): void {
    for (const [participant, { player }] of this.#byParticipant)
      if (player.picture !== undefined)
        compositor.putFrame(participant, player.picture, now());
  }

  /** Nobody's is nothing. */
  async close(participant: ParticipantId): Promise<void> {
    const started = this.#byParticipant.get(participant);
    this.#byParticipant.delete(participant);
    await started?.close();
  }

  async closeAll(): Promise<void> {
    const all = [...this.#byParticipant.keys()];
    await Promise.all(all.map((participant) => this.close(participant)));
  }

  #prepare({
    participant,
    source,
    playing,
    position,
    loop,
  }: Params<"feed.open">): Promise<() => Started> {
    const { folders, counters, sound, views, onStatus } = this.#options;
    return startPlayback({
      source,
      folders,
      playback: { playing, position, loop },
      picture: true,
      onSound: (samples, at) =>
        sound.mix.write(participant, samples, RATE, CHANNELS, at),
      onPicture: (frame, at) => {
        counters.framesReceived++;
        for (const view of views())
          view.compositor.putFrame(participant, frame, at);
      },
      onStatus: (status) => onStatus(participant, status),
    });
  }
}
