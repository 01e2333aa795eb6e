/** How each participant's voice goes into a room's mix. */
import { createDenoiser } from "../audio/rnnoise.js";
import type { Denoiser } from "../audio/suppressor.js";
import type { ParticipantId, ParticipantMedia } from "../contract.js";
import { sourceIdOf } from "../video/layouts/index.js";
import type { Places } from "./places.js";
import type { Sound } from "./sound.js";

export type TuningOptions = {
  sound: Sound;
  places: Places;
  onError: (error: unknown) => void;
  /** Tests have others. */
  createDenoiser?: () => Promise<Denoiser>;
};

/** Who wants noise taken out, from when it is asked for until it is taken back. */
export class Tuning {
  readonly #options: TuningOptions;
  readonly #denoised = new Set<ParticipantId>();

  constructor(options: TuningOptions) {
    this.#options = options;
  }

  /** Levels of the voice, and of what the screen plays: muted is only the microphone. */
  tune(media: ParticipantMedia, shares: boolean): void {
    const { id, muted, gain, agc, balance, deaf, held, music } = media;
    const { sound, places } = this.#options;
    const { mix } = sound;
    sound.setDeaf(id, deaf || held);
    sound.setRecorded(id, media.recorded !== false);
    mix.setMuted(id, muted || held);
    mix.setGain(id, gain);
    mix.setLevelled(id, agc && !music);
    mix.setMusic(id, music);
    mix.setBalances(id, balance);
    places.set(id, media);
    this.#denoise(id, media.denoise && !music);
    if (!shares) return;
    const share = sourceIdOf(id, "share");
    mix.setGain(share, gain);
    // A film is not talk; in a mono room it is heard as ever.
    mix.setMusic(share, sound.channels === 2);
  }

  forget(id: ParticipantId): void {
    this.#denoised.delete(id);
    this.#options.places.forget(id);
  }

  #denoise(id: ParticipantId, wanted: boolean): void {
    if (wanted === this.#denoised.has(id)) return;
    if (wanted) {
      this.#denoised.add(id);
      void this.#start(id);
      return;
    }
    this.#denoised.delete(id);
    this.#options.sound.mix.setDenoiser(id, undefined);
  }

  /** The voice is heard with its noise until the network has been loaded. */
  async #start(id: ParticipantId): Promise<void> {
    const { sound, onError, createDenoiser: create } = this.#options;
    try {
      const denoiser = await (create ?? createDenoiser)();
      if (this.#denoised.has(id) && sound.mix.has(id))
        sound.mix.setDenoiser(id, denoiser);
      else denoiser.close();
    } catch (error) {
      this.#denoised.delete(id);
      onError(error);
    }
  }
}
