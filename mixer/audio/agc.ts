/** Brings each voice slowly to the same loudness. */
import { TICK } from "../media.js";
import { SILENCE, type Level } from "./level.js";
import { Loudness } from "./loudness.js";

/** What a voice is brought to, LUFS: as loud as speech is in podcasts and in other conferences; leaves room for a laugh. */
const TARGET = -18;
/** No voice is changed by more: what is quieter still is not meant, and its noise would come up with it. dB. */
const MOST = 12;
/** 2 dB a second, slower than the ear takes for pumping. dB per tick. */
const STEP = (2 * TICK) / 1_000_000;
/** Nearer than this to what it should be the gain rests: nobody hears 1 dB, and a resting gain costs no ramp. dB. */
const REST = 1;
/** The levels of 20 ms of speech scatter by more than this around their mean; those of tones, hum and fans do not. dB. */
const SCATTER = 3;
/** How far the mean and the scatter look back: 1 s. */
const SHARE = TICK / 1_000_000;

/**
 * The automatic gain of one voice.
 *
 * - It moves only in ticks in which somebody talks in the manner of speech: never for noise, pauses, tones.
 * - Pure but for its state: feed it every tick in order.
 */
export class Agc {
  /** Linear, to be multiplied with; 1 until there was speech. */
  gain = 1;
  readonly #loudness = new Loudness();
  #decibels = 0;
  #moving = false;
  #talked = false;
  /** Of the levels while somebody talks: mean in dBFS, and variance around it. */
  #mean = SILENCE;
  #variance = 0;

  /** `samples`: 960 of the voice before any gain; `level`: as measured of them. */
  process(samples: Int16Array, level: Level): void {
    if (!level.talking) {
      this.#talked = false;
      return;
    }
    if (!this.#talked) this.#begin(level);
    if (level.rms > SILENCE) this.#follow(level.rms);
    this.#loudness.add(samples);
    if (this.#variance > SCATTER * SCATTER) this.#move();
  }

  #begin({ rms }: Level): void {
    this.#talked = true;
    this.#loudness.restart();
    this.#mean = rms;
    this.#variance = 0;
  }

  #follow(rms: number): void {
    const away = rms - this.#mean;
    this.#mean += away * SHARE;
    this.#variance += (away * away - this.#variance) * SHARE;
  }

  #move(): void {
    const { value } = this.#loudness;
    if (value === undefined) return;
    const wanted = Math.min(MOST, Math.max(-MOST, TARGET - value));
    const away = wanted - this.#decibels;
    // Once it moves it goes all the way, so that it does not linger at the edge of its rest.
    if (Math.abs(away) > REST) this.#moving = true;
    if (!this.#moving) return;
    if (Math.abs(away) <= STEP) this.#moving = false;
    this.#decibels += Math.max(-STEP, Math.min(STEP, away));
    this.gain = 10 ** (this.#decibels / 20);
  }
}
