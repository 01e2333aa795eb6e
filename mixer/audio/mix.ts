import { TICK_SAMPLES, type Micros } from "../media.js";
import { Balances } from "./balance.js";
import { createAudioCounters, type AudioCounters } from "./counters.js";
import { Ducking } from "./ducking.js";
import { SILENCE } from "./level.js";
import { Limiter } from "./limiter.js";
import { Owner } from "./owner.js";
import { AudioSource } from "./source.js";

/**
 * The sound of a room: many voices in, for each listener one sum without its own voice.
 *
 * Pure: driven by `write` and `tick`, with `now` from one monotonic clock. Knows sources and their owners by id and
 * nothing else. A source whose owner is another id (the sound of somebody's shared screen) makes nobody a talker.
 */
export type AudioMix = {
  /** Adds a source that its owner does not hear; throws a TypeError if the id is there. */
  add(id: string, owner?: string): void;
  /** Takes a source out, fading over 5 ms of the next tick. An unknown id is nothing. */
  remove(id: string): void;
  has(id: string): boolean;
  /** Linear gain, 0 to 4; reached in a straight line over the next tick. Throws for an unknown id or a bad gain. */
  setGain(id: string, gain: number): void;
  /** Whether the source is brought to the common loudness; not at first. Reached as a gain is. Throws for an unknown id. */
  setLevelled(id: string, levelled: boolean): void;
  /** It is no voice: never gated, and not lowered by `setDuck`. Throws for an unknown id. */
  setPlayed(id: string): void;
  /** At which linear gain, 0 to 1, all are heard that are not played; reached in a straight line over 200 ms. */
  setDuck(gain: number): void;
  /** From the next tick on, faded within 5 ms; while muted nothing is queued. Throws for an unknown id. */
  setMuted(id: string, muted: boolean): void;
  /** A block as it came from the peer: interleaved, any rate. Copied. An unknown id is nothing: blocks may come after the end. */
  write(
    id: string,
    samples: Int16Array,
    sampleRate: number,
    channels: number,
    now: Micros,
  ): void;
  /** One tick: reads all queues, updates levels, gates and talkers, sums. Call exactly once per 20 ms. */
  tick(now: Micros): void;
  /** Owners in the sum now or in the last 10 s: these need a mix of their own; everybody else hears the full mix. The same Set always. */
  readonly contributors: ReadonlySet<string>;
  /** Ids who talk now. The same Set always. */
  readonly talkers: ReadonlySet<string>;
  /** Whether the last tick (or a removal before it) changed `talkers`. */
  readonly talkersChanged: boolean;
  /** False while everything that comes out is silence. */
  readonly audible: boolean;
  /** The limited sum of everybody: 960 samples, valid until the next tick. Call it once in each tick while it is needed. */
  full(): Int16Array;
  /**
   * The limited sum of all but the owner's sources (of all, for an id that adds nothing), as `full`. Has a limiter of
   * its own until `forget` or the removal of the owner's last source.
   */
  minus(owner: string): Int16Array;
  forget(owner: string): void;
  /** The limited sum of all but these owners' sources, as `full`; it is `full` while there are none. For one set at a time. */
  without(owners: ReadonlySet<string>): Int16Array;
  /**
   * At which linear gain (0 to 4, 1 if not said) `listener` alone hears the sources of other owners; reached in a
   * straight line over the next tick. Throws for a bad gain, and then changes nothing. Kept until the listener's last
   * source is removed.
   */
  setBalances(listener: string, gains: Readonly<Record<string, number>>): void;
  /** Whether `minus` of this listener is another than everybody's also while it adds nothing. */
  isBalanced(listener: string): boolean;
  /** RMS of the last tick in dBFS, before gain; -127 for silence, muted and unknown. */
  level(id: string): number;
  readonly counters: Readonly<AudioCounters>;
};

/** One output: a limiter and the tick that it last heard, so that a pause is noticed and a second call costs nothing. */
type Output = { limiter: Limiter; tick: number };

type Owned = { source: AudioSource; owner: string };

const checkGain = (gain: number): void => {
  if (!(gain >= 0 && gain <= 4))
    throw new TypeError(`gain must be 0 to 4, got ${gain}`);
};

class Mix implements AudioMix {
  readonly counters = createAudioCounters();
  readonly contributors = new Set<string>();
  readonly talkers = new Set<string>();
  talkersChanged = false;
  audible = false;
  readonly #sources = new Map<string, Owned>();
  readonly #owners = new Map<string, Owner>();
  /** Removed since the last tick, to be faded out in the next. */
  #leaving: Owned[] = [];
  /** Faded out in the last tick. */
  #fading: Owned[] = [];
  #talkerLeft = false;
  #total = new Int32Array(TICK_SAMPLES);
  /** The total of the tick before. */
  #previous = new Int32Array(TICK_SAMPLES);
  #ticks = 0;
  #summed = false;
  readonly #full: Output = this.#createOutput();
  readonly #without: Output = this.#createOutput();
  readonly #minus = new Map<string, Output>();
  readonly #balances = new Map<string, Balances>();
  readonly #ducking = new Ducking();

  add(id: string, owner = id): void {
    if (this.#sources.has(id)) throw new TypeError(`Source ${id} is there`);
    const source = new AudioSource(this.counters);
    this.#sources.set(id, { source, owner });
    const existing = this.#owners.get(owner);
    if (existing !== undefined) return existing.add(source);
    const added = new Owner();
    added.add(source);
    this.#owners.set(owner, added);
  }

  remove(id: string): void {
    const owned = this.#sources.get(id);
    if (owned === undefined) return;
    this.#sources.delete(id);
    owned.source.muted = true;
    this.#leaving.push(owned);
    if (this.talkers.delete(id)) this.#talkerLeft = true;
    this.#forgetOwner(owned.owner);
  }

  has(id: string): boolean {
    return this.#sources.has(id);
  }

  setGain(id: string, gain: number): void {
    checkGain(gain);
    this.#source(id).gain = gain;
  }

  setLevelled(id: string, levelled: boolean): void {
    this.#source(id).levelled = levelled;
  }

  setPlayed(id: string): void {
    this.#source(id).played = true;
  }

  setDuck(gain: number): void {
    this.#ducking.set(gain);
  }

  setMuted(id: string, muted: boolean): void {
    this.#source(id).muted = muted;
  }

  // A block and its two formats are what the peer hands over 100 times a second: no object for them.
  // eslint-disable-next-line max-params
  write(
    id: string,
    samples: Int16Array,
    sampleRate: number,
    channels: number,
    now: Micros,
  ): void {
    this.#sources.get(id)?.source.write(samples, sampleRate, channels, now);
  }

  tick(now: Micros): void {
    this.#ticks++;
    const before = this.#previous;
    this.#previous = this.#total;
    this.#total = before;
    this.#total.fill(0);
    this.talkersChanged = this.#talkerLeft;
    this.#talkerLeft = false;
    let summed = false;
    this.#turnLeaving();
    const duck = this.#ducking.next();
    for (const [id, { source, owner }] of this.#sources) {
      source.duck = source.played ? 1 : duck;
      source.tick(this.#total, now);
      if (source.contributing) summed = true;
      if (id === owner) this.#updateTalkers(id, source);
    }
    for (const { source } of this.#fading) {
      source.tick(this.#total, now);
      if (source.contributing) summed = true;
    }
    this.#updateContributors();
    this.audible = summed || this.#summed;
    this.#summed = summed;
  }

  full(): Int16Array {
    return this.#limit(this.#full, this.#total, this.#previous);
  }

  minus(owner: string): Int16Array {
    let output = this.#minus.get(owner);
    if (output === undefined) {
      output = this.#createOutput();
      this.#minus.set(owner, output);
    }
    if (output.tick === this.#ticks) return output.limiter.output;
    const own = this.#owners.get(owner);
    const balances = this.#balances.get(owner);
    const other = own?.contributed === true || balances?.applied === true;
    const rest = own?.restOf(this.#total) ?? this.#total;
    const heard = balances?.apply(rest, this.#owners) ?? rest;
    return this.#limit(output, heard, other ? undefined : this.#previous);
  }

  without(owners: ReadonlySet<string>): Int16Array {
    if (owners.size === 0) return this.full();
    let rest: Int32Array = this.#total;
    for (const owner of owners)
      rest = this.#owners.get(owner)?.restOf(rest) ?? rest;
    // 5 ms of silence when it begins: what was before may have been theirs.
    return this.#limit(this.#without, rest, undefined);
  }

  setBalances(listener: string, gains: Readonly<Record<string, number>>): void {
    Object.values(gains).forEach(checkGain);
    let balances = this.#balances.get(listener);
    if (balances === undefined) {
      balances = new Balances();
      this.#balances.set(listener, balances);
    }
    balances.set(gains);
  }

  isBalanced(listener: string): boolean {
    return this.#balances.get(listener)?.active === true;
  }

  forget(owner: string): void {
    this.#minus.delete(owner);
  }

  level(id: string): number {
    return this.#sources.get(id)?.source.level.rms ?? SILENCE;
  }

  #source(id: string): AudioSource {
    const owned = this.#sources.get(id);
    if (owned === undefined) throw new TypeError(`No source ${id}`);
    return owned.source;
  }

  #createOutput(): Output {
    return { limiter: new Limiter(this.counters), tick: -1 };
  }

  /** A limiter that did not hear the tick before is given `past` first, so that what it delays begins without a hole. */
  #limit(
    output: Output,
    sum: Int32Array,
    past: Int32Array | undefined,
  ): Int16Array {
    const { limiter, tick } = output;
    if (tick === this.#ticks) return limiter.output;
    if (tick !== this.#ticks - 1) {
      limiter.reset();
      if (past !== undefined) limiter.process(past);
    }
    output.tick = this.#ticks;
    return limiter.process(sum);
  }

  #updateTalkers(id: string, source: AudioSource): void {
    const talking = source.level.talking && source.gain > 0;
    if (talking === this.talkers.has(id)) return;
    if (talking) this.talkers.add(id);
    else this.talkers.delete(id);
    this.talkersChanged = true;
  }

  #updateContributors(): void {
    for (const [id, owner] of this.#owners) {
      owner.tick();
      if (owner.isContributor) this.contributors.add(id);
      else this.contributors.delete(id);
    }
  }

  /** What faded out in the tick before is no longer in the sum, so nothing needs to be taken out of it any more. */
  #turnLeaving(): void {
    const faded = this.#fading;
    for (const { source, owner } of faded)
      this.#owners.get(owner)?.remove(source);
    faded.length = 0;
    this.#fading = this.#leaving;
    this.#leaving = faded;
  }

  /** Whose last source has gone is nobody's listener any more. */
  #forgetOwner(owner: string): void {
    for (const owned of this.#sources.values())
      if (owned.owner === owner) return;
    this.#owners.delete(owner);
    this.contributors.delete(owner);
    this.#balances.delete(owner);
    this.forget(owner);
  }
}

export const createAudioMix = (): AudioMix => new Mix();
