/** What makes one stream of a leg's packets, whatever it reads: sequence numbers, picture ids and timestamps. Pure. */
import type { History } from "./history.js";
import { Numbering } from "./numbering.js";
import { timestampDistance } from "./rtp.js";

/** RTP ticks by which another source's pictures may be moved so that time does not step back: one frame at 30 fps. */
const MOST_SHIFT = 3000;

/**
 * Continuity over sources.
 *
 * - Picture id = the source's picture number + an offset; timestamp = the source's + a shift.
 * - What was sent of a picture that is left half-way counts for nothing.
 */
export class Continuity {
  readonly numbering = new Numbering();
  #picture = Math.floor(Math.random() * 0x4000);
  #pictureOffset = 0;
  #timestamp: number | undefined;
  #shift = 0;

  /** Timestamp of the last whole picture. */
  get timestamp(): number | undefined {
    return this.#timestamp;
  }

  /** Whether time goes on from what was sent to this position, or nearly. */
  allows(history: History, position: number): boolean {
    return this.#stepTo(history, position) > -MOST_SHIFT;
  }

  /** Goes on with this position of another source. What was sent before is not sent again. */
  begin(history: History, position: number): void {
    this.numbering.begin(position);
    this.#pictureOffset = this.#picture + 1 - history.pictureAt(position);
    const step = this.#stepTo(history, position);
    this.#shift = step > 0 ? 0 : 1 - step;
  }

  /** Goes on with this position of the same source, whose time is said to be `timestamp` if that is later. */
  beginLater(history: History, position: number, timestamp: number): void {
    this.begin(history, position);
    const first = history.timestampAt(position);
    this.#shift = Math.max(this.#shift, timestampDistance(first, timestamp));
  }

  /** The picture that ends at this position has gone out. */
  passed(history: History, position: number): void {
    this.#picture = this.pictureAt(history, position);
    this.#timestamp = this.timestampAt(history, position);
  }

  /** RTP ticks from the last picture to this position; sound begins with what comes next, which is always later. */
  #stepTo(history: History, position: number): number {
    if (this.#timestamp === undefined || position === history.head) return 1;
    return timestampDistance(this.#timestamp, history.timestampAt(position));
  }

  pictureAt(history: History, position: number): number {
    return history.pictureAt(position) + this.#pictureOffset;
  }

  timestampAt(history: History, position: number): number {
    return (history.timestampAt(position) + this.#shift) >>> 0;
  }
}
