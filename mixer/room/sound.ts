/** A room's sound: one mix, and one encode for each different thing that is heard of it. */
import { createAudioMix, type AudioMix } from "../audio/mix.js";
import type { MixOutput } from "../audio/output.js";
import type { MixRouting, ParticipantId, SoundOptions } from "../contract.js";
import type { Counters } from "../counters.js";
import type { Leg } from "../egress/leg.js";
import type { Micros } from "../media.js";
import type { Load } from "./load.js";
import { SoundRendition } from "./sound-rendition.js";

/**
 * Takes the mix of whoever is no participant, 960 samples a tick of each of the room's channels, interleaved; valid
 * during the call only.
 */
export type SamplesSink = (samples: Int16Array, pts: Micros) => void;

/** Whose ears: a participant's, or those of whoever is none and has chosen a channel, "" for none. */
type Listener = {
  owner: ParticipantId | undefined;
  channel: string;
  /** Undefined until its first leg comes. */
  reads: SoundRendition | undefined;
  legs: Set<Leg>;
};

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
 * - Listeners who hear the same share an encode. A leg whose listener is to hear something else moves to another without
 *   a hole in its sequence numbers.
 * - Who is deaf hears silence, and all of them the same: packets go on, so that no receiver takes it for loss and
 *   invents sound.
 */
export class Sound {
  readonly mix: AudioMix;
  readonly #counters: Counters;
  readonly #load: Load;
  readonly #onTalkers: (talkers: ReadonlySet<ParticipantId>) => void;
  readonly #renditions = new Map<MixOutput, SoundRendition>();
  readonly #listeners = new Map<ParticipantId, Listener>();
  readonly #audience = new Map<string, Listener>();
  readonly #sinks = new Set<SamplesSink>();

  constructor(
    counters: Counters,
    load: Load,
    onTalkers: (talkers: ReadonlySet<ParticipantId>) => void,
    { stereo, loudest }: SoundOptions = { stereo: false, loudest: 0 },
  ) {
    this.#counters = counters;
    this.#load = load;
    this.#onTalkers = onTalkers;
    this.mix = createAudioMix(stereo ? 2 : 1);
    this.mix.setLoudest(loudest);
  }

  /** Of what is heard and recorded; a room's never change. */
  get channels(): 1 | 2 {
    return this.mix.channels;
  }

  /** How many encoders run. */
  get encoders(): number {
    let encoders = 0;
    for (const rendition of this.#renditions.values())
      encoders += rendition.encoders;
    return encoders;
  }

  /** Sends the mix to this leg: all but `participant`, or what there is on the channel of whoever is no participant. */
  addLeg(leg: Leg, participant: ParticipantId | undefined, channel = ""): void {
    const [listeners, key] = this.#group(participant, channel);
    let listener = listeners.get(key);
    if (listener === undefined) {
      const legs = new Set<Leg>();
      listener = { owner: participant, channel, reads: undefined, legs };
      listeners.set(key, listener);
    }
    this.#place(listener);
    listener.legs.add(leg);
    listener.reads?.add(leg);
    this.#closeUnheard();
  }

  removeLeg(
    leg: Leg,
    participant: ParticipantId | undefined,
    channel = "",
  ): void {
    const [listeners, key] = this.#group(participant, channel);
    const listener = listeners.get(key);
    listener?.legs.delete(leg);
    listener?.reads?.remove(leg);
    if (listener?.legs.size === 0) listeners.delete(key);
    this.#closeUnheard();
  }

  /** From the next tick on; its legs stay. */
  setDeaf(participant: ParticipantId, deaf: boolean): void {
    this.mix.setDeaf(participant, deaf);
  }

  /** Who hears whom from the next tick on. Throws a TypeError for a bad gain. */
  setRouting({ listeners = {}, channels = {} }: MixRouting): void {
    for (const [participant, row] of Object.entries(listeners))
      this.mix.setRow(participant, row ?? undefined);
    for (const [name, row] of Object.entries(channels))
      this.mix.setChannel(name, row ?? undefined);
  }

  /** Takes a participant's voice out, and what was set for it. */
  remove(participant: ParticipantId): void {
    this.mix.remove(participant);
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
    const { mix } = this;
    mix.tick(due + late);
    if (mix.talkersChanged) this.#onTalkers(mix.talkers);
    this.#moveListeners();
    const pts = due - SOUND_AGE;
    for (const [output, rendition] of this.#renditions)
      rendition.write(output.samples, pts, mix.musical);
    if (this.#sinks.size === 0) return;
    const { samples } = mix.listen();
    for (const sink of this.#sinks) sink(samples, pts);
  }

  close(): void {
    for (const rendition of this.#renditions.values()) rendition.close();
    this.#renditions.clear();
    this.#listeners.clear();
    this.#audience.clear();
    this.#sinks.clear();
  }

  #group(
    participant: ParticipantId | undefined,
    channel: string,
  ): [Map<string, Listener>, string] {
    return participant === undefined
      ? [this.#audience, channel]
      : [this.#listeners, participant];
  }

  /** Sees to it that everybody reads what they are to hear now. */
  #moveListeners(): void {
    let moved = false;
    for (const listener of this.#listeners.values())
      moved = this.#place(listener) || moved;
    for (const listener of this.#audience.values())
      moved = this.#place(listener) || moved;
    if (moved) this.#closeUnheard();
  }

  /** Moves a listener's legs to what it is to hear now; false where they are there. */
  #place(listener: Listener): boolean {
    const { reads, legs, owner, channel } = listener;
    const wanted = this.#open(this.mix.listen(owner, channel), reads);
    if (reads === wanted) return false;
    for (const leg of legs) {
      reads?.remove(leg);
      wanted.add(leg);
    }
    listener.reads = wanted;
    return true;
  }

  /** An encode that begins in the midst of what its first listeners hear begins without a hole. */
  #open(output: MixOutput, before?: SoundRendition): SoundRendition {
    let rendition = this.#renditions.get(output);
    if (rendition === undefined) {
      rendition = new SoundRendition(this.channels, before?.heard);
      this.#renditions.set(output, rendition);
    }
    return rendition;
  }

  #closeUnheard(): void {
    for (const [output, rendition] of this.#renditions) {
      if (rendition.isHeard) continue;
      rendition.close();
      this.#renditions.delete(output);
    }
  }
}
