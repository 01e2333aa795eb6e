import { MIX_RATE, TICK_SAMPLES, type Micros } from "../media.js";
import type { AudioCounters } from "./counters.js";
import { convert } from "./fit.js";
import type { Channels } from "./planes.js";
import { createResampler, type Resampler } from "./resample.js";

const fromMillis = (millis: number): number => (MIX_RATE / 1000) * millis;

/** A power of two above everything that is ever held or looked back at: 341 ms. In groups of channels, as all lengths here. */
const CAPACITY = 16_384;

/** Nothing older than this is ever played: later than that, people talk over each other. 120 ms. */
const MAX_HELD = fromMillis(120);

/**
 * Samples kept beyond the tick that is read. Blocks of 10 ms come within a millisecond of their time on a quiet machine,
 * so half a block is enough there; on a busy one underruns raise it. Against a whole block: 26 ms less from mouth to ear.
 */
const MIN_TARGET = fromMillis(5);
const MAX_TARGET = fromMillis(40);
/** How much an underrun raises the target, and a quiet spell lowers it. */
const TARGET_STEP = fromMillis(5);
/** Reads without an underrun after which the target comes down a step: 10 s. */
const CALM_READS = 500;

/** Reads over which the smallest fill is looked at: 1 s sees the jitter of a busy event loop. */
const TRIM_WINDOW = 50;
/** Held needlessly by less than this is left alone: each trim costs a cross-fade. 3 ms. */
const TRIM_SLACK = fromMillis(3);
/** Held beyond the target by more than this is a burst after a stall, and is dropped at once. 60 ms. */
const BURST = fromMillis(60);
/**
 * But for so much: where the reader stalled as well, it reads late, and the next time on its beat again, for which less
 * than a tick has come by then. What of it was not needed is trimmed a second later.
 */
const BURST_LEAVES = TICK_SAMPLES;

/** Length of cross-fades and fades: 5 ms, too short to be heard as a gap, long enough not to click. */
const FADE = fromMillis(5);

/** A source that gave nothing for this long has stopped, and what is left of it is stale: 120 ms. */
const STALE_AFTER: Micros = 120_000;
/** Silence counts as missing for this long after the last block; then the source is idle, not late. */
const IDLE_AFTER: Micros = 1_000_000;

/**
 * What one participant said and the mix has not read yet.
 *
 * - Holds at most 120 ms; what is over is dropped from the old end and counted as `trimmed`.
 * - Keeps as little as the arrival jitter allows, and cross-fades whenever it leaves something out.
 * - Never waits: what has not arrived is silence, faded out and in, and counted as `missing`.
 */
export class AudioQueue {
  readonly #counters: AudioCounters;
  readonly #channels: Channels;
  /** Interleaved. */
  readonly #ring: Int16Array;
  readonly #mask: number;
  /** What would have been heard had nothing been left out; faded out while the rest fades in. */
  readonly #skipped: Int16Array;
  readonly #resampler: Resampler;
  /** Where in the ring the oldest group is, and how many there are. */
  #head = 0;
  #held = 0;
  /** Channels of the last block; 0 before the first. */
  #written = 0;
  #state: "idle" | "playing" | "starved" = "idle";
  #crossFade = false;
  #target = MIN_TARGET;
  #lowest = Number.POSITIVE_INFINITY;
  #windowReads = 0;
  #calmReads = 0;
  #lastWrite: Micros = Number.NEGATIVE_INFINITY;

  constructor(counters: AudioCounters, channels: Channels = 1) {
    this.#counters = counters;
    this.#channels = channels;
    this.#ring = new Int16Array(CAPACITY * channels);
    this.#mask = this.#ring.length - 1;
    this.#skipped = new Int16Array(FADE * channels);
    this.#resampler = createResampler(channels);
  }

  /** Samples of each channel held now, at 48 kHz. */
  get held(): number {
    return this.#held;
  }

  /** Samples that it means to keep beyond a read. */
  get target(): number {
    return this.#target;
  }

  /** How much longer than at first what comes waits to be read; 0 to 35 ms. */
  get lag(): Micros {
    return ((this.#target - MIN_TARGET) * 1_000_000) / MIX_RATE;
  }

  /** A block as it came: interleaved samples of any rate. Copied. */
  write(
    samples: Int16Array,
    sampleRate: number,
    channels: number,
    now: Micros,
  ): void {
    if (this.#state !== "playing" && now - this.#lastWrite > STALE_AFTER)
      this.#skipTo(0);
    this.#lastWrite = now;
    const fitted = this.#resampler.resample(samples, sampleRate, channels);
    this.#append(fitted);
    if (channels !== this.#written) this.#join(fitted.length, channels);
    this.#skipTo(MAX_HELD);
  }

  /** Fills `into` (960 samples of each channel, interleaved) with the next tick. False when that is all silence for want of data. */
  read(into: Int16Array, now: Micros): boolean {
    if (this.#state === "playing") {
      if (this.#held < TICK_SAMPLES) this.#starve(into);
      else this.#play(into);
      return true;
    }
    if (this.#held >= TICK_SAMPLES + this.#target) {
      this.#start(into);
      return true;
    }
    into.fill(0);
    if (now - this.#lastWrite > IDLE_AFTER) this.#state = "idle";
    if (this.#state === "starved") this.#counters.missing += TICK_SAMPLES;
    return false;
  }

  /** Goes on where `other` is, which may be of other channels: with what it holds and all that it has learnt. */
  continue(other: AudioQueue): void {
    // What was read last is looked back at.
    const count = FADE + other.#held;
    const kept = new Int16Array(count * other.#channels);
    other.#copy(kept, count, other.#head - FADE);
    const into = this.#ring.subarray(0, count * this.#channels);
    convert(kept, into, this.#channels);
    this.#head = FADE;
    this.#held = other.#held;
    this.#written = other.#written;
    convert(other.#skipped, this.#skipped, this.#channels);
    this.#state = other.#state;
    this.#crossFade = other.#crossFade;
    this.#target = other.#target;
    this.#lowest = other.#lowest;
    this.#windowReads = other.#windowReads;
    this.#calmReads = other.#calmReads;
    this.#lastWrite = other.#lastWrite;
  }

  /** Forgets what is held, without a fade: for a source that is not heard any more. */
  clear(): void {
    this.#drop(this.#held);
    this.#state = "idle";
    this.#crossFade = false;
  }

  #append(samples: Int16Array): void {
    const ring = this.#ring;
    const mask = this.#mask;
    const tail = ((this.#head + this.#held) * this.#channels) & mask;
    const { length } = samples;
    if (tail + length <= ring.length) ring.set(samples, tail);
    else for (let i = 0; i < length; i++) ring[(tail + i) & mask] = samples[i]!;
    this.#held += Math.floor(length / this.#channels);
  }

  /**
   * A decoder that goes over to other channels begins from nothing: what was there goes on mirrored in time, and fades
   * into the `length` samples that were appended.
   */
  #join(length: number, written: number): void {
    const isFirst = this.#written === 0;
    this.#written = written;
    if (isFirst) return;
    const ring = this.#ring;
    const mask = this.#mask;
    const channels = this.#channels;
    const start = (this.#head + this.#held) * channels - length;
    const end = Math.min(length, FADE * channels);
    for (let i = 0; i < end; i++) {
      const group = Math.floor(i / channels);
      const mirrored = start + i - (2 * group + 1) * channels;
      const old = ring[mirrored & mask]!;
      const at = (start + i) & mask;
      ring[at] = Math.round(old + ((ring[at]! - old) * group) / FADE);
    }
  }

  #drop(count: number): void {
    this.#head = (this.#head + count) % CAPACITY;
    this.#held -= count;
  }

  /** Leaves the oldest out, down to `keep`; what is read next is cross-faded. */
  #skipTo(keep: number): void {
    const extra = this.#held - keep;
    if (extra <= 0) return;
    if (this.#state === "playing" && !this.#crossFade) {
      this.#copy(this.#skipped, FADE);
      this.#crossFade = true;
    }
    this.#drop(extra);
    this.#counters.trimmed += extra;
  }

  #copy(into: Int16Array, count: number, from = this.#head): void {
    const ring = this.#ring;
    const mask = this.#mask;
    const head = from * this.#channels;
    const { length } = into;
    const end = Math.min(length, count * this.#channels);
    for (let i = 0; i < end; i++) into[i] = ring[(head + i) & mask]!;
  }

  #take(into: Int16Array, count: number): void {
    this.#copy(into, count);
    this.#drop(count);
    if (!this.#crossFade) return;
    this.#crossFade = false;
    const channels = this.#channels;
    for (let i = 0; i < FADE * channels; i++) {
      const old = this.#skipped[i]!;
      const far = Math.floor(i / channels) / FADE;
      into[i] = Math.round(old + (into[i]! - old) * far);
    }
  }

  /** Begins after silence: nothing older than needed, faded in. */
  #start(into: Int16Array): void {
    this.#skipTo(TICK_SAMPLES + this.#target);
    this.#take(into, TICK_SAMPLES);
    const channels = this.#channels;
    for (let i = 0; i < FADE * channels; i++)
      into[i] = Math.round((into[i]! * Math.floor(i / channels)) / FADE);
    this.#state = "playing";
    this.#restartWindow();
  }

  #play(into: Int16Array): void {
    this.#take(into, TICK_SAMPLES);
    this.#adapt();
  }

  /**
   * Plays what is there and lets it die away. Where less is there than a fade takes, the last samples go on mirrored
   * in time: that joins without a step whatever the signal was.
   */
  #starve(into: Int16Array): void {
    const count = this.#held;
    this.#take(into, count);
    const end = Math.max(count, FADE);
    this.#mirror(into, count, end);
    const channels = this.#channels;
    for (let i = (end - FADE) * channels; i < end * channels; i++) {
      const left = end - 1 - Math.floor(i / channels);
      into[i] = Math.round((into[i]! * left) / FADE);
    }
    into.fill(0, end * channels);
    this.#counters.missing += TICK_SAMPLES - count;
    this.#state = "starved";
    this.#calmReads = 0;
    this.#target = Math.min(MAX_TARGET, this.#target + TARGET_STEP);
  }

  #mirror(into: Int16Array, from: number, to: number): void {
    const channels = this.#channels;
    const last = this.#head - 1;
    for (let i = from; i < to; i++)
      for (let c = 0; c < channels; c++)
        into[i * channels + c] =
          this.#ring[((last - (i - from)) * channels + c) & this.#mask]!;
  }

  /** Brings the queue back to its target where the last second showed that less would have done. */
  #adapt(): void {
    if (this.#held > this.#target + BURST) {
      this.#skipTo(this.#target + BURST_LEAVES);
      this.#restartWindow();
    }
    this.#lowest = Math.min(this.#lowest, this.#held);
    if (++this.#windowReads >= TRIM_WINDOW) {
      const needless = this.#lowest - this.#target;
      if (needless > TRIM_SLACK) this.#skipTo(this.#held - needless);
      this.#restartWindow();
    }
    if (++this.#calmReads >= CALM_READS) {
      this.#target = Math.max(MIN_TARGET, this.#target - TARGET_STEP);
      this.#calmReads = 0;
    }
  }

  #restartWindow(): void {
    this.#lowest = Number.POSITIVE_INFINITY;
    this.#windowReads = 0;
  }
}
