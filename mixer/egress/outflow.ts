/** What comes out of a queue comes as fast as the line carries. Pure. */
import type { Micros } from "../media.js";

/** A packet that waits this much longer than the quickest ones has found a queue: beyond what one large picture makes on a fast line. */
export const QUEUED: Micros = 120_000;
/** Once full, a line counts as such until its queue is shorter than this. */
export const DRAINED: Micros = 60_000;
/** What arrived in the first instants of a queue says how fast the line is. */
export const MEASURE_LEAST: Micros = 150_000;
const MEASURE_MOST: Micros = 1_000_000;
const MEASURE_PACKETS = 4;
/** A rough figure soon is better than none: much too much is being sent. */
const FIRST_PACKETS = 2;
/** A queue grows where so much less comes out than goes in; on a machine that stalls everything comes, but late. */
const DEFICIT = 0.9;
/** Who finds a queue for so long is not stalling. */
const LASTS: Micros = 1_000_000;

/** A packet that arrived: how much later than the quickest ones, when by the receiver's clock, when it was sent by ours. */
export type Passed = {
  excess: Micros;
  arrival: Micros;
  sentAt: Micros;
  bytes: number;
};

export class Outflow {
  /** Arrival and sending of the packet that the measurement begins with; what came since. */
  #from: Micros | undefined;
  #sentFrom: Micros = 0;
  #bytes = 0;
  #packets = 0;
  #missed = 0;
  #last: Micros = 0;
  #lastSent: Micros = 0;
  #queuedFrom: Micros = 0;

  /** Whether packets find a queue. */
  get isQueued(): boolean {
    return this.#from !== undefined;
  }

  note({ excess, arrival, sentAt, bytes }: Passed): void {
    if (excess <= DRAINED) {
      this.#from = undefined;
      return;
    }
    this.#last = arrival;
    this.#lastSent = sentAt;
    if (this.#from !== undefined) {
      this.#bytes += bytes;
      this.#packets++;
    } else if (excess > QUEUED) {
      this.#queuedFrom = arrival;
      this.#begin();
    }
  }

  /** So many bytes were lost. */
  missed(bytes: number): void {
    this.#missed += bytes;
  }

  /** Bits per second that come out of the queue, roughly for a `first` time; undefined = not known yet. */
  measure(first: boolean): number | undefined {
    if (this.#from === undefined) return undefined;
    const span = this.#last - this.#from;
    const packets = first ? FIRST_PACKETS : MEASURE_PACKETS;
    if (span < MEASURE_LEAST || this.#packets < packets) return undefined;
    const rate = (8_000_000 * this.#bytes) / span;
    if (span > MEASURE_MOST) this.#begin();
    return rate;
  }

  /** Less comes out than went in meanwhile. To be asked before `measure`, which may begin anew. */
  get isGrowing(): boolean {
    if (this.#from === undefined) return false;
    const came = this.#bytes * (this.#lastSent - this.#sentFrom);
    const went = (this.#bytes + this.#missed) * (this.#last - this.#from);
    return came < DEFICIT * went;
  }

  /** Whether the queue is the line's: it grows, or does not pass. */
  get isReal(): boolean {
    if (this.#from === undefined) return false;
    return this.isGrowing || this.#last - this.#queuedFrom >= LASTS;
  }

  #begin(): void {
    this.#from = this.#last;
    this.#sentFrom = this.#lastSent;
    this.#bytes = this.#packets = this.#missed = 0;
  }
}
