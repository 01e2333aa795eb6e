/** What was decoded and is not played yet: sound and pictures on one time line, bounded. Pure. */
import type { I420Frame, Micros } from "../media.js";
import { createPicture } from "../video/picture-frame.js";
import type { ReaderSink } from "./reader.js";

export const RATE = 48_000;
export const CHANNELS = 2;
/** What is read at once, as WebRTC's blocks: 10 ms. */
export const BLOCK_SAMPLES = 480;
export const BLOCK: Micros = 10_000;

/** Decoded ahead: what a busy event loop or a new run of ffmpeg takes. */
const AHEAD: Micros = 300_000;
/** So much is there before it begins, or goes on after a gap. */
const PRIMED: Micros = 100_000;
/** Of a live source that has sent more than this, the oldest is left out, down to `KEPT`. */
const LATE: Micros = 700_000;
const KEPT: Micros = 200_000;
/** And what has waited beyond that during so many looks (2 s) is of no use, unless it is hardly anything. */
const LOOKS = 200;
const SLACK: Micros = 60_000;
/** Pictures that wait, at most: 14 MB of 720p. */
const MOST_PICTURES = 10;
/** Shown ones are painted from for a while: the newest by each view, those before by a view that is slow. */
const SHOWN = 4;
/** Samples of sound that wait, at most: 2 s. */
const CAPACITY = 2 * RATE;
/** A jump of time stamps below this is rounding. */
const JUMP = RATE / 50;
/** How long the last picture is seen. */
const LAST_PICTURE: Micros = 33_000;

type Waiting = { at: Micros; frame: I420Frame };
/** From `at` on of the time line, what is at `start` in the source. */
type Section = { at: Micros; start: Micros };

const samplesOf = (time: Micros): number => Math.round((time * 3) / 62.5);

/**
 * The time line of one player; its zero is the first sample played.
 *
 * - A run of the decoder is put behind what is there (`begin`), or takes its place (`reset`).
 * - Buffers of pictures are used again; whoever is shown one has it until four newer ones were shown.
 */
export class Timeline implements ReaderSink {
  /** Everything before is over. */
  played: Micros = 0;
  /** Whether there are pictures in what was decoded. */
  video = false;
  #base: Micros = 0;
  /** End of what is there. */
  #end: Micros = 0;
  #sections: Section[] = [{ at: 0, start: 0 }];
  readonly #sound = new Int16Array(CAPACITY * CHANNELS);
  /** Samples from here to there are in the ring. */
  #from = 0;
  #to = 0;
  #waiting: Waiting[] = [];
  readonly #shown: I420Frame[] = [];
  #free: I420Frame[] = [];
  #filling: I420Frame | undefined;
  #heard = false;
  /** Since the last of them, the least that has waited. */
  #looks = 0;
  #least = Infinity;

  /** Forgets what was decoded; the next run begins at `start` of the source. */
  reset(start: Micros): void {
    this.#base = this.#end = this.played;
    this.#sections = [{ at: this.played, start }];
    this.#heard = false;
    this.#look();
    this.#from = this.#to = samplesOf(this.played);
    for (const { frame } of this.#waiting.splice(0)) this.#free.push(frame);
  }

  /** The next run comes behind what is there. */
  begin(start: Micros): void {
    this.#base = this.#end;
    this.#sections.push({ at: this.#end, start });
  }

  /** Where in the source it is. */
  get position(): Micros {
    const { at, start } = this.#sections[0]!;
    return start + this.played - at;
  }

  get full(): boolean {
    return (
      this.#waiting.length >= MOST_PICTURES || this.#end - this.played > AHEAD
    );
  }

  get primed(): boolean {
    return this.full || this.#end - this.played >= PRIMED;
  }

  get empty(): boolean {
    return this.#end - this.played < BLOCK;
  }

  /** Leaves out what makes a live source late; to be asked every block. */
  catchUp(): void {
    if (this.#end - this.played > LATE) {
      this.played = this.#end - KEPT;
      this.#look();
    }
    const sound = this.#heard ? (this.#to * 62.5) / 3 : Infinity;
    const waits = Math.min(this.#end, sound) - this.played;
    this.#least = Math.min(this.#least, waits);
    if (++this.#looks < LOOKS) return;
    if (this.#least > KEPT + SLACK)
      this.played += Math.floor(this.#least - KEPT);
    this.#look();
  }

  #look(): void {
    this.#looks = 0;
    this.#least = Infinity;
  }

  hasPictures(): void {
    this.video = true;
  }

  picture({ width, height }: I420Frame): Uint8Array | undefined {
    if (this.#waiting.length > 2 * MOST_PICTURES) return undefined;
    let frame = this.#free.pop();
    if (frame?.width !== width || frame.height !== height) {
      this.#free = [];
      frame = createPicture(width, height);
    }
    this.#filling = frame;
    return frame.data;
  }

  pictureDone(at: Micros): void {
    const frame = this.#filling;
    if (frame === undefined) return;
    this.#filling = undefined;
    this.#waiting.push({ at: this.#base + at, frame });
    this.#extend(this.#base + at + LAST_PICTURE);
  }

  sound(samples: Int16Array, channels: number, at: Micros): void {
    this.#heard = true;
    const stamped = samplesOf(this.#base + at);
    const jumps = Math.abs(stamped - this.#to) > JUMP;
    let to = jumps && stamped > this.#to ? stamped : this.#to;
    if (to - this.#from > CAPACITY) this.#from = this.#to = to;
    for (let gap = this.#to; gap < to; gap++) this.#put(gap, 0, 0);
    const right = channels - 1;
    for (let i = 0; i + right < samples.length; i += channels)
      this.#put(to++, samples[i]!, samples[i + right]!);
    this.#to = to;
    this.#from = Math.max(this.#from, to - CAPACITY);
    this.#extend((to * 62.5) / 3);
  }

  /** Goes on by a block: its sound, silent where there is none, and the newest picture that is due. */
  advance(into: Int16Array): I420Frame | undefined {
    const start = samplesOf(this.played);
    for (let i = 0; i < BLOCK_SAMPLES; i++) this.#get(start + i, into, i);
    this.played += BLOCK;
    this.#from = Math.max(this.#from, samplesOf(this.played));
    this.#to = Math.max(this.#to, this.#from);
    while ((this.#sections[1]?.at ?? Infinity) <= this.played)
      this.#sections.shift();
    let due: I420Frame | undefined;
    while ((this.#waiting[0]?.at ?? Infinity) <= this.played) {
      if (due !== undefined) this.#free.push(due);
      due = this.#waiting.shift()!.frame;
    }
    if (due !== undefined) this.#keep(due);
    return due;
  }

  /** The picture with which it would go on; it stays where it is. */
  peek(): I420Frame | undefined {
    return this.#waiting[0]?.frame;
  }

  #keep(frame: I420Frame): void {
    this.#shown.push(frame);
    if (this.#shown.length > SHOWN) this.#free.push(this.#shown.shift()!);
  }

  #extend(end: Micros): void {
    this.#end = Math.max(this.#end, Math.floor(end));
  }

  #put(sample: number, left: number, right: number): void {
    const at = (sample % CAPACITY) * CHANNELS;
    this.#sound[at] = left;
    this.#sound[at + 1] = right;
  }

  #get(sample: number, into: Int16Array, i: number): void {
    const there = sample >= this.#from && sample < this.#to;
    const at = (sample % CAPACITY) * CHANNELS;
    into[i * CHANNELS] = there ? this.#sound[at]! : 0;
    into[i * CHANNELS + 1] = there ? this.#sound[at + 1]! : 0;
  }
}
