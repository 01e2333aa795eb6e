import type { MixRow } from "../contract-sound.js";
import type { Micros } from "../media.js";
import { takeExtremes, type AudioCounters, type Extremes } from "./counters.js";
import type { MixOutput } from "./output.js";
import { Outputs } from "./outputs.js";
import { copyPlanes, type Channels, type Planes } from "./planes.js";
import { checkGain } from "./rows.js";
import type { AudioSource } from "./source.js";
import { Summing } from "./summing.js";
import type { Denoiser } from "./suppressor.js";
import { SILENCE } from "./level.js";
import { scale, slope } from "./sum.js";

/**
 * The sound of a room: many voices in, for each listener one sum without its own voice.
 *
 * Pure: driven by `write` and `tick`, with `now` from one monotonic clock. Knows sources and their owners by id and
 * nothing else. A source whose owner is another id (the sound of somebody's shared screen) makes nobody a talker.
 */
export type AudioMix = {
  /** Of everything that comes out, as of the last tick. */
  readonly channels: Channels;
  /** How far apart two channels are, 0 to 1. */
  readonly width: number;
  /** One or two from the next tick on: of two both begin the same and come apart in 0.5 s; one is left when they have come together. */
  setChannels(channels: Channels): void;
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
  /** Where it is heard in a stereo mix, -1 (left) to 1; it glides there. Throws for an unknown id or a bad place. */
  setPlace(id: string, place: number): void;
  /** Whether it is music, of which a stereo mix keeps both channels and nothing is taken out. Throws for an unknown id. */
  setMusic(id: string, music: boolean): void;
  /** Takes noise out of a voice from now on, or no longer; closed when it is not needed any more. Throws for an unknown id. */
  setDenoiser(id: string, denoiser: Denoiser | undefined): void;
  /** Only so many voices are in the sum, the loudest; 0, as at first, is all. What belongs to another id is not counted. */
  setLoudest(most: number): void;
  /** A block as it came from the peer: interleaved, any rate. Copied. An unknown id is nothing: blocks may come after the end. */
  write(
    id: string,
    samples: Int16Array,
    sampleRate: number,
    channels: number,
    now: Micros,
  ): void;
  /** How much longer than on a quiet machine a voice waits for its tick: 0 to 35 ms, after underruns; of an unknown id 0. */
  lagOf(id: string): Micros;
  /** One tick: reads all queues, updates levels, gates and talkers, sums. Call exactly once per 20 ms. */
  tick(now: Micros): void;
  /** Owners in the sum now or in the last 10 s. The same Set always. */
  readonly contributors: ReadonlySet<string>;
  /** Ids who talk now. The same Set always. */
  readonly talkers: ReadonlySet<string>;
  /** Ids who sound like speech at this moment: sooner and more briefly than they are talkers. The same Set always. */
  readonly speaking: ReadonlySet<string>;
  /** Whether the last tick (or a removal before it) changed `talkers`. */
  readonly talkersChanged: boolean;
  /** False while everything that comes out is silence. */
  readonly audible: boolean;
  /** Whether there is music in the sum, or was in the last 10 s. */
  readonly musical: boolean;
  /**
   * What this listener hears, all but its own sources; without one, what those hear who are no participants, on the
   * channel that they chose. To be asked for in each tick: the same object as long as its encoder may go on, and the
   * same for all who hear the same. Changes of rows are ramps over a tick.
   */
  listen(owner?: string, channel?: string): MixOutput;
  /** The samples of `listen()`. */
  full(): Int16Array;
  /** The samples of `listen(owner)`. */
  minus(owner: string): Int16Array;
  /** How many different things are heard. */
  readonly outputs: number;
  /** How `listener` hears the others; back to everybody without one. Throws for a bad gain, and then changes nothing. */
  setRow(listener: string, row: MixRow | undefined): void;
  /** Hears nothing; all who are deaf hear the same. */
  setDeaf(listener: string, deaf: boolean): void;
  /** The same of those who are no participants; "" is what they hear unless their channel has a row. */
  setChannel(name: string, row: MixRow | undefined): void;
  /** These are not heard on this channel, whatever its row says; all others are. */
  leaveOut(channel: string, owners: Iterable<string>): void;
  /**
   * At which linear gain (0 to 4, 1 if not said) `listener` alone hears the sources of other owners, beside its row.
   * Throws for a bad gain, and then changes nothing. Kept, as its row, until the listener's last source is removed.
   */
  setBalances(listener: string, gains: Readonly<Record<string, number>>): void;
  /** RMS of the last tick in dBFS, before gain; -127 for silence, muted and unknown. */
  level(id: string): number;
  /** Samples of this source, at 48 kHz, that wait to be read by the next ticks. */
  held(id: string): number;
  /** Adds to `sum` what the owner's sources put into the last one: its voice alone, in mono. */
  alone(owner: string, sum: Float64Array): void;
  /** Everybody who has a source, and `played` where something is played to all. */
  readonly owners: Iterable<string>;
  /**
   * What whoever listens on a channel hears of one owner, before the limiter, and in place of what was there; false, and
   * nothing, for silence.
   */
  own(owner: string, into: Planes, channel: string): boolean;
  readonly counters: Readonly<AudioCounters>;
  /** Peak and lowest gain of a limiter, since they were last taken. */
  takeExtremes(): Extremes;
};

class Mix implements AudioMix {
  readonly #summing: Summing;
  readonly #outputs: Outputs;

  constructor(channels: Channels) {
    this.#summing = new Summing(channels);
    this.#outputs = new Outputs(this.#summing);
  }

  get channels(): Channels {
    return this.#summing.channels;
  }

  get width(): number {
    return this.#summing.stage.width;
  }

  setChannels(channels: Channels): void {
    this.#summing.stage.wanted = channels;
  }

  get counters(): AudioCounters {
    return this.#summing.counters;
  }

  takeExtremes(): Extremes {
    return takeExtremes(this.#summing.counters);
  }

  get contributors(): ReadonlySet<string> {
    return this.#summing.contributors;
  }

  get talkers(): ReadonlySet<string> {
    return this.#summing.talkers;
  }

  get speaking(): ReadonlySet<string> {
    return this.#summing.speaking;
  }

  get talkersChanged(): boolean {
    return this.#summing.talkersChanged;
  }

  get audible(): boolean {
    return this.#summing.audible;
  }

  get musical(): boolean {
    return this.#summing.musical;
  }

  get outputs(): number {
    return this.#outputs.size;
  }

  add(id: string, owner = id): void {
    this.#summing.add(id, owner);
  }

  remove(id: string): void {
    const gone = this.#summing.remove(id);
    if (gone !== undefined) this.#outputs.forget(gone);
  }

  has(id: string): boolean {
    return this.#summing.find(id) !== undefined;
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
    this.#summing.setDuck(gain);
  }

  setMuted(id: string, muted: boolean): void {
    this.#source(id).muted = muted;
  }

  setPlace(id: string, place: number): void {
    if (!(place >= -1 && place <= 1))
      throw new TypeError(`place must be -1 to 1, got ${place}`);
    this.#source(id).place = place;
  }

  setMusic(id: string, music: boolean): void {
    this.#source(id).music = music;
  }

  setDenoiser(id: string, denoiser: Denoiser | undefined): void {
    this.#source(id).suppressor.set(denoiser);
  }

  setLoudest(most: number): void {
    if (!(Number.isInteger(most) && most >= 0))
      throw new TypeError(`most must be a whole number, got ${most}`);
    this.#summing.setLoudest(most);
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
    this.#summing.find(id)?.write(samples, sampleRate, channels, now);
  }

  lagOf(id: string): Micros {
    return this.#summing.find(id)?.lag ?? 0;
  }

  tick(now: Micros): void {
    this.#summing.tick(now);
    this.#outputs.turn();
  }

  listen(owner?: string, channel?: string): MixOutput {
    return this.#outputs.listen(owner, channel);
  }

  full(): Int16Array {
    return this.listen().samples;
  }

  minus(owner: string): Int16Array {
    return this.listen(owner).samples;
  }

  setRow(listener: string, row: MixRow | undefined): void {
    this.#outputs.setRow(listener, row);
  }

  setDeaf(listener: string, deaf: boolean): void {
    this.#outputs.setDeaf(listener, deaf);
  }

  setChannel(name: string, row: MixRow | undefined): void {
    this.#outputs.setChannel(name, row);
  }

  leaveOut(channel: string, owners: Iterable<string>): void {
    this.#outputs.leaveOut(channel, owners);
  }

  setBalances(listener: string, gains: Readonly<Record<string, number>>): void {
    this.#outputs.setBalance(listener, gains);
  }

  level(id: string): number {
    return this.#summing.find(id)?.level.rms ?? SILENCE;
  }

  held(id: string): number {
    return this.#summing.find(id)?.held ?? 0;
  }

  alone(owner: string, sum: Float64Array): void {
    this.#summing.owners.get(owner)?.addMono(sum);
  }

  get owners(): Iterable<string> {
    return this.#summing.owners.keys();
  }

  own(id: string, into: Planes, channel: string): boolean {
    const owner = this.#summing.owners.get(id);
    if (owner?.contributing !== true) return false;
    const { sum } = this.#outputs.listen(undefined, channel).heard;
    const [from, to] = [sum.before(id), sum.after(id)];
    if (from === 0 && to === 0) return false;
    if (from === 1 && to === 1) copyPlanes(owner.added, into);
    else scale(owner.added, into, from, slope(from, to));
    return true;
  }

  #source(id: string): AudioSource {
    const source = this.#summing.find(id);
    if (source === undefined) throw new TypeError(`No source ${id}`);
    return source;
  }
}

export const createAudioMix = (channels: Channels = 1): AudioMix =>
  new Mix(channels);
