import { TICK_SAMPLES } from "../media.js";

/** 48 kHz to 4 kHz: all that makes a voice a voice lies below 2 kHz. */
const DECIMATION = 12;
const LENGTH = TICK_SAMPLES / DECIMATION;
/** Periods of voices, in samples of 4 kHz: 400 Hz to 60 Hz. */
const SHORTEST = 10;
const LONGEST = 66;
/** Takes out hum and rumble, which are periodic too. */
const PRE_EMPHASIS = 0.9;

/**
 * Tells voices from noise: vowels repeat themselves 60 to 400 times a second; breath, coughs, keys, paper and fans do
 * not. 3 µs a tick.
 */
export class Pitch {
  /** The tick before and this one, at 4 kHz. */
  readonly #signal = new Float64Array(2 * LENGTH);
  /** Of all before each sample of it. */
  readonly #energies = new Float64Array(2 * LENGTH + 1);
  #last = 0;

  /** How much like itself a period ago the tick is, 0 (noise) to 1 (a steady vowel). */
  strength(samples: Int16Array): number {
    this.take(samples);
    this.#weigh();
    let best = 0;
    let before = this.#likeness(SHORTEST - 1);
    let here = this.#likeness(SHORTEST);
    for (let lag = SHORTEST; lag <= LONGEST; lag++) {
      const after = this.#likeness(lag + 1);
      // Only peaks: what is slower than any voice is like itself at every short lag.
      if (here > best && here >= before && here >= after) best = here;
      before = here;
      here = after;
    }
    return best;
  }

  /** A tick of nothing, or one too faint to matter. */
  reset(): void {
    this.#signal.fill(0);
    this.#last = 0;
  }

  /** A tick that is not asked about; the next may be. */
  take(samples: Int16Array): void {
    const signal = this.#signal;
    signal.copyWithin(0, LENGTH);
    let last = this.#last;
    for (let at = 0; at < LENGTH; at++) {
      let sum = 0;
      const end = (at + 1) * DECIMATION;
      for (let i = at * DECIMATION; i < end; i++) sum += samples[i]!;
      signal[LENGTH + at] = sum - PRE_EMPHASIS * last;
      last = sum;
    }
    this.#last = last;
  }

  /** Sums the squares up once, so that each lag has its share by one subtraction. */
  #weigh(): void {
    const signal = this.#signal;
    const energies = this.#energies;
    let energy = 0;
    for (let at = 0; at < 2 * LENGTH; at++) {
      energy += signal[at]! * signal[at]!;
      energies[at + 1] = energy;
    }
  }

  #likeness(lag: number): number {
    const signal = this.#signal;
    const energies = this.#energies;
    let product = 0;
    for (let at = LENGTH; at < 2 * LENGTH; at++)
      product += signal[at]! * signal[at - lag]!;
    const energy = energies[2 * LENGTH]! - energies[LENGTH]!;
    const past = energies[2 * LENGTH - lag]! - energies[LENGTH - lag]!;
    const both = energy * past;
    return product <= 0 || both <= 0 ? 0 : product / Math.sqrt(both);
  }
}
