/** Noise suppression that can be switched while somebody talks. */
import { TICK_SAMPLES } from "../media.js";

/** Takes noise out of one voice: 960 samples of 48 kHz at a time, in place, and 10 ms later than they came. */
export type Denoiser = {
  process(samples: Int16Array): void;
  close(): void;
};

/** -60 dBFS: below that there is nothing that anybody would hear. */
const AUDIBLE = 33;

const raw = new Int16Array(TICK_SAMPLES);

const isAudible = (samples: Int16Array): boolean => {
  for (let i = 0; i < samples.length; i++)
    if (samples[i]! > AUDIBLE || samples[i]! < -AUDIBLE) return true;
  return false;
};

/** `samples` goes from one of the two to the other over the tick. */
const fade = (from: Int16Array, to: Int16Array, samples: Int16Array): void => {
  for (let i = 0; i < TICK_SAMPLES; i++) {
    const far = i / TICK_SAMPLES;
    samples[i] = Math.round(from[i]! + (to[i]! - from[i]!) * far);
  }
};

const cleaned = new Int16Array(TICK_SAMPLES);

export class Suppressor {
  #denoiser: Denoiser | undefined;
  /** Switched on since the last tick, or off. */
  #changed: "on" | "off" | undefined;

  get isOn(): boolean {
    return this.#denoiser !== undefined && this.#changed !== "off";
  }

  /** `undefined` switches it off. Closes what was there. */
  set(denoiser: Denoiser | undefined): void {
    if (denoiser === undefined) {
      if (this.#denoiser !== undefined) this.#changed = "off";
      return;
    }
    this.#denoiser?.close();
    this.#denoiser = denoiser;
    this.#changed = "on";
  }

  /** One tick, in place; what is silent costs nothing. */
  process(samples: Int16Array): void {
    const denoiser = this.#denoiser;
    if (denoiser === undefined) return;
    const changed = this.#changed;
    if (changed === undefined) {
      if (isAudible(samples)) denoiser.process(samples);
      return;
    }
    raw.set(samples);
    denoiser.process(samples);
    cleaned.set(samples);
    if (changed === "on") fade(raw, cleaned, samples);
    else fade(cleaned, raw, samples);
    this.#changed = undefined;
    if (changed === "off") this.close();
  }

  close(): void {
    this.#denoiser?.close();
    this.#denoiser = undefined;
    this.#changed = undefined;
  }
}
