/** How much protection a receiver's losses ask for. Pure: time is an argument. */
import type { Micros } from "../media.js";

/** From nothing to much: more of FEC, or one and at last two earlier packets along with each (RED). */
export type ShieldLevel = 0 | 1 | 2 | 3;

/** Fractions lost from which a level is wanted. One packet in 64 is heard. */
const WANTED_FROM = [0, 1 / 64, 0.05, 0.12] as const;
/** One leaves the square of what is lost, two its cube: under one packet in 100. */
const EARLIER = [0, 1, 1, 2] as const;
/** So long nothing worse must have been reported before less is enough. */
const GOOD_FOR: Micros = 30_000_000;
/** More is believed only if the report after says so too: libdatachannel's receivers claim 93 % now and then where nothing is lost. */
const BELIEVED = 0.5;
/** A level that does not wait for a report. */
const HASTY = 2;

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

  /** It can be given packets with earlier ones inside. */
  get takesRedundancy(): boolean {
    return this.redundantType !== 0;
  }

  /** How many earlier packets each one is to carry along, if it can. */
  get earlier(): 0 | 1 | 2 {
    return EARLIER[this.#level];
  }

  get level(): ShieldLevel {
    return this.#level;
  }

  /** Takes in a report: fraction lost since the one before, 0 to 1. */
  report(reported: number, now: Micros): void {
    const lost =
      reported > BELIEVED ? Math.min(reported, this.#before) : reported;
    this.#before = reported;
    this.#want(levelFor(lost), now);
  }

  /** Takes in what is known between reports, which for sound alone are 5 s apart; little loss is not worth the haste. */
  notice(lost: number, now: Micros): void {
    const wanted = levelFor(lost);
    if (wanted >= HASTY && wanted >= this.#level) this.#want(wanted, now);
  }

  #want(wanted: ShieldLevel, now: Micros): void {
    if (wanted > this.#since) this.#since = wanted;
    if (wanted < this.#level && now - this.#askedAt < GOOD_FOR) return;
    this.#level = this.#since;
    this.#askedAt = now;
    this.#since = 0;
  }
}
