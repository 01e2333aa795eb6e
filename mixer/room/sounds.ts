/** What is played into a room: to everybody, or to one participant alone. */
import {
  MixerError,
  type FeedEvents,
  type FeedRequests,
  type ParticipantId,
  type PlaybackStatus,
  type SoundId,
  type SoundMedia,
} from "../contract.js";
import { PLAYED } from "../audio/rows.js";
import type { Folders } from "../feed/sources.js";
import { CHANNELS, RATE } from "../feed/timeline.js";
import { startPlayback, type Started } from "./playback.js";
import type { Sound } from "./sound.js";

export type SoundsOptions = {
  folders: Folders;
  sound: Sound;
  isThere: (participant: ParticipantId) => boolean;
  onStatus: (sound: SoundId, status: FeedEvents["sound"]["status"]) => void;
};

const sourceOf = (id: SoundId): string => `sound:${id}`;

type Played = { media: SoundMedia; started: Started };
type Params<Name extends keyof FeedRequests> = FeedRequests[Name]["params"];

export class Sounds {
  readonly #options: SoundsOptions;
  readonly #byId = new Map<SoundId, Played>();

  constructor(options: SoundsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Rejects with `not-found` or `bad-request`; then nothing is left of it. One that is there already stays. */
  async play({ sound: media }: Params<"sound.play">): Promise<PlaybackStatus> {
    const { id, participant } = media;
    const start = await this.#prepare(media);
    const there = this.#byId.get(id);
    if (there !== undefined) return there.started.player.status;
    if (participant !== undefined && !this.#options.isThere(participant))
      throw new MixerError("not-found", `No participant ${participant} here`);
    this.#add(media);
    const started = start();
    this.#byId.set(id, { media, started });
    this.#duck();
    try {
      return await started.begun;
    } catch (error) {
      if (this.#byId.get(id)?.started === started) await this.stop(id);
      throw error;
    }
  }

  /** Throws `not-found`. */
  set({ sound: id, change }: Params<"sound.set">): PlaybackStatus {
    const played = this.#byId.get(id);
    if (played === undefined)
      throw new MixerError("not-found", `No sound ${id} here`);
    const { volume, duck, ...playback } = change;
    if (volume !== undefined) this.#setVolume(played.media, volume);
    if (duck !== undefined) {
      played.media = { ...played.media, duck };
      this.#duck(played.media.participant);
    }
    played.started.player.set(playback);
    return played.started.player.status;
  }

  /** An unknown one is nothing. */
  async stop(id: SoundId): Promise<void> {
    const played = this.#byId.get(id);
    if (played === undefined) return;
    this.#byId.delete(id);
    const { mix, privates } = this.#options.sound;
    if (played.media.participant === undefined) mix.remove(sourceOf(id));
    else privates.remove(sourceOf(id));
    this.#duck(played.media.participant);
    await played.started.close();
  }

  /** What was played to this participant alone. */
  async closeOf(participant: ParticipantId): Promise<void> {
    const own = [...this.#byId.values()].filter(
      ({ media }) => media.participant === participant,
    );
    await Promise.all(own.map(({ media }) => this.stop(media.id)));
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#byId.keys()].map((id) => this.stop(id)));
  }

  #add(media: SoundMedia): void {
    const { mix, privates } = this.#options.sound;
    const id = sourceOf(media.id);
    if (media.participant === undefined) {
      mix.add(id, PLAYED);
      mix.setPlayed(id);
    } else privates.add(id, media.participant);
    this.#setVolume(media, media.volume);
  }

  #setVolume({ id, participant }: SoundMedia, volume: number): void {
    const { mix, privates } = this.#options.sound;
    if (participant === undefined) mix.setGain(sourceOf(id), volume);
    else privates.setGain(sourceOf(id), volume);
  }

  /** The lowest that any asks for which is heard now: for everybody, and for each who hears one alone. */
  #duck(...listeners: (ParticipantId | undefined)[]): void {
    const gains = new Map(listeners.map((listener) => [listener, 1]));
    gains.set(undefined, 1);
    for (const { media, started } of this.#byId.values()) {
      const { participant, duck } = media;
      const plays = started.player.status.state === "playing";
      const gain = Math.min(gains.get(participant) ?? 1, plays ? duck : 1);
      gains.set(participant, gain);
    }
    const { mix, privates } = this.#options.sound;
    for (const [listener, gain] of gains)
      if (listener === undefined) mix.setDuck(gain);
      else privates.setDuck(listener, gain);
  }

  #prepare(media: SoundMedia): Promise<() => Started> {
    const { folders, sound } = this.#options;
    const { id, participant, source, playing, position, loop } = media;
    const to = participant === undefined ? sound.mix : sound.privates;
    return startPlayback({
      source,
      folders,
      playback: { playing, position, loop },
      picture: false,
      onSound: (samples, at) =>
        to.write(sourceOf(id), samples, RATE, CHANNELS, at),
      onStatus: (status) => this.#follow(id, status),
    });
  }

  #follow(id: SoundId, status: PlaybackStatus): void {
    this.#duck();
    if (status.state === "ended" || status.state === "failed")
      void this.stop(id);
    this.#options.onStatus(id, status);
  }
}
