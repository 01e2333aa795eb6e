/** Noise suppression that can be switched while somebody talks. */
import { TICK_SAMPLES } from "../media.js";

/** Takes noise out of one voice: 960 samples of 48 kHz at a time, in place, and up to 20 ms later than they came. */
export type Denoiser = {
  process(samples: Int16Array): void;
  close(): void;
};

/** -60 dBFS: below that there is nothing that anybody would hear. */
const AUDIBLE = 33;
/** Ticks that a denoiser hears before it is heard, 200 ms: what it delays is there by then, and it has learnt the noise. */
const WARMING = 10;
/** Ticks of silence after which a denoiser has given back all that it was given. */
const TAIL = 5;

const raw = new Int16Array(TICK_SAMPLES);
const cleaned = new Int16Array(TICK_SAMPLES);

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

/**
 * One voice's suppression.
 *
 * - Switched on, the voice is heard as it is until the denoiser has warmed up; then one fades into the other over a tick.
 * - What is silent costs nothing, and in silence nothing needs to be faded.
 */
export class Suppressor {
  #denoiser: Denoiser | undefined;
  #leaves = false;
  /** Ticks that it has heard. */
  #heard = 0;
  /** Ticks of silence that it is still to be given. */
  #tail = 0;

  /** Whether there is something in it that is still to be heard: silence is to be given to it too. */
  get rings(): boolean {
    return this.#tail > 0;
  }

  /** `undefined` switches it off. It owns what it is given. */
  set(denoiser: Denoiser | undefined): void {
    this.#leaves = denoiser === undefined;
    // One that is there knows the voice already.
    if (this.#denoiser !== undefined) denoiser?.close();
    else if (denoiser !== undefined) {
      this.#denoiser = denoiser;
      this.#heard = this.#tail = 0;
    }
  }

  /** One tick, in place. */
  process(samples: Int16Array): void {
    const denoiser = this.#denoiser;
    if (denoiser === undefined) return;
    if (isAudible(samples)) this.#tail = TAIL;
    else if (this.#tail > 0) this.#tail--;
    else return this.#rest();
    raw.set(samples);
    denoiser.process(samples);
    if (this.#heard <= WARMING) this.#warm(samples);
    else if (this.#leaves) {
      cleaned.set(samples);
      fade(cleaned, raw, samples);
      this.close();
    }
  }

  close(): void {
    this.#denoiser?.close();
    this.#denoiser = undefined;
    this.#leaves = false;
    this.#tail = 0;
  }

  #warm(samples: Int16Array): void {
    if (this.#heard++ === WARMING) {
      cleaned.set(samples);
      fade(raw, cleaned, samples);
    } else samples.set(raw);
    if (this.#leaves && this.#heard <= WARMING) this.close();
  }

  #rest(): void {
    if (this.#leaves) this.close();
    else this.#heard = WARMING + 1;
  }
}
