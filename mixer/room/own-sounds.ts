/** What each participant puts into the mix, for files of their own. */
import { LIMITER_DELAY } from "../audio/limiter.js";
import type { AudioMix } from "../audio/mix.js";
import { createPlanes, type Planes } from "../audio/planes.js";
import { PLAYED } from "../audio/rows.js";
import { PLAYED_TRACK, type ParticipantId } from "../contract.js";
import { MIX_RATE, TICK_SAMPLES, type Micros } from "../media.js";

/**
 * Takes a tick of everybody who may be recorded, at its time in the mix: samples of all its channels, interleaved and
 * valid during the call; undefined is silence.
 */
export type OwnSink = (
  participant: ParticipantId,
  samples: Int16Array | undefined,
  pts: Micros,
) => void;

/** The mix has passed a limiter, which takes 5 ms. */
const LIMITED: Micros = (LIMITER_DELAY * 1_000_000) / MIX_RATE;

/** One alone may exceed what a sample holds: the limiter comes after the sum. */
const interleave = (planes: Planes, into: Int16Array): void => {
  const step = planes.length;
  for (let c = 0; c < step; c++) {
    const plane = planes[c]!;
    for (let i = 0; i < TICK_SAMPLES; i++) {
      const sample = plane[i]!;
      into[i * step + c] =
        sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : sample;
    }
  }
};

/** Costs nothing while nobody takes it. */
export class OwnSounds {
  readonly #mix: AudioMix;
  readonly #unrecorded: ReadonlySet<ParticipantId>;
  readonly #channel: string;
  readonly #sinks = new Set<OwnSink>();
  #planes: Planes = [];
  #samples = new Int16Array(0);

  /** `channel`: what files hear. Whom they do not hear, in a whisper or a green room, no file of its own has either. */
  constructor(
    mix: AudioMix,
    unrecorded: ReadonlySet<ParticipantId>,
    channel: string,
  ) {
    this.#mix = mix;
    this.#unrecorded = unrecorded;
    this.#channel = channel;
  }

  add(sink: OwnSink): void {
    this.#sinks.add(sink);
  }

  remove(sink: OwnSink): void {
    this.#sinks.delete(sink);
  }

  clear(): void {
    this.#sinks.clear();
  }

  #follow(): void {
    const { channels } = this.#mix;
    if (this.#planes.length === channels) return;
    this.#planes = createPlanes(channels);
    this.#samples = new Int16Array(TICK_SAMPLES * channels);
  }

  /** The tick that was mixed, whose mix is of `pts`. */
  tick(pts: Micros): void {
    if (this.#sinks.size === 0) return;
    this.#follow();
    for (const owner of this.#mix.owners) {
      if (this.#unrecorded.has(owner)) continue;
      const heard = this.#mix.own(owner, this.#planes, this.#channel);
      if (heard) interleave(this.#planes, this.#samples);
      const samples = heard ? this.#samples : undefined;
      const id = owner === PLAYED ? PLAYED_TRACK : owner;
      for (const sink of this.#sinks) sink(id, samples, pts + LIMITED);
    }
  }
}
