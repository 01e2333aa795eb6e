import { TICK, type Micros } from "../media.js";
import { createAudioCounters } from "./counters.js";
import { Ducking } from "./ducking.js";
import { Loudest } from "./loudest.js";
import type { Summed } from "./summed.js";
import { Owner } from "./owner.js";
import {
  clearPlanes,
  createPlanes,
  spreadPlanes,
  type Channels,
  type Planes,
} from "./planes.js";
import { AudioSource } from "./source.js";
import { Stage } from "./stage.js";

/** Music makes pauses; an encoder that changes at each of them would be heard. Ticks: 10 s. */
const MUSIC_HOLD = 10_000_000 / TICK;

type Owned = { id: string; source: AudioSource; owner: string };

/**
 * The sources of a mix and their sum, tick by tick.
 *
 * A source that is removed is faded out in the next tick and stays its owner's until the one after.
 */
export class Summing implements Summed {
  readonly stage: Stage;
  readonly counters = createAudioCounters();
  readonly contributors = new Set<string>();
  readonly talkers = new Set<string>();
  readonly speaking = new Set<string>();
  readonly owners = new Map<string, Owner>();
  readonly inSum: Owner[] = [];
  inSumChanges = 0;
  talkersChanged = false;
  audible = false;
  total: Planes;
  previous: Planes;
  ticks = 0;
  readonly #sources = new Map<string, Owned>();
  /** Those whose owner is their own id: the voices. */
  readonly #voices = new Set<AudioSource>();
  readonly #loudest = new Loudest();
  readonly #admit = (): boolean => this.#loudest.admit();
  /** Removed since the last tick, to be faded out in the next. */
  #leaving: Owned[] = [];
  /** Faded out in the last tick. */
  #fading: Owned[] = [];
  #talkerLeft = false;
  #summed = false;
  #musicFor = 0;
  readonly #ducking = new Ducking();

  constructor(channels: Channels) {
    this.stage = new Stage(channels);
    this.total = createPlanes(channels);
    this.previous = createPlanes(channels);
  }

  get channels(): Channels {
    return this.stage.channels;
  }

  get musical(): boolean {
    return this.#musicFor > 0;
  }

  add(id: string, owner: string): void {
    if (this.#sources.has(id)) throw new TypeError(`Source ${id} is there`);
    const source = new AudioSource(this.counters, this.stage);
    this.#sources.set(id, { id, source, owner });
    if (id === owner) this.#voices.add(source);
    let owned = this.owners.get(owner);
    if (owned === undefined) {
      owned = new Owner(owner);
      this.owners.set(owner, owned);
    }
    owned.add(source);
  }

  /** Its owner, if that was its last source. */
  remove(id: string): string | undefined {
    const owned = this.#sources.get(id);
    if (owned === undefined) return undefined;
    const { source, owner } = owned;
    this.#sources.delete(id);
    this.#voices.delete(source);
    source.muted = true;
    this.#leaving.push(owned);
    this.speaking.delete(id);
    if (this.talkers.delete(id)) this.#talkerLeft = true;
    for (const other of this.#sources.values())
      if (other.owner === owner) return undefined;
    this.owners.get(owner)!.left = true;
    this.contributors.delete(owner);
    return owner;
  }

  find(id: string): AudioSource | undefined {
    return this.#sources.get(id)?.source;
  }

  setLoudest(most: number): void {
    this.#loudest.most = most;
    // Whoever is heard now contends with the others from there.
    for (const voice of this.#voices) voice.chosen = voice.contributing;
  }

  setDuck(gain: number): void {
    this.#ducking.set(gain);
  }

  tick(now: Micros): void {
    this.ticks++;
    this.#turnStage();
    const before = this.previous;
    this.previous = this.total;
    this.total = before;
    clearPlanes(before);
    this.talkersChanged = this.#talkerLeft;
    this.#talkerLeft = false;
    this.#turnLeaving();
    if (this.#musicFor > 0) this.#musicFor--;
    const summed = this.#sum(now);
    this.#findContributors();
    this.audible = summed || this.#summed;
    this.#summed = summed;
  }

  #turnStage(): void {
    const { stage } = this;
    stage.tick();
    const { channels } = stage;
    if (this.total.length === channels) return;
    this.total = spreadPlanes(this.total, channels);
    this.previous = createPlanes(channels);
  }

  #sum(now: Micros): boolean {
    const { total } = this;
    const loudest = this.#loudest;
    const admit = loudest.most === 0 ? undefined : this.#admit;
    const duck = this.#ducking.next();
    let summed = false;
    loudest.begin(this.#voices);
    for (const { id, source, owner } of this.#sources.values()) {
      const isVoice = id === owner;
      source.duck = source.played ? 1 : duck;
      source.tick(total, now, isVoice ? admit : undefined);
      if (source.contributing) summed = true;
      if (source.contributing && source.music) this.#musicFor = MUSIC_HOLD;
      if (isVoice) this.#findTalk(id, source);
    }
    for (const { source } of this.#fading) {
      source.tick(total, now);
      if (source.contributing) summed = true;
    }
    loudest.end(this.#voices);
    return summed;
  }

  #findTalk(id: string, source: AudioSource): void {
    const { talking: talks, speaking } = source.level;
    if (speaking && source.gain > 0) this.speaking.add(id);
    else this.speaking.delete(id);
    const talking = talks && source.gain > 0;
    if (talking === this.talkers.has(id)) return;
    if (talking) this.talkers.add(id);
    else this.talkers.delete(id);
    this.talkersChanged = true;
  }

  #findContributors(): void {
    const { inSum } = this;
    const before = inSum.length;
    let count = 0;
    let changed = false;
    for (const owner of this.owners.values()) {
      owner.tick();
      if (owner.contributing) {
        if (inSum[count] !== owner) changed = true;
        inSum[count++] = owner;
      }
      if (owner.isContributor && !owner.left) this.contributors.add(owner.id);
      else this.contributors.delete(owner.id);
    }
    inSum.length = count;
    if (changed || count !== before) this.inSumChanges++;
  }

  /** What faded out in the tick before is no longer in the sum, so nothing needs to be taken out of it any more. */
  #turnLeaving(): void {
    const faded = this.#fading;
    for (const { source, owner } of faded) {
      const owned = this.owners.get(owner);
      owned?.remove(source);
      if (owned?.isEmpty) this.owners.delete(owner);
      source.close();
    }
    faded.length = 0;
    this.#fading = this.#leaving;
    this.#leaving = faded;
  }
}
