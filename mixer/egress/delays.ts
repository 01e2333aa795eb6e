/** What the ways of packets tell of a line's queue. Pure: time is an argument. */
import type { Micros } from "../media.js";

/** The quickest packet of the last 10 to 20 s; longer, and the clocks' drift (up to 100 ppm: 2 ms) would count. */
const BASE_FOR: Micros = 10_000_000;
/** A queue is as long as the quickest packet of the last 100 to 200 ms says: a process that stalls delays some, a queue all. */
const LATELY: Micros = 100_000;
/** A packet that is missed for this much longer than usual has met a queue, or somebody stalls: pictures wait until it is known. */
const MISSED: Micros = 50_000;
/** Twice that after each time, since lines and machines that waver do it again; half of it after a while without. */
const MISSED_MOST: Micros = 200_000;
const FORGOTTEN: Micros = 60_000_000;
/** So much longer, and sound is made lean too: on the narrowest lines it alone would be too much. */
const MISSED_LONG: Micros = 200_000;
/** Pictures wait so long at most; a queue is measured meanwhile. The next time only after all was quick once. */
const HOLD: Micros = 400_000;
const QUICK: Micros = 30_000;
/** Nothing heard for this long although enough was sent: nothing comes through. Shorter silences are somebody's stall. */
const SILENT: Micros = 1_000_000;
const SILENT_PACKETS = 20;
/** Who sends nothing for this long, not even sound, stalls itself. */
const STALL: Micros = 200_000;

/** The least of late, forgotten after BASE_FOR. Of any size. */
export class Baseline {
  #least = Infinity;
  #before = Infinity;
  #since: Micros = 0;

  /** How much more than the least this is. */
  excess(value: Micros, now: Micros): Micros {
    if (now - this.#since >= BASE_FOR) {
      this.#before = this.#least;
      this.#least = Infinity;
      this.#since = now;
    }
    this.#least = Math.min(this.#least, value);
    return value - Math.min(this.#least, this.#before);
  }
}

/** How long the queue was at least, lately. */
export class QueueLength {
  #current = Infinity;
  #before = Infinity;
  #since: Micros = 0;

  /** By how much the quickest packet of a report was slower than the quickest of all. */
  note(excess: Micros, now: Micros): void {
    const elapsed = now - this.#since;
    if (elapsed >= LATELY) {
      this.#before = elapsed < 2 * LATELY ? this.#current : Infinity;
      this.#current = Infinity;
      this.#since = now;
    }
    this.#current = Math.min(this.#current, excess);
  }

  /** 0 if nothing is known. */
  get micros(): Micros {
    const least = Math.min(this.#current, this.#before);
    return least === Infinity ? 0 : least;
  }
}

/** Whether pictures had better wait, long before a queue can be measured. Nothing is lost by it if they need not. */
export class Caution {
  readonly #usual = new Baseline();
  #armed = true;
  #most: Micros = MISSED;
  #changedAt: Micros = 0;
  /** Hardly anything comes through. */
  isGrave = false;
  /** Pictures shall wait until then. */
  until: Micros = 0;

  /** At each report: how long ago the oldest packet was sent that should have come, and has not. */
  note(missed: Micros, now: Micros): void {
    const excess = this.#usual.excess(missed, now);
    this.isGrave = excess > (this.isGrave ? QUICK : MISSED_LONG);
    if (excess < QUICK) this.#armed = true;
    if (excess <= this.#most) this.until = 0;
    else if (this.#armed) this.#wait(now);
    if (now - this.#changedAt > FORGOTTEN)
      this.#setMost(Math.max(MISSED, this.#most / 2), now);
  }

  #wait(now: Micros): void {
    this.#armed = false;
    this.until = now + HOLD;
    this.#setMost(Math.min(MISSED_MOST, 2 * this.#most), now);
  }

  #setMost(most: Micros, now: Micros): void {
    this.#most = most;
    this.#changedAt = now;
  }
}

/** Whether nothing is heard any more of what is sent. It counts only while we send, and only from who was heard before. */
export class Silence {
  #wasHeard = false;
  #unheard = 0;
  #since: Micros = 0;
  #sentAt: Micros = 0;
  isSilent = false;

  sent(now: Micros): void {
    const gap = now - this.#sentAt;
    this.#sentAt = now;
    if (this.#unheard++ === 0) this.#since = now;
    else if (gap > STALL) this.#since += gap;
    this.isSilent =
      this.#wasHeard &&
      this.#unheard > SILENT_PACKETS &&
      now - this.#since > SILENT;
  }

  /** A report came. */
  heard(): void {
    this.#wasHeard = true;
    this.#unheard = 0;
    this.isSilent = false;
  }
}
