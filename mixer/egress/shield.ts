/** How much protection a receiver's losses ask for. Pure: time is an argument. */
import type { Micros } from "../media.js";

/** Nothing; FEC; FEC and the packet before along with each (RED); FEC and two packets before. */
export type ShieldLevel = 0 | 1 | 2 | 3;

/**
 * Fractions lost from which a level is wanted. One packet in 64 is heard; FEC alone leaves the square of what is lost in a row,
 * which from one in 20 on is heard again.
 */
const WANTED_FROM = [0, 1 / 64, 0.05, 0.12] as const;
/** So long nothing worse must have been reported before less is enough. */
const GOOD_FOR: Micros = 30_000_000;
/** More is believed only if the report after says so too: libdatachannel's receivers claim 93 % now and then where nothing is lost. */
const BELIEVED = 0.5;

const levelFor = (lost: number): ShieldLevel => {
  if (lost >= WANTED_FROM[3]) return 3;
  if (lost >= WANTED_FROM[2]) return 2;
  return lost >= WANTED_FROM[1] ? 1 : 0;
};

export class Shield {
  #level: ShieldLevel = 0;
  /** When a report last asked for the level, and the worst that was asked for since. */
  #askedAt: Micros = 0;
  #since: ShieldLevel = 0;
  #before = 0;
  /** It is to get all packets, in silence too: the receiver may not know DTX. */
  steady = false;

  /** `redundantType`: see `LegStamp`. */
  constructor(private readonly redundantType = 0) {}

  /** How many earlier packets each one is to carry along. */
  get earlier(): 0 | 1 | 2 {
    if (this.redundantType === 0 || this.#level < 2) return 0;
    return this.#level === 2 ? 1 : 2;
  }

  get level(): ShieldLevel {
    return this.#level;
  }

  /** Takes in a report: fraction lost since the one before, 0 to 1. */
  report(reported: number, now: Micros): void {
    const lost =
      reported > BELIEVED ? Math.min(reported, this.#before) : reported;
    this.#before = reported;
    const wanted = levelFor(lost);
    if (wanted > this.#since) this.#since = wanted;
    if (wanted < this.#level && now - this.#askedAt < GOOD_FOR) return;
    this.#level = this.#since;
    this.#askedAt = now;
    this.#since = 0;
  }
}
