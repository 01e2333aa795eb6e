/** Makes up sound for packets that did not come: the last pitch period again and again, dying away. Pure. */

/** What is looked back at: two periods of the deepest voice. Seconds. */
const HISTORY = 0.04;
/** Pitch of voices: 400 to 66 Hz. Seconds. */
const SHORTEST = 0.0025;
const LONGEST = 0.015;
/** Compared to find it. */
const COMPARED = 0.01;
/** The pitch is looked for at about this rate: finer is not heard. */
const SEARCH_RATE = 8000;
/** For so long the sound goes on as loud as it was, and then is gone: longer repetitions sound like a machine. Seconds. */
const STEADY = 0.01;
const GONE = 0.06;
/** Real sound takes over from what was made up within this time. */
const FADE = 0.005;

/**
 * Concealment of one stream: interleaved samples of `channels` at `rate`.
 *
 * - `heard` is given every real block before it is used, and smooths its beginning in place after a made-up one.
 * - `make` answers with so many frames, valid until the next call; after 60 ms they are silence.
 */
export class Concealer {
  readonly #rate: number;
  readonly #channels: number;
  /** The last real frames, the newest at the end. */
  readonly #history: Int16Array;
  readonly #frames: number;
  /** One period, whose end leads back to its beginning. */
  readonly #period: Int16Array;
  #lag = 0;
  /** Frames made up since the last real one; 0 = none. */
  #made = 0;
  #output = new Int16Array(0);

  constructor(rate: number, channels: number) {
    this.#rate = rate;
    this.#channels = channels;
    this.#frames = Math.round(HISTORY * rate);
    this.#history = new Int16Array(this.#frames * channels);
    this.#period = new Int16Array(Math.round(LONGEST * rate) * channels);
  }

  /** Whether what `make` gives is silence by now. */
  get exhausted(): boolean {
    return this.#made >= GONE * this.#rate;
  }

  heard(block: Int16Array): void {
    if (this.#made > 0) this.#takeOver(block);
    this.#made = 0;
    const history = this.#history;
    const { length } = block;
    if (length >= history.length)
      history.set(block.subarray(length - history.length));
    else {
      history.copyWithin(0, length);
      history.set(block, history.length - length);
    }
  }

  make(frames: number): Int16Array {
    const channels = this.#channels;
    if (this.#made === 0) this.#findPeriod();
    if (this.#output.length < frames * channels)
      this.#output = new Int16Array(frames * channels);
    const output = this.#output.subarray(0, frames * channels);
    for (let frame = 0; frame < frames; frame++, this.#made++)
      for (let channel = 0; channel < channels; channel++)
        output[frame * channels + channel] = this.#next(channel);
    return output;
  }

  /** What is made up at the present place. */
  #next(channel: number): number {
    const seconds = this.#made / this.#rate;
    const gain = Math.min(1, Math.max(0, (GONE - seconds) / (GONE - STEADY)));
    const place = (this.#made % this.#lag) * this.#channels + channel;
    return Math.round(gain * this.#period[place]!);
  }

  #takeOver(block: Int16Array): void {
    const channels = this.#channels;
    const frames = Math.min(
      Math.round(FADE * this.#rate),
      Math.floor(block.length / channels),
    );
    for (let frame = 0; frame < frames; frame++, this.#made++)
      for (let channel = 0; channel < channels; channel++) {
        const at = frame * channels + channel;
        const old = this.#next(channel);
        block[at] = Math.round(old + ((block[at]! - old) * frame) / frames);
      }
  }

  #findPeriod(): void {
    const step = Math.max(1, Math.round(this.#rate / SEARCH_RATE));
    const longest = Math.round(LONGEST * this.#rate);
    let best = -Infinity;
    for (
      let lag = Math.round(SHORTEST * this.#rate);
      lag <= longest;
      lag += step
    ) {
      const likeness = this.#likeness(lag, step);
      if (likeness <= best) continue;
      best = likeness;
      this.#lag = lag;
    }
    if (step > 1) this.#refine(step, longest);
    this.#cutPeriod();
  }

  /** The best one lies within a step of the one that was found. */
  #refine(step: number, longest: number): void {
    const about = this.#lag;
    let best = -Infinity;
    const last = Math.min(longest, about + step);
    for (let lag = about - step + 1; lag < last; lag++) {
      const likeness = this.#likeness(lag, 1);
      if (likeness <= best) continue;
      best = likeness;
      this.#lag = lag;
    }
  }

  /** How like the newest 10 ms are to those `lag` frames before, 1 at most; of the first channel. */
  #likeness(lag: number, step: number): number {
    const history = this.#history;
    const channels = this.#channels;
    const from = this.#frames - Math.round(COMPARED * this.#rate);
    let product = 0;
    let energy = 1;
    for (let frame = from; frame < this.#frames; frame += step) {
      const before = history[(frame - lag) * channels]!;
      product += history[frame * channels]! * before;
      energy += before * before;
    }
    return product / Math.sqrt(energy);
  }

  /** The last quarter goes over into what came before the period, so that repeating makes no step. */
  #cutPeriod(): void {
    const lag = this.#lag;
    const channels = this.#channels;
    const history = this.#history;
    const start = this.#frames - lag;
    const quarter = lag >> 2;
    for (let frame = 0; frame < lag; frame++) {
      const share = Math.max(0, frame - (lag - quarter)) / quarter;
      for (let channel = 0; channel < channels; channel++) {
        const newer = history[(start + frame) * channels + channel]!;
        const older = history[(start - lag + frame) * channels + channel]!;
        this.#period[frame * channels + channel] = Math.round(
          newer + (older - newer) * share,
        );
      }
    }
  }
}
