/** Which sequence number a leg gives to which packet of its source. Pure. */
import { sequenceDistance } from "./rtp.js";

/** So many changes of the offset are remembered for NACKs: padding makes one every 20 ms while a line is tried out. */
const SPANS = 64;

/** A NACK names a packet, or padding, which has no position. */
export type Found = number | "padding" | undefined;

/**
 * Sequence numbers without a hole, over sources, skips and padding.
 *
 * - A span is a run of positions with one offset: number = position + offset. The newest one begins at `first`.
 * - Numbers are counted on without wrapping; the packet carries the lower 16 bits.
 */
export class Numbering {
  readonly #first = new Float64Array(SPANS);
  readonly #offset = new Float64Array(SPANS);
  #spans = 0;
  /** Number of the next packet, whatever it is. */
  #next = Math.floor(Math.random() * 0x8000);

  get next(): number {
    return this.#next;
  }

  /** Another source: what was sent before is not sent again. */
  begin(position: number): void {
    this.#spans = 0;
    this.goOn(position);
  }

  /** The next packet is the one at this position, wherever the last one was. */
  goOn(position: number): void {
    const last = (this.#spans - 1) % SPANS;
    if (this.#spans === 0 || this.#first[last] !== position) this.#spans++;
    const slot = (this.#spans - 1) % SPANS;
    this.#first[slot] = position;
    this.#offset[slot] = this.#next - position;
  }

  /** Takes the next number. */
  take(): number {
    return this.#next++;
  }

  /** The position that was sent under these 16 bits, the newest if there are several. `position` is the next one to send. */
  find(sequence: number, position: number): Found {
    const number = this.#next - sequenceDistance(sequence, this.#next);
    if (number >= this.#next) return undefined;
    let end = position;
    for (let n = 1; n <= Math.min(this.#spans, SPANS); n++) {
      const slot = (this.#spans - n) % SPANS;
      const found = number - this.#offset[slot]!;
      if (found >= this.#first[slot]!) return found < end ? found : "padding";
      end = this.#first[slot]!;
    }
    return undefined;
  }
}
