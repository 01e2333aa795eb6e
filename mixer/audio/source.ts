import { TICK_SAMPLES, type Micros } from "../media.js";
import { Agc } from "./agc.js";
import type { AudioCounters } from "./counters.js";
import {
  createLevel,
  measure,
  measureSilence,
  resetLevel,
  type Level,
} from "./level.js";
import { AudioQueue } from "./queue.js";
import { add, addWithRamp, type Ramp } from "./sum.js";

/** 1 ms: takes the edge off, and leaves the onset of a word whole. */
const OPEN_RAMP = 48;
/** 5 ms: at once to the ear, without a click. */
const MUTE_RAMP = 240;

/** Where every source is read into, one after the other; nothing of it outlives the call. */
const samples = new Int16Array(TICK_SAMPLES);

/**
 * One voice of a mix: its queue, its gates and what it added to the sum.
 *
 * - `added` is what went into the last total, after gain and fades; all zero unless `contributing`.
 * - Muted, nothing is queued and nothing is left: unmuting begins afresh.
 */
export class AudioSource {
  readonly level: Level = createLevel();
  /** What it is to be multiplied with, 0 to 4. */
  gain = 1;
  /** Whether the voice is brought to the common loudness, before `gain`. */
  levelled = false;
  /** It is no voice but something that is played: never gated, however quiet. */
  played = false;
  /** What else it is multiplied with, 0 to 1: it is lowered while something is played. */
  duck = 1;
  muted = false;
  /** Whether the last tick's sum has something of it. */
  contributing = false;
  /** Whether the tick before had. */
  contributed = false;
  readonly added = new Int32Array(TICK_SAMPLES);
  readonly #agc = new Agc();
  readonly #queue: AudioQueue;
  readonly #ramp: Ramp = { from: 0, to: 0, length: TICK_SAMPLES };
  /** The gain that the last tick ended with: 0 while gated or muted. */
  #applied = 0;

  constructor(counters: AudioCounters) {
    this.#queue = new AudioQueue(counters);
  }

  write(
    block: Int16Array,
    sampleRate: number,
    channels: number,
    now: Micros,
  ): void {
    if (!this.muted) this.#queue.write(block, sampleRate, channels, now);
  }

  /** Reads a tick and adds it to `total` if it is worth it. */
  tick(total: Int32Array, now: Micros): void {
    this.contributed = this.contributing;
    const silent = this.muted && this.#applied === 0 ? true : !this.#read(now);
    const level = this.levelled ? this.gain * this.#agc.gain : this.gain;
    const open = this.played || this.level.open;
    const wanted = this.muted || !open ? 0 : level * this.duck;
    const from = this.#applied;
    this.#applied = wanted;
    const audible = !silent && this.level.peak > 0;
    if (audible && (from > 0 || wanted > 0)) this.#add(total, from, wanted);
    else if (this.contributing) this.#addNothing();
    if (this.muted) this.#silence();
  }

  /** False when there is nothing but silence. */
  #read(now: Micros): boolean {
    const something = this.#queue.read(samples, now);
    if (something) measure(this.level, samples);
    else measureSilence(this.level);
    if (something && this.levelled) this.#agc.process(samples, this.level);
    return something;
  }

  #add(total: Int32Array, from: number, to: number): void {
    this.contributing = true;
    if (from === 1 && to === 1) return add(samples, this.added, total);
    const ramp = this.#ramp;
    ramp.from = from;
    ramp.to = to;
    ramp.length = TICK_SAMPLES;
    if (this.muted) ramp.length = MUTE_RAMP;
    else if (from === 0) ramp.length = OPEN_RAMP;
    addWithRamp(samples, ramp, this.added, total);
  }

  #addNothing(): void {
    this.contributing = false;
    this.added.fill(0);
  }

  #silence(): void {
    this.#queue.clear();
    resetLevel(this.level);
  }
}
