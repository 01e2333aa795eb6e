/** Packets of one sender in the order in which they were sent, without holes, as samples for the mix. */
import { Concealer } from "../../audio/conceal.js";
import { Polyphase } from "../../audio/polyphase.js";
import type { RtpCodec } from "../../contract.js";
import { MIX_RATE, TICK_SAMPLES, type Micros } from "../../media.js";
import { sequenceDistance } from "../../rtp/packet.js";
import { createRtpDecoder, type RtpDecoder } from "./decode.js";

export type VoiceOptions = {
  codec: RtpCodec;
  /** Takes samples at 48 kHz, interleaved; valid during the call. */
  write: (samples: Int16Array, channels: number) => void;
  /** Samples at 48 kHz that wait to be read. */
  held: () => number;
};

/** Packets that may wait for one before them. */
const SLOTS = 64;
/** A hole is waited for at most this long, and only while there is something else to be heard. */
const WAIT: Micros = 60_000;
/** A jump of the sequence numbers beyond this is a sender that began anew. */
const FAR = 1000;
/** Packets that must have come in a row before a missing one is missed: nothing is made up at a begin. */
const STEADY = 3;

/** Samples at 48 kHz: a late packet should find a little more time at the next tick. */
const LEAST_MADE = 240;

type Waiting = { sequence: number; at: Micros; payload: Buffer };

/**
 * A voice.
 *
 * - What comes in order goes to the mix at once; its queue holds the jitter.
 * - What comes early waits for what is missing until the mix would have nothing to read, or 60 ms.
 * - `beforeTick`, called before the mix reads, makes up what it would miss. What comes after that is played all the same if
 *   nothing else was lost: then it was only late, and the time that was made up is the jitter's from now on.
 * - A gap in the timestamps without one in the numbers is silence that was not sent: it takes the time that it takes.
 */
export class Voice {
  readonly counts = { lost: 0, late: 0, duplicate: 0 };
  readonly #options: VoiceOptions;
  readonly #decoder: RtpDecoder;
  readonly #concealer: Concealer;
  readonly #resamplers: Polyphase[] = [];
  readonly #mixed: Int16Array;
  readonly #waiting = new Array<Waiting | undefined>(SLOTS).fill(undefined);
  #held = 0;
  /** The number that comes next; undefined before the first packet. */
  #next: number | undefined;
  /** Samples of the codec's clock in the last packet. */
  #usual: number;
  /** Samples that were made up for a packet that may still come. */
  #owed = 0;
  #run = 0;
  /** A packet far away, which may be the first of a sender that began anew. */
  #jumped = -1;

  constructor(options: VoiceOptions) {
    this.#options = options;
    const { codec } = options;
    this.#decoder = createRtpDecoder(codec);
    this.#concealer = new Concealer(codec.rate, codec.channels);
    this.#usual = (codec.rate * codec.ptime) / 1000;
    if (codec.rate !== MIX_RATE)
      for (let channel = 0; channel < codec.channels; channel++)
        this.#resamplers.push(new Polyphase(codec.rate, MIX_RATE));
    this.#mixed = new Int16Array(codec.rate === MIX_RATE ? 0 : 2 * MIX_RATE);
  }

  /** Takes a packet. Of `payload` nothing is kept longer than 60 ms. */
  push(sequence: number, payload: Buffer, at: Micros): void {
    this.#next ??= sequence;
    const ahead = sequenceDistance(this.#next, sequence);
    if (Math.abs(ahead) > FAR) return this.#jump(sequence, payload);
    this.#jumped = -1;
    if (ahead < 0) return this.#tooLate(ahead);
    if (ahead > 0) {
      if (ahead >= SLOTS) return this.#restart(sequence, payload);
      if (this.#owed < ahead * this.#usual)
        return this.#keep({ sequence, at, payload });
      this.#forget(ahead);
    }
    this.#play(payload);
    this.#drain();
  }

  /** Call before the mix reads. */
  beforeTick(at: Micros): void {
    if (this.#next === undefined) return;
    const due = (): boolean => this.#options.held() < TICK_SAMPLES;
    while (this.#held > 0 && (due() || this.#hasWaited(at))) this.#skipHole();
    if (!due() || this.#run < STEADY) return;
    if (this.#concealer.exhausted) this.#run = 0;
    else this.#makeUp();
  }

  /** Begins with whatever comes next: another sender. */
  restart(): void {
    this.#waiting.fill(undefined);
    this.#held = this.#owed = this.#run = 0;
    this.#next = undefined;
  }

  close(): void {
    this.restart();
    this.#decoder.close();
  }

  #jump(sequence: number, payload: Buffer): void {
    if (sequence === this.#jumped) return this.#restart(sequence, payload);
    this.#jumped = (sequence + 1) & 0xffff;
    this.counts.late++;
  }

  #restart(sequence: number, payload: Buffer): void {
    this.restart();
    this.#next = sequence;
    this.#play(payload);
  }

  /** It was played, or given up. What was given up is remembered as a hole in its slot. */
  #tooLate(ahead: number): void {
    const sequence = (this.#next! + ahead) & 0xffff;
    if (ahead > -SLOTS && this.#given[sequence % SLOTS] === sequence) {
      this.#given[sequence % SLOTS] = -1;
      this.counts.late++;
    } else this.counts.duplicate++;
  }

  /** Numbers that were given up, by slot. */
  readonly #given = new Int32Array(SLOTS).fill(-1);

  #keep(packet: Waiting): void {
    const slot = packet.sequence % SLOTS;
    if (this.#waiting[slot] !== undefined) return void this.counts.duplicate++;
    this.#waiting[slot] = packet;
    this.#held++;
  }

  /** Plays what comes next without a hole. */
  #drain(): void {
    while (this.#held > 0) {
      const slot = this.#next! % SLOTS;
      const packet = this.#waiting[slot];
      if (packet === undefined) return;
      this.#waiting[slot] = undefined;
      this.#held--;
      this.#play(packet.payload);
    }
  }

  #hasWaited(at: Micros): boolean {
    for (const packet of this.#waiting)
      if (packet !== undefined && at - packet.at > WAIT) return true;
    return false;
  }

  /** Makes up what is missing before the first packet that waits. */
  #skipHole(): void {
    let missing = 0;
    while (this.#waiting[(this.#next! + missing) % SLOTS] === undefined)
      missing++;
    const made = Math.max(0, missing * this.#usual - this.#owed);
    this.#forget(missing);
    if (!this.#concealer.exhausted && made > 0) this.#conceal(made, false);
    this.#drain();
  }

  /** These will not be waited for any more. */
  #forget(count: number): void {
    for (let n = 0; n < count; n++) {
      this.#given[this.#next! % SLOTS] = this.#next!;
      this.#next = (this.#next! + 1) & 0xffff;
    }
    this.counts.lost += count;
    this.#owed = 0;
  }

  #play(payload: Buffer): void {
    this.#next = (this.#next! + 1) & 0xffff;
    const samples = this.#decoder.decode(payload);
    if (samples === undefined) return;
    const { channels } = this.#options.codec;
    this.#usual = samples.length / channels;
    this.#owed = 0;
    this.#run++;
    this.#concealer.heard(samples);
    this.#write(samples);
  }

  /** As much as the mix is short of, since it stays as delay if the packet was only late; and no less than 5 ms. */
  #makeUp(): void {
    const { codec, held } = this.#options;
    const short = Math.max(LEAST_MADE, TICK_SAMPLES - held());
    this.#conceal(Math.ceil((short * codec.rate) / MIX_RATE), true);
  }

  #conceal(frames: number, owed: boolean): void {
    if (owed) this.#owed += frames;
    this.#write(this.#concealer.make(frames));
  }

  #write(samples: Int16Array): void {
    const { codec, write } = this.#options;
    const { channels } = codec;
    const [first, second] = this.#resamplers;
    if (first === undefined) return write(samples, channels);
    if (second === undefined) return write(first.process(samples), 1);
    write(this.#stereo(samples, first, second), 2);
  }

  #stereo(
    samples: Int16Array,
    first: Polyphase,
    second: Polyphase,
  ): Int16Array {
    const frames = samples.length / 2;
    const mixed = this.#mixed;
    const side = mixed.subarray(mixed.length - frames);
    let made = 0;
    for (const [channel, resampler] of [first, second].entries()) {
      for (let i = 0; i < frames; i++) side[i] = samples[2 * i + channel]!;
      const resampled = resampler.process(side);
      made = resampled.length;
      for (let i = 0; i < made; i++) mixed[2 * i + channel] = resampled[i]!;
    }
    return mixed.subarray(0, 2 * made);
  }
}
