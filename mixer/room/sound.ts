/** A room's sound: one mix, and one encode for each different thing that is heard of it. */
import { createAudioMix, type AudioMix } from "../audio/mix.js";
import type { MixOutput } from "../audio/output.js";
import type { MixRouting, ParticipantId, SoundOptions } from "../contract.js";
import type { Counters } from "../counters.js";
import { PrivateSounds } from "../audio/private-sounds.js";
import type { Leg } from "../egress/leg.js";
import type { Micros } from "../media.js";
import type { Load } from "./load.js";
import { OwnSounds } from "./own-sounds.js";
import { SoundRendition } from "./sound-rendition.js";

/**
 * Takes the mix of whoever is no participant, 960 samples a tick of each of the room's channels, interleaved; valid
 * during the call only. There may be two where there was one, or the other way around.
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
/**
 * And in files, whose times are final: libwebrtc delays a picture until it is 30 ms or less before its sound
 * (`kMinDeltaMs` of its StreamSynchronization), so half of that is left on average. Measured in real calls (`npm run
 * bench -- meeting`): without this 5 ms early to 28 ms late, as the camera's pictures lie to our clock's.
 */
const FILE_SOUND_AGE: Micros = SOUND_AGE + 15_000;

/** The channel of files; no name that anybody may choose. */
const FILES = "/files";

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
  /** What single participants hear over it. */
  readonly privates: PrivateSounds;
  /** What everybody alone puts into it. */
  readonly own: OwnSounds;
  readonly #counters: Counters;
  readonly #load: Load;
  readonly #onTalkers: (talkers: ReadonlySet<ParticipantId>) => void;
  readonly #renditions = new Map<MixOutput, SoundRendition>();
  /** Of those who hear something over it. */
  readonly #own = new Map<ParticipantId, SoundRendition>();
  readonly #listeners = new Map<ParticipantId, Listener>();
  readonly #audience = new Map<string, Listener>();
  readonly #sinks = new Set<SamplesSink>();
  readonly #fileSinks = new Set<SamplesSink>();
  readonly #unrecorded = new Set<ParticipantId>();
  #channels: 1 | 2;

  constructor(
    counters: Counters,
    load: Load,
    onTalkers: (talkers: ReadonlySet<ParticipantId>) => void,
    { stereo, loudest }: SoundOptions = { stereo: false, loudest: 0 },
  ) {
    this.#counters = counters;
    this.#load = load;
    this.#onTalkers = onTalkers;
    this.#channels = stereo ? 2 : 1;
    this.mix = createAudioMix(this.#channels);
    this.privates = new PrivateSounds(this.mix);
    this.own = new OwnSounds(this.mix, this.#unrecorded, FILES);
    this.mix.setLoudest(loudest);
  }

  /** What those take that begin now. The mix is on its way there; who has begun keeps the channels that it has. */
  get channels(): 1 | 2 {
    return this.#channels;
  }

  /** While it is heard, too: nothing of it stops or jumps. */
  setStereo(stereo: boolean): void {
    this.#channels = stereo ? 2 : 1;
    this.mix.setChannels(this.#channels);
  }

  /** How many encoders run. */
  get encoders(): number {
    let encoders = 0;
    for (const rendition of this.#all()) encoders += rendition.encoders;
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
    this.setRecorded(participant, true);
  }

  /** Whether what files get has it, from the next tick on. */
  setRecorded(participant: ParticipantId, recorded: boolean): void {
    if (recorded === !this.#unrecorded.has(participant)) return;
    if (recorded) this.#unrecorded.delete(participant);
    else this.#unrecorded.add(participant);
    this.mix.leaveOut(FILES, this.#unrecorded);
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
    const { mix, privates } = this;
    mix.tick(due + late);
    privates.tick(due + late);
    if (mix.talkersChanged) this.#onTalkers(mix.talkers);
    this.#moveListeners();
    const pts = due - SOUND_AGE;
    for (const [output, rendition] of this.#renditions)
      rendition.write(output.samples, pts, mix.musical);
    for (const [owner, rendition] of this.#own) {
      const { samples } = mix.listen(owner);
      rendition.write(privates.over(samples, owner), pts, mix.musical);
    }
    this.#feed(this.#fileSinks, FILES, due - FILE_SOUND_AGE);
    this.own.tick(due - FILE_SOUND_AGE);
    this.#feed(this.#sinks, "", pts);
  }

  #feed(sinks: ReadonlySet<SamplesSink>, channel: string, pts: Micros): void {
    if (sinks.size === 0) return;
    const { samples } = this.mix.listen(undefined, channel);
    for (const sink of sinks) sink(samples, pts);
  }

  close(): void {
    for (const rendition of this.#all()) rendition.close();
    this.#renditions.clear();
    this.#own.clear();
    this.#listeners.clear();
    this.#audience.clear();
    this.#sinks.clear();
    this.#fileSinks.clear();
    this.own.clear();
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
    const wanted =
      owner !== undefined && this.privates.has(owner)
        ? this.#open(this.#own, owner, reads)
        : this.#open(this.#renditions, this.mix.listen(owner, channel), reads);
    if (reads === wanted) return false;
    for (const leg of legs) {
      reads?.remove(leg);
      wanted.add(leg);
    }
    listener.reads = wanted;
    return true;
  }

  /** An encode that begins in the midst of what its first listeners hear begins without a hole. */
  #open<Key>(
    among: Map<Key, SoundRendition>,
    key: Key,
    before?: SoundRendition,
  ): SoundRendition {
    let rendition = among.get(key);
    if (rendition === undefined) {
      rendition = new SoundRendition(this.mix.channels, before?.heard);
      among.set(key, rendition);
    }
    return rendition;
  }

  *#all(): Iterable<SoundRendition> {
    yield* this.#renditions.values();
    yield* this.#own.values();
  }

  #closeUnheard(): void {
    closeUnheard(this.#renditions);
    closeUnheard(this.#own);
  }
}

const closeUnheard = <Key>(among: Map<Key, SoundRendition>): void => {
  for (const [key, rendition] of among) {
    if (rendition.isHeard) continue;
    rendition.close();
    among.delete(key);
  }
};
