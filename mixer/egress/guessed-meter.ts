/** Guesses what a line carries from reports about the whole (REMB, loss, round trip): for receivers that do not tell of each packet. Pure. */
import type { Micros } from "../media.js";
import { createLine, type Line } from "./line.js";
import type { LineMeter, MediaKind } from "./line-meter.js";
import { Slices } from "./rates.js";

/**
 * Chromium's REMB says little while it rises: it grows by 8 % a second and stays below what arrives for half a minute after
 * a narrow line has recovered (measured). That it falls by this much means that the line is full.
 */
const FALL = 0.9;
/** A REMB is about all that comes; this much of it is sound: 48 kbit/s of Opus with its headers. */
const SOUND = 60_000;
const LEAST = 10_000;
/** Share of lost packets at which the line counts as full. */
const LOSS = 0.1;
/** A round trip this much longer than the shortest, in milliseconds: the rest is queue. */
const QUEUE_MS = 250;
/** Share of what is sent that is assumed to go through a line whose queue grows. */
const THROUGH = 0.7;
/** Reports come once a second, so trouble lasts until then. */
const TROUBLE: Micros = 1_000_000;
const RATE_SPAN: Micros = 500_000;
const BEYOND = 1.1;

export class GuessedMeter implements LineMeter {
  readonly #sent = new Slices();
  readonly #line = createLine();
  /** Reports come once a second: too late to wait for. */
  readonly cautiousUntil = 0;
  readonly isGrave = false;
  #remb: number | undefined;
  #reported = 0;
  #limit: number | undefined;
  #shortest = Infinity;
  #troubledUntil: Micros = 0;

  sent(bytes: number, kind: MediaKind, now: Micros): number {
    if (kind === "video") this.#sent.add(now, bytes);
    return 0;
  }

  /** A REMB: bits per second. */
  remb(rate: number, now: Micros): void {
    if (this.#remb !== undefined && rate < FALL * this.#remb)
      this.#trouble(Math.max(LEAST, rate - SOUND), now);
    this.#remb = rate;
  }

  /**
   * A receiver report: fraction lost, and round trip in milliseconds. Of two reports in a row the better one is believed:
   * libdatachannel's receivers claim a loss of 93 % now and then where nothing is lost.
   */
  report(reported: number, roundTrip: number | undefined, now: Micros): void {
    const lost = Math.min(reported, this.#reported);
    this.#reported = reported;
    this.#line.lost = lost;
    if (lost > LOSS) this.#trouble(this.#rate(now) * (1 - lost), now);
    if (roundTrip === undefined) return;
    this.#shortest = Math.min(this.#shortest, roundTrip);
    if (roundTrip > this.#shortest + QUEUE_MS)
      this.#trouble(this.#rate(now) * THROUGH, now);
  }

  line(now: Micros, roundTrip?: number): Line {
    const line = this.#line;
    line.roundTrip = roundTrip;
    line.full = now < this.#troubledUntil;
    // What was sent a second ago has been reported on by now.
    line.carried = line.full ? 0 : this.#rate(now - TROUBLE);
    if (this.#limit !== undefined && line.carried > BEYOND * this.#limit)
      this.#limit = undefined;
    line.limit = this.#limit;
    line.estimate = this.#limit ?? (line.carried || undefined);
    return line;
  }

  get total(): number {
    return SOUND + this.limit();
  }

  limit(): number {
    return this.#limit ?? Infinity;
  }

  #rate(now: Micros): number {
    return (8_000_000 * this.#sent.sum(now, RATE_SPAN)) / RATE_SPAN;
  }

  #trouble(limit: number, now: Micros): void {
    this.#limit = limit;
    this.#troubledUntil = now + TROUBLE;
  }
}
