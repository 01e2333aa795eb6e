/** How many lost packets may be sent again. Pure: time is an argument. */
import type { Micros } from "../media.js";
import { Pacer } from "./pacer.js";

/** A packet sent again is under way for about this long; until then nobody can have missed it a second time. */
const REPEAT_LEAST: Micros = 30_000;
const REPEAT_MOST: Micros = 250_000;
/** Positions remembered: as many as the history has. */
const SLOTS = 1024;
/** Share of the stream's rate: repairs 30 % of loss. More would feed what loses them: a full line (measured: 13 Mbit/s into 150 kbit/s). */
const SHARE = 0.5;
const LEAST_RATE = 64_000;
const SAVED: Micros = 500_000;

export class Resends {
  readonly #pacer = new Pacer(SAVED);
  #sentAt: Float64Array | undefined;

  /** Whether this packet may go again now. `rate` of the stream in bits per second, round trip in milliseconds. */
  allow(
    position: number,
    at: Micros,
    line: { rate: number; roundTrip: number | undefined },
  ): boolean {
    const rate = Math.max(LEAST_RATE, SHARE * line.rate);
    if (!this.#pacer.mayGo(rate, at)) return false;
    const wait = 1000 * (line.roundTrip ?? 0);
    const repeat = Math.min(REPEAT_MOST, Math.max(REPEAT_LEAST, wait));
    this.#sentAt ??= new Float64Array(SLOTS).fill(-REPEAT_MOST);
    const slot = position % SLOTS;
    if (at - this.#sentAt[slot]! < repeat) return false;
    this.#sentAt[slot] = at;
    return true;
  }

  spend(bytes: number): void {
    this.#pacer.spend(bytes);
  }
}
