/** A room's sound: one mix, one encode for all who only listen, one for each who talks. */
import type { ParticipantId } from "../contract.js";
import type { Counters } from "../counters.js";
import { createAudioMix, type AudioMix } from "../audio/mix.js";
import type { Leg } from "../egress/leg.js";
import type { Micros } from "../media.js";
import type { Load } from "./load.js";
import {
  createSoundRendition,
  type SoundRendition,
} from "./sound-rendition.js";

/** Takes the full mix, 960 samples a tick, valid during the call only. */
export type SamplesSink = (samples: Int16Array, pts: Micros) => void;

/** One participant's listening: what it reads depends on whether it is itself in the sum. */
type Listener = { own: SoundRendition | undefined; legs: Set<Leg> };

/**
 * How much older the sound of a tick is than the picture of the same moment, so that players and files can keep lips and
 * voice together: its first sample came about 30 ms ago (20 ms read, 5 ms kept, half a 10 ms block), the limiter looks
 * 5 ms ahead, and a camera's newest picture is 17 ms old on average.
 */
const SOUND_AGE: Micros = 18_000;

/** A tick that runs this much after it was due counts as late. */
const LATE: Micros = 20_000;

/**
 * A room's sound.
 *
 * - `mix` is fed by ingests; `tick` must be called for each 20 ms.
 * - A listener who is a participant hears the full mix while it adds nothing to it, and its own mix-minus otherwise;
 *   its leg moves between the two without a hole in its sequence numbers.
 */
export class Sound {
  readonly mix: AudioMix = createAudioMix();
  readonly #counters: Counters;
  readonly #load: Load;
  readonly #onTalkers: (talkers: ReadonlySet<ParticipantId>) => void;
  #full: SoundRendition | undefined;
  readonly #listeners = new Map<ParticipantId, Listener>();
  readonly #sinks = new Set<SamplesSink>();

  constructor(
    counters: Counters,
    load: Load,
    onTalkers: (talkers: ReadonlySet<ParticipantId>) => void,
  ) {
    this.#counters = counters;
    this.#load = load;
    this.#onTalkers = onTalkers;
  }

  /** How many encoders run. */
  get encoders(): number {
    let encoders = this.#full?.encoders ?? 0;
    for (const { own } of this.#listeners.values())
      encoders += own?.encoders ?? 0;
    return encoders;
  }

  /** Sends the mix to this leg: all but `participant`, or all. */
  addLeg(leg: Leg, participant: ParticipantId | undefined): void {
    if (participant === undefined) return this.#listenToAll(leg);
    let listener = this.#listeners.get(participant);
    if (listener === undefined) {
      listener = { own: undefined, legs: new Set() };
      this.#listeners.set(participant, listener);
    }
    listener.legs.add(leg);
    if (listener.own !== undefined) listener.own.add(leg);
    else this.#listenToAll(leg);
  }

  removeLeg(leg: Leg, participant: ParticipantId | undefined): void {
    const listener =
      participant === undefined ? undefined : this.#listeners.get(participant);
    listener?.legs.delete(leg);
    listener?.own?.remove(leg);
    this.#full?.remove(leg);
    if (participant !== undefined && listener?.legs.size === 0) {
      if (listener.own !== undefined) this.#closeOwn(participant, listener);
      this.#listeners.delete(participant);
    }
    this.#closeFullIfUnheard();
  }

  addSink(sink: SamplesSink): void {
    this.#sinks.add(sink);
  }

  removeSink(sink: SamplesSink): void {
    this.#sinks.delete(sink);
  }

  /** Mixes and sends what is due at `due`. */
  tick(due: Micros, late: Micros): void {
    this.#counters.audioTicks++;
    if (late > LATE) this.#counters.audioTicksLate++;
    this.#load.audioTick(late > LATE);
    this.mix.tick(due + late);
    if (this.mix.talkersChanged) this.#onTalkers(this.mix.talkers);
    this.#moveListeners();
    const pts = due - SOUND_AGE;
    this.#writeFull(pts);
    for (const [participant, { own }] of this.#listeners)
      own?.write(this.mix.minus(participant), pts);
  }

  close(): void {
    this.#full?.close();
    this.#full = undefined;
    for (const { own } of this.#listeners.values()) own?.close();
    this.#listeners.clear();
    this.#sinks.clear();
  }

  #writeFull(pts: Micros): void {
    if (this.#full === undefined && this.#sinks.size === 0) return;
    const samples = this.mix.full();
    this.#full?.write(samples, pts);
    for (const sink of this.#sinks) sink(samples, pts);
  }

  /** Gives those who began to contribute a mix of their own, and takes it from those who no longer do. */
  #moveListeners(): void {
    for (const [participant, listener] of this.#listeners) {
      const contributes = this.mix.contributors.has(participant);
      if (contributes && listener.own === undefined) {
        listener.own = createSoundRendition();
        for (const leg of listener.legs) {
          this.#full?.remove(leg);
          listener.own.add(leg);
        }
        this.#closeFullIfUnheard();
      } else if (!contributes && listener.own !== undefined) {
        for (const leg of listener.legs) {
          listener.own.remove(leg);
          this.#listenToAll(leg);
        }
        this.#closeOwn(participant, listener);
      }
    }
  }

  #listenToAll(leg: Leg): void {
    this.#full ??= createSoundRendition();
    this.#full.add(leg);
  }

  #closeOwn(participant: ParticipantId, listener: Listener): void {
    listener.own?.close();
    listener.own = undefined;
    this.mix.forget(participant);
  }

  #closeFullIfUnheard(): void {
    if (this.#full === undefined || this.#full.isHeard) return;
    this.#full.close();
    this.#full = undefined;
  }
}
