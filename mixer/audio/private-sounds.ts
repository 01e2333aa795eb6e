/** What is played to single listeners, over what they hear anyway. Pure: driven by `write` and `tick`. */
import { TICK_SAMPLES, type Micros } from "../media.js";
import type { AudioCounters } from "./counters.js";
import { Ducking } from "./ducking.js";
import { LIMITER_CEILING } from "./limiter.js";
import {
  clearPlanes,
  createPlanes,
  type Channels,
  type Planes,
} from "./planes.js";
import { AudioSource } from "./source.js";
import type { Scene } from "./stage.js";

/** Above this the sum is bent, towards the ceiling of all that comes out, instead of cut; -3 dBFS. */
const KNEE = 23_200;
const ROOM = LIMITER_CEILING - KNEE;

const bend = (sample: number): number => {
  const size = Math.abs(sample);
  if (size <= KNEE) return sample;
  const bent = KNEE + ROOM * Math.tanh((size - KNEE) / ROOM);
  return sample < 0 ? -bent : bent;
};

type Sound = { source: AudioSource; listener: string; leaving: boolean };

class Ear {
  sum: Planes = [];
  heard = new Int16Array(0);
  readonly ducking = new Ducking();
  from = 1;
  to = 1;
  sounds = 0;

  constructor(channels: Channels) {
    this.spread(channels);
  }

  /** Begins a tick of so many channels with nothing. */
  spread(channels: Channels): void {
    if (this.sum.length === channels) return clearPlanes(this.sum);
    this.sum = createPlanes(channels);
    this.heard = new Int16Array(TICK_SAMPLES * channels);
  }
}

/** Over which they are heard. */
type OverMix = Scene & { readonly counters: AudioCounters };

export class PrivateSounds {
  readonly #mix: OverMix;
  readonly #sounds = new Map<string, Sound>();
  readonly #ears = new Map<string, Ear>();

  constructor(mix: OverMix) {
    this.#mix = mix;
  }

  /** Whether this listener needs a mix of its own. */
  has(listener: string): boolean {
    return this.#ears.has(listener);
  }

  add(id: string, listener: string): void {
    const { counters, channels } = this.#mix;
    const source = new AudioSource(counters, this.#mix);
    source.played = true;
    // What has two channels keeps them, where there are two to hear.
    source.music = true;
    this.#sounds.set(id, { source, listener, leaving: false });
    let ear = this.#ears.get(listener);
    if (ear === undefined) this.#ears.set(listener, (ear = new Ear(channels)));
    ear.sounds++;
  }

  /** Faded out within 5 ms of the next tick. An unknown id is nothing. */
  remove(id: string): void {
    const sound = this.#sounds.get(id);
    if (sound === undefined) return;
    sound.source.muted = true;
    sound.leaving = true;
  }

  setGain(id: string, gain: number): void {
    const sound = this.#sounds.get(id);
    if (sound !== undefined) sound.source.gain = gain;
  }

  /** At which linear gain (0 to 1) the listener hears everything else. */
  setDuck(listener: string, gain: number): void {
    this.#ears.get(listener)?.ducking.set(gain);
  }

  // As a mix's `write`.
  // eslint-disable-next-line max-params
  write(
    id: string,
    samples: Int16Array,
    sampleRate: number,
    channels: number,
    now: Micros,
  ): void {
    this.#sounds.get(id)?.source.write(samples, sampleRate, channels, now);
  }

  /** Exactly once per 20 ms while there is any. */
  tick(now: Micros): void {
    for (const [listener, ear] of this.#ears) {
      if (ear.sounds === 0 && !ear.ducking.active) this.#ears.delete(listener);
      ear.spread(this.#mix.channels);
      ear.from = ear.to;
      ear.to = ear.ducking.next();
    }
    for (const [id, { source, listener, leaving }] of this.#sounds) {
      const ear = this.#ears.get(listener);
      if (ear !== undefined) source.tick(ear.sum, now);
      if (!leaving || (source.contributing && ear !== undefined)) continue;
      this.#sounds.delete(id);
      if (ear !== undefined) ear.sounds--;
    }
  }

  /** What the listener hears when it would hear `rest`; valid until the next tick. */
  over(rest: Int16Array, listener: string): Int16Array {
    const ear = this.#ears.get(listener);
    if (ear === undefined) return rest;
    const { sum, heard, from, to } = ear;
    const step = (to - from) / TICK_SAMPLES;
    const channels = sum.length;
    for (let c = 0; c < channels; c++) {
      const added = sum[c]!;
      for (let i = 0, at = c; i < TICK_SAMPLES; i++, at += channels)
        heard[at] = bend(rest[at]! * (from + step * (i + 1)) + added[i]!);
    }
    return heard;
  }
}
