/** How much may be sent now. Pure: time is an argument. */
import type { Micros } from "../media.js";

/** Bytes that come in at a rate and are spent by packets; the last packet may overdraw. */
export class Pacer {
  #credit = 0;
  #at: Micros = 0;

  /** `holdMicros`: how much unused time is saved up. */
  constructor(private readonly hold: Micros) {}

  /** Takes in what `rate` (bits per second) gave since the last call; tells whether a packet may go. */
  mayGo(rate: number, at: Micros): boolean {
    const perMicro = rate / 8_000_000;
    const most = this.hold * perMicro;
    this.#credit = Math.min(most, this.#credit + (at - this.#at) * perMicro);
    this.#at = at;
    return this.#credit >= 0;
  }

  spend(bytes: number): void {
    this.#credit -= bytes;
  }
}

/** Doublings a second: a line that is too narrow by a half notices within a second, with 100 ms of queue. */
const GROWTH = 1;
/** Where a ramp begins at least, bits per second. */
const RAMP_FLOOR = 30_000;
const SAVED: Micros = 20_000;
/** A burst of real packets is made up for by less padding, for so long at most. */
const DEBT: Micros = 300_000;

/** Fills what is sent up to a rate that doubles every second, to find out what a line carries. */
export class Ramp {
  #rate = 0;
  #target = 0;
  #credit = 0;
  #at: Micros = 0;

  get active(): boolean {
    return this.#target > 0;
  }

  /** Bits per second now; 0 while it does not run. */
  get rate(): number {
    return this.active ? this.#rate : 0;
  }

  /** Begins at `from` (what is sent anyway) if it does not run yet; 0 as target ends it. Bits per second. */
  aim(target: number, from: number, at: Micros): void {
    if (target > 0 && !this.active) {
      this.#rate = Math.max(RAMP_FLOOR, from);
      this.#credit = 0;
      this.#at = at;
    }
    this.#target = target;
  }

  /** Bytes of padding that are due. */
  due(at: Micros): number {
    const elapsed = at - this.#at;
    this.#at = at;
    this.#rate = Math.min(
      this.#target,
      this.#rate * 2 ** ((GROWTH * elapsed) / 1_000_000),
    );
    const perMicro = this.#rate / 8_000_000;
    this.#credit = Math.max(-DEBT * perMicro, this.#credit);
    this.#credit += Math.min(elapsed, SAVED + SAVED) * perMicro;
    return this.#credit;
  }

  spend(bytes: number): void {
    if (this.active) this.#credit -= bytes;
  }
}
