/** What part of what was sent on a line did not come, and whether that is too much. Pure: time is an argument. */
import type { Micros } from "../media.js";
import { SLICE, Slices } from "./rates.js";

/** Lost packets with a queue, however short, or very many without one: the line is full. Fewer are lost for other reasons, at any rate. */
export const LOST_QUEUED = 0.1;
const ALONE = 0.3;
/** Loss is looked at over this time and at least so many packets. */
const SPAN: Micros = 500_000;
const LEAST = 10;
/**
 * Without a queue so many. Of sound alone there are 25 in that time, of which a third is lost by chance where a fifth is on
 * average: it is looked at for longer, and has to lose more.
 */
const ALONE_LEAST = 40;
const SOUND_SPAN: Micros = 2_000_000;
const SOUND = 0.4;

export class Losses {
  /** Packets of which is known whether they came; and those that did not. */
  readonly reported = new Slices();
  readonly missed = new Slices();

  /** Of the last second, 0 to 1; 0 while too little is known. */
  share(now: Micros): number {
    return this.#over(2 * SPAN, now);
  }

  /** So much that the line must be full. */
  isMuch(queued: boolean, now: Micros): boolean {
    if (queued) return this.#over(SPAN, now) > LOST_QUEUED;
    if (this.reported.sum(now + SLICE, SPAN) >= ALONE_LEAST)
      return this.#over(SPAN, now) > ALONE;
    return this.#over(SOUND_SPAN, now, ALONE_LEAST) > SOUND;
  }

  #over(span: Micros, now: Micros, least = LEAST): number {
    const reported = this.reported.sum(now + SLICE, span);
    if (reported < least) return 0;
    return Math.max(0, this.missed.sum(now + SLICE, span)) / reported;
  }
}
