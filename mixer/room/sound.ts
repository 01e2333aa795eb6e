/** A room's sound: one mix, one encode for all who only listen, one for each who talks. */
import type { ParticipantId } from "../contract.js";
import type { Counters } from "../counters.js";
import { createAudioMix, type AudioMix } from "../audio/mix.js";
import { PrivateSounds } from "../audio/private-sounds.js";
import type { Leg } from "../egress/leg.js";
import { TICK_SAMPLES, type Micros } from "../media.js";
import type { Load } from "./load.js";
import {
  createSoundRendition,
  type SoundRendition,
} from "./sound-rendition.js";

/** Takes the full mix, 960 samples a tick, valid during the call only. */
export type SamplesSink = (samples: Int16Array, pts: Micros) => void;

/** One participant's listening. `reads` is undefined until its first leg comes. */
type Listener = { reads: SoundRendition | undefined; legs: Set<Leg> };

/** What whoever is deaf hears. */
const SILENCE = new Int16Array(TICK_SAMPLES);

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
 * - Who hears somebody louder or more quietly than the others do has a mix of its own, whether it talks or not.
 * - All who are deaf share an encode of silence: packets go on, so that no receiver takes it for loss and invents sound.
 */
export class Sound {
  readonly mix: AudioMix = createAudioMix();
  /** What single participants hear over it. */
  readonly privates = new PrivateSounds(this.mix.counters);
  readonly #counters: Counters;
  readonly #load: Load;
  readonly #onTalkers: (talkers: ReadonlySet<ParticipantId>) => void;
  #full: SoundRendition | undefined;
  #silence: SoundRendition | undefined;
  /** Of those who have a mix of their own. */
  readonly #own = new Map<ParticipantId, SoundRendition>();
  readonly #deaf = new Set<ParticipantId>();
  readonly #listeners = new Map<ParticipantId, Listener>();
  readonly #sinks = new Set<SamplesSink>();
  readonly #fileSinks = new Set<SamplesSink>();
  readonly #unrecorded = new Set<ParticipantId>();

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
    encoders += this.#silence?.encoders ?? 0;
    for (const own of this.#own.values()) encoders += own.encoders;
    return encoders;
  }

  /** Sends the mix to this leg: all but `participant`, or all. */
  addLeg(leg: Leg, participant: ParticipantId | undefined): void {
    if (participant === undefined) return this.#open("all").add(leg);
    let listener = this.#listeners.get(participant);
    if (listener === undefined) {
      listener = { reads: undefined, legs: new Set() };
      this.#listeners.set(participant, listener);
    }
    this.#place(participant, listener);
    listener.legs.add(leg);
    listener.reads?.add(leg);
    this.#closeUnheard();
  }

  removeLeg(leg: Leg, participant: ParticipantId | undefined): void {
    const listener =
      participant === undefined ? undefined : this.#listeners.get(participant);
    listener?.legs.delete(leg);
    listener?.reads?.remove(leg);
    this.#full?.remove(leg);
    if (participant !== undefined && listener?.legs.size === 0)
      this.#listeners.delete(participant);
    this.#closeUnheard();
  }

  /** From the next tick on; its legs stay. */
  setDeaf(participant: ParticipantId, deaf: boolean): void {
    if (deaf) this.#deaf.add(participant);
    else this.#deaf.delete(participant);
  }

  /** Takes a participant's voice out, and what was set for it. */
  remove(participant: ParticipantId): void {
    this.mix.remove(participant);
    this.#deaf.delete(participant);
    this.#unrecorded.delete(participant);
  }

  /** Whether what files get has it, from the next tick on. */
  setRecorded(participant: ParticipantId, recorded: boolean): void {
    if (recorded) this.#unrecorded.delete(participant);
    else this.#unrecorded.add(participant);
  }

  /** Whether somebody is left out of files. */
  get leavesOut(): boolean {
    return this.#unrecorded.size > 0;
  }

  addSink(sink: SamplesSink): void {
    this.#sinks.add(sink);
  }

  removeSink(sink: SamplesSink): void {
    this.#sinks.delete(sink);
  }

  /** Takes what files may have: all but those who are not recorded. */
  addFileSink(sink: SamplesSink): void {
    this.#fileSinks.add(sink);
  }

  removeFileSink(sink: SamplesSink): void {
    this.#fileSinks.delete(sink);
  }

  /** Mixes and sends what is due at `due`. */
  tick(due: Micros, late: Micros): void {
    this.#counters.audioTicks++;
    if (late > LATE) this.#counters.audioTicksLate++;
    this.#load.audioTick(late > LATE);
    this.mix.tick(due + late);
    this.privates.tick(due + late);
    if (this.mix.talkersChanged) this.#onTalkers(this.mix.talkers);
    this.#moveListeners();
    const pts = due - SOUND_AGE;
    this.#writeFull(pts);
    this.#writeFiles(pts);
    this.#silence?.write(SILENCE, pts);
    for (const [participant, own] of this.#own)
      own.write(
        this.privates.over(this.mix.minus(participant), participant),
        pts,
      );
  }

  close(): void {
    this.#full?.close();
    this.#silence?.close();
    this.#full = this.#silence = undefined;
    for (const own of this.#own.values()) own.close();
    this.#own.clear();
    this.#listeners.clear();
    this.#sinks.clear();
    this.#fileSinks.clear();
  }

  #writeFiles(pts: Micros): void {
    if (this.#fileSinks.size === 0) return;
    const samples = this.mix.without(this.#unrecorded);
    for (const sink of this.#fileSinks) sink(samples, pts);
  }

  #writeFull(pts: Micros): void {
    if (this.#full === undefined && this.#sinks.size === 0) return;
    const samples = this.mix.full();
    this.#full?.write(samples, pts);
    for (const sink of this.#sinks) sink(samples, pts);
  }

  /** Gives those who began to contribute a mix of their own, takes it from those who no longer do, and silences the deaf. */
  #moveListeners(): void {
    let moved = false;
    for (const [participant, listener] of this.#listeners)
      moved = this.#place(participant, listener) || moved;
    if (moved) this.#closeUnheard();
  }

  /** Moves a listener's legs to what it is to hear now; false where they are there. */
  #place(participant: ParticipantId, listener: Listener): boolean {
    const { reads, legs } = listener;
    const wanted = this.#wanted(participant);
    if (reads === wanted) return false;
    for (const leg of legs) {
      reads?.remove(leg);
      wanted.add(leg);
    }
    listener.reads = wanted;
    return true;
  }

  #wanted(participant: ParticipantId): SoundRendition {
    if (this.#deaf.has(participant)) return this.#open("nothing");
    const { contributors } = this.mix;
    if (
      !contributors.has(participant) &&
      !this.mix.isBalanced(participant) &&
      !this.privates.has(participant)
    )
      return this.#open("all");
    let own = this.#own.get(participant);
    if (own === undefined) {
      own = createSoundRendition();
      this.#own.set(participant, own);
    }
    return own;
  }

  #open(what: "all" | "nothing"): SoundRendition {
    if (what === "all") return (this.#full ??= createSoundRendition());
    return (this.#silence ??= createSoundRendition());
  }

  #closeUnheard(): void {
    for (const [participant, own] of this.#own) {
      if (own.isHeard) continue;
      own.close();
      this.#own.delete(participant);
      this.mix.forget(participant);
    }
    if (this.#full?.isHeard === false) this.#full = closed(this.#full);
    if (this.#silence?.isHeard === false) this.#silence = closed(this.#silence);
  }
}

const closed = (rendition: SoundRendition): undefined => {
  rendition.close();
};
