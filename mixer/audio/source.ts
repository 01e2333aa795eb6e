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
import { createStanding } from "./loudest.js";
import { between, glide, panGain } from "./pan.js";
import { createPlanes, type Channels, type Planes } from "./planes.js";
import { AudioQueue } from "./queue.js";
import { Width, type Scene } from "./stage.js";
import { add, addWithRamp, type Ramp } from "./sum.js";
import { Suppressor } from "./suppressor.js";

/** 1 ms: takes the edge off, and leaves the onset of a word whole. */
const OPEN_RAMP = 48;
/** 5 ms: at once to the ear, without a click. */
const MUTE_RAMP = 240;

/** Where every source is read into, one after the other; nothing of it outlives the call. */
const mono = new Int16Array(TICK_SAMPLES);
const wide = new Int16Array(2 * TICK_SAMPLES);
const left = new Int16Array(TICK_SAMPLES);
const right = new Int16Array(TICK_SAMPLES);

/** Of what has two channels, each; and in `mono` their mean, to be measured. */
const split = (): void => {
  for (let i = 0; i < TICK_SAMPLES; i++) {
    const l = (left[i] = wide[2 * i]!);
    const r = (right[i] = wide[2 * i + 1]!);
    mono[i] = (l + r) >> 1;
  }
};

/** Brings both channels to their mean: so far apart as they were, 0 to 1, where the tick begins and where it ends. */
const approach = (from: number, to: number): void => {
  const step = (to - from) / TICK_SAMPLES;
  for (let i = 0; i < TICK_SAMPLES; i++) {
    const side = ((left[i]! - right[i]!) / 2) * (from + step * (i + 1));
    left[i] = Math.round(mono[i]! + side);
    right[i] = Math.round(mono[i]! - side);
  }
};

/**
 * One voice of a mix: its queue, its gates and what it added to the sum.
 *
 * - `added` is what went into the last total, after gain, place and fades; all zero unless `contributing`.
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
  /** Whether it may be in the sum, where only the loudest are. */
  chosen = false;
  /** Where it is to be heard, -1 (left) to 1. */
  place = 0;
  readonly standing = createStanding();
  readonly suppressor = new Suppressor();
  /** Whether the last tick's sum has something of it. */
  contributing = false;
  /** Whether the tick before had. */
  contributed = false;
  added: Planes;
  readonly #counters: AudioCounters;
  readonly #scene: Scene;
  readonly #agc = new Agc();
  readonly #ramp: Ramp = { from: 0, to: 0, length: TICK_SAMPLES };
  /** The gains that the last tick ended with, of each channel: 0 while gated or muted. */
  #applied: Float64Array;
  #queue: AudioQueue;
  /** It is no voice: in a stereo room both of its channels are kept, and no noise is taken out. */
  #music = false;
  /** Whether it is read as two channels; how far apart they are to be; and as how far apart the last tick ended. */
  #stereo = false;
  readonly #width = new Width(false);
  #apart = 0;
  #at = 0;
  /** Whether it was worth hearing in the last tick already. */
  #wasOpen = false;

  /** `scene`: of the mix that it is in, which may become another. */
  constructor(counters: AudioCounters, scene: Scene) {
    this.#counters = counters;
    this.#scene = scene;
    this.added = createPlanes(scene.channels);
    this.#applied = new Float64Array(scene.channels);
    this.#queue = new AudioQueue(counters);
  }

  get music(): boolean {
    return this.#music;
  }

  set music(music: boolean) {
    this.#music = music;
    if (music) this.suppressor.set(undefined);
  }

  write(
    block: Int16Array,
    sampleRate: number,
    channels: number,
    now: Micros,
  ): void {
    if (!this.muted) this.#queue.write(block, sampleRate, channels, now);
  }

  /** Samples of a channel at 48 kHz that wait to be read. */
  get held(): number {
    return this.#queue.held;
  }

  /** How much longer than on a quiet machine what comes waits to be read. */
  get lag(): Micros {
    return this.#queue.lag;
  }

  /** Reads a tick and adds it to `total` if it is worth it and `admit` lets it in, which is asked where it begins. */
  tick(total: Planes, now: Micros, admit?: () => boolean): void {
    this.contributed = this.contributing;
    this.#follow();
    const fades = this.#applied[0]! > 0 || this.#applied.at(-1)! > 0;
    const silent = this.muted && !fades ? true : !this.#read(now);
    const open = !this.muted && (this.played || this.level.open);
    if (open && !this.chosen && admit !== undefined && !this.#wasOpen)
      this.chosen = admit();
    const heard = open && (admit === undefined || this.chosen);
    const level = this.levelled ? this.gain * this.#agc.gain : this.gain;
    const gain = level * this.duck;
    if (!silent && this.level.peak > 0 && (fades || (heard && gain > 0)))
      this.#add(total, heard ? gain : 0);
    else {
      if (this.contributing) this.#addNothing();
      this.#rest(heard ? gain : 0);
    }
    this.#wasOpen = open;
    if (this.muted) this.#silence();
  }

  close(): void {
    this.suppressor.close();
  }

  /** False when there is nothing but silence. */
  #read(now: Micros): boolean {
    this.#counters.reads++;
    const something = this.#queue.read(this.#stereo ? wide : mono, now);
    if (!something && !this.suppressor.rings) {
      measureSilence(this.level);
      return false;
    }
    if (this.#stereo) this.#split();
    else this.suppressor.process(mono);
    measure(this.level, mono);
    if (this.levelled) this.#agc.process(mono, this.level);
    return true;
  }

  /** The mix, or what is to be kept of it there, may have become another. */
  #follow(): void {
    const { channels, width } = this.#scene;
    if (this.added.length !== channels) this.#spread(channels);
    const keeps = this.#music && channels === 2;
    if (this.#stereo) this.#width.turn(keeps);
    // Not before the suppressor has given back what it holds.
    if (keeps && !this.#stereo && !this.suppressor.rings) this.#widen();
    const merged = width === 0 || this.#width.isNarrow || !this.contributing;
    if (!keeps && this.#stereo && merged) this.#narrow();
  }

  /** Both channels begin as the one was, or the other way around: until now both were the same. */
  #spread(channels: Channels): void {
    this.added = createPlanes(channels);
    this.#applied = new Float64Array(channels).fill(this.#applied[0]!);
  }

  #widen(): void {
    this.suppressor.close();
    this.#width.reset(!this.contributing);
    this.#readAs(2);
  }

  #narrow(): void {
    this.#width.reset(false);
    this.#readAs(1);
  }

  #readAs(channels: Channels): void {
    const queue = new AudioQueue(this.#counters, channels);
    queue.continue(this.#queue);
    this.#queue = queue;
    this.#stereo = channels === 2;
    this.#apart = this.#width.value * this.#scene.width;
  }

  #split(): void {
    split();
    const from = this.#apart;
    this.#apart = this.#width.value * this.#scene.width;
    if (from < 1 || this.#apart < 1) approach(from, this.#apart);
  }

  /** The gain of a channel at the place where it is now. */
  #gainOf(gain: number, channel: number): number {
    const { channels, width } = this.#scene;
    if (channels === 1) return gain;
    const ofVoice = panGain(this.#at, channel, false);
    const ofMusic = this.#stereo ? panGain(this.#at, channel, true) : ofVoice;
    const there = between(ofVoice, ofMusic, this.#width.value);
    return gain * between(1, there, width);
  }

  #add(total: Planes, gain: number): void {
    this.#at = this.contributing ? glide(this.#at, this.place) : this.place;
    this.contributing = true;
    const began = this.#applied[0] === 0 && this.#applied.at(-1) === 0;
    for (let c = 0; c < total.length; c++) {
      const from = this.#applied[c]!;
      const to = this.#gainOf(gain, c);
      this.#applied[c] = to;
      const samples = !this.#stereo ? mono : c === 0 ? left : right;
      this.#addChannel(samples, c, total, from, to, began);
    }
  }

  // eslint-disable-next-line max-params
  #addChannel(
    samples: Int16Array,
    c: number,
    total: Planes,
    from: number,
    to: number,
    began: boolean,
  ): void {
    if (from === 1 && to === 1) return add(samples, this.added[c]!, total[c]!);
    const ramp = this.#ramp;
    ramp.from = from;
    ramp.to = to;
    ramp.length = TICK_SAMPLES;
    if (this.muted) ramp.length = MUTE_RAMP;
    else if (began && !this.#wasOpen) ramp.length = OPEN_RAMP;
    addWithRamp(samples, ramp, this.added[c]!, total[c]!);
  }

  #rest(gain: number): void {
    this.#at = this.place;
    for (let c = 0; c < this.#applied.length; c++)
      this.#applied[c] = this.#gainOf(gain, c);
  }

  /** What was said before it was muted is not to be heard after it. */
  #empty(): void {
    if (!this.suppressor.rings) return;
    mono.fill(0);
    this.suppressor.process(mono);
  }

  #addNothing(): void {
    this.contributing = false;
    for (const plane of this.added) plane.fill(0);
  }

  #silence(): void {
    this.#queue.clear();
    this.#empty();
    resetLevel(this.level);
  }
}
