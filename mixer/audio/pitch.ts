import { TICK_SAMPLES } from "../media.js";
import { Strikes } from "./strikes.js";

/** 48 kHz to 4 kHz: all that makes a voice a voice lies below 2 kHz. */
const DECIMATION = 12;
const HALF = DECIMATION / 2;
const LENGTH = TICK_SAMPLES / DECIMATION;
/** 2.5 ms, in samples of 4 kHz. */
const WINDOW = 10;
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
  /** The sum of the half step before. */
  #before = 0;
  /** What the tick that was taken last has of blows, in the same band. */
  readonly strikes = new Strikes();

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
    this.#last = this.#before = 0;
    this.strikes.reset();
  }

  /** A tick that is not asked about; the next may be. */
  take(samples: Int16Array): void {
    const signal = this.#signal;
    signal.copyWithin(0, LENGTH);
    this.strikes.begin();
    for (let at = 0; at < LENGTH; at += WINDOW)
      this.strikes.take(this.#decimate(samples, at));
  }

  /** A window, to 4 kHz; answers its energy. */
  #decimate(samples: Int16Array, from: number): number {
    let energy = 0;
    for (let at = from; at < from + WINDOW; at++) {
      const start = at * DECIMATION;
      let early = 0;
      let late = 0;
      for (let i = start; i < start + HALF; i++) {
        early += samples[i]!;
        late += samples[i + HALF]!;
      }
      // Overlapping, so that less of what lies above 2 kHz comes down as noise.
      const sum = this.#before + 2 * early + late;
      this.#before = late;
      this.#signal[LENGTH + at] = sum - PRE_EMPHASIS * this.#last;
      this.#last = sum;
      energy += sum * sum;
    }
    return energy;
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
