/** Measures what a subscriber's line carries, from what the receiver tells of each packet. Pure. */
import type { Micros } from "../media.js";
import { Baseline, Caution, QueueLength, Silence } from "./delays.js";
import { createLine, type Line } from "./line.js";
import {
  DRAINED,
  MEASURE_LEAST,
  Outflow,
  QUEUED,
  type Passed,
} from "./outflow.js";
import { Losses, LOST_QUEUED } from "./losses.js";
import { SLICE, Slices } from "./rates.js";
import { parseTransportFeedback, type OnPacket } from "./transport-feedback.js";

/** Packets under way that are remembered: three seconds of 720p. */
const SLOTS = 1024;
/** Beyond so much there is a queue, however short. */
const QUEUED_LITTLE: Micros = 25_000;
/** Without news for this long nothing is said of now. */
const STALE: Micros = 400_000;
const RATE_SPAN: Micros = 500_000;
/** The most that was carried is remembered for this long. */
const CARRIED_FOR: Micros = 2_000_000;
/** What is tried after a silence, bits per second: the lowest rung that moves. */
const AFTER_SILENCE = 150_000;
/** Before the first arrival, so that times are positive. */
const EARLIER: Micros = 1_000_000;
/** Sound's rate is looked at over this. */
const SOUND_SPAN: Micros = 1_000_000;
/** Pictures are always given something to try with, bits per second. */
const LEAST = 10_000;
/** Lines that carry less than this in all get lean sound, which takes so much of it with its headers; bits per second. */
export const LEAN_BELOW = 200_000;
const LEAN_SOUND = 33_000;

/** How far the receiver's clock goes. */
const ROUND: Micros = 2 ** 24 * 64_000;

const UNSENT = 0;
const SENT = 1;
const LOST = 2;

export type MediaKind = "audio" | "video";

/** Whatever measures a line: in bits per second of whole IP packets, of which pictures get what sound leaves. */
export type LineMeter = {
  /** Notes a packet of this size; returns its transport-wide number. */
  sent: (bytes: number, kind: MediaKind, now: Micros) => number;
  /** What is known at this moment. The object is reused. */
  line: (now: Micros, roundTrip?: number) => Line;
  /** Bits per second of pictures that the line carried when it was last full; or has carried since; Infinity = it never was. */
  limit: (now: Micros) => number;
  /** The same of everything, sound and pictures. */
  readonly total: number;
  /** Until then pictures had better wait: what was sent last does not seem to come through. */
  readonly cautiousUntil: Micros;
  /** For long already: sound had better be lean. */
  readonly isGrave: boolean;
};

/**
 * One line's state.
 *
 * - `sent` is told of every packet and numbers it; `feedback` says when they came.
 * - While the line is full, `estimate` is measured: what arrived since its queue began to grow.
 */
export class ToldMeter implements LineMeter {
  readonly #sentAt = new Float64Array(SLOTS);
  readonly #bytes = new Uint16Array(SLOTS);
  readonly #number = new Uint16Array(SLOTS);
  readonly #state = new Uint8Array(SLOTS);
  readonly #baseline = new Baseline();
  readonly #queue = new QueueLength();
  readonly #caution = new Caution();
  readonly #silence = new Silence();
  readonly #outflow = new Outflow();
  readonly #passed: Passed = { excess: 0, arrival: 0, sentAt: 0, bytes: 0 };
  /** By the receiver's clock. */
  readonly #arrived = new Slices();
  /** By our clock, as the rest. */
  readonly #sent = new Slices();
  readonly #sound = new Slices();
  readonly #losses = new Losses();
  readonly #line = createLine();
  #next = 0;
  #feedbackAt: Micros = -STALE;
  #feedbackCount = -1;
  #lastArrival: Micros | undefined;
  #carried = 0;
  #carriedAt: Micros = 0;
  #limit: number | undefined;
  #epoch: Micros | undefined;
  // Of the feedback that is being read.
  #now: Micros = 0;
  #excess = Infinity;
  #lost = false;
  #lossyFrom: Micros | undefined;
  /** The newest packet that was reported on. */
  #reportedTo: number | undefined;
  sent(bytes: number, kind: MediaKind, now: Micros): number {
    if (kind === "audio") this.#sound.add(now, bytes);
    this.#sent.add(now, bytes);
    this.#silence.sent(now);
    const number = this.#next;
    this.#next = (number + 1) & 0xffff;
    const slot = number % SLOTS;
    this.#sentAt[slot] = now;
    this.#bytes[slot] = bytes;
    this.#number[slot] = number;
    this.#state[slot] = SENT;
    return number;
  }

  /** Takes in a feedback packet (RTCP, FMT 15). One that came already is left out. */
  feedback(part: Buffer, now: Micros): void {
    const count = part[19] ?? 0;
    if (count === this.#feedbackCount) return;
    this.#feedbackCount = count;
    this.#feedbackAt = now;
    this.#silence.heard();
    this.#excess = Infinity;
    this.#lost = false;
    this.#now = now;
    parseTransportFeedback(part, this.#onPacket);
    this.#miss();
    this.#judge();
  }

  line(now: Micros, roundTrip?: number): Line {
    const line = this.#line;
    line.roundTrip = roundTrip;
    line.lost = this.#losses.share(now);
    if (this.#silence.isSilent) this.#fallSilent();
    else if (now - this.#feedbackAt > STALE) {
      line.full = false;
      line.queue = 0;
    }
    if (now - this.#carriedAt > CARRIED_FOR) this.#carried = 0;
    line.carried = this.#beside(this.#carried, now);
    const most = this.#limit ?? (this.#carried || undefined);
    line.estimate = most && this.#beside(most, now);
    line.limit = this.#limit && line.estimate;
    return line;
  }

  get total(): number {
    return this.#limit ?? Infinity;
  }

  get cautiousUntil(): Micros {
    return this.#caution.until;
  }

  get isGrave(): boolean {
    return this.#caution.isGrave;
  }

  limit(now: Micros): number {
    if (this.#limit === undefined) return Infinity;
    return Math.max(LEAST, this.#beside(this.#limit, now));
  }

  readonly #onPacket: OnPacket = (number, arrival) => {
    const slot = number % SLOTS;
    const state = this.#state[slot]!;
    if (state === UNSENT || this.#number[slot] !== number) return;
    this.#reportedTo = number;
    if (arrival !== undefined) this.#came(slot, state, this.#unwrap(arrival));
    else if (state === SENT) {
      this.#state[slot] = LOST;
      this.#lost = true;
      this.#outflow.missed(this.#bytes[slot]!);
      this.#losses.reported.add(this.#now, 1);
      this.#losses.missed.add(this.#now, 1);
    }
  };

  #came(slot: number, state: number, arrival: Micros): void {
    if (state === SENT) this.#losses.reported.add(this.#now, 1);
    // Late, not lost.
    else this.#losses.missed.add(this.#now, -1);
    this.#state[slot] = UNSENT;
    const passed = this.#passed;
    passed.arrival = arrival;
    passed.bytes = this.#bytes[slot]!;
    passed.sentAt = this.#sentAt[slot]!;
    this.#arrived.add(arrival, passed.bytes);
    this.#lastArrival = Math.max(this.#lastArrival ?? arrival, arrival);
    const delay = arrival - passed.sentAt;
    passed.excess = this.#baseline.excess(delay, this.#now);
    this.#excess = Math.min(this.#excess, passed.excess);
    this.#outflow.note(passed);
  }

  /** What was sent right after the last packet that was reported on has not come. */
  #miss(): void {
    if (this.#reportedTo === undefined) return;
    const missed = (this.#reportedTo + 1) & 0xffff;
    const sentAt = this.#sentAt[missed % SLOTS]!;
    const isUnderWay = missed !== this.#next;
    this.#caution.note(isUnderWay ? this.#now - sentAt : 0, this.#now);
  }

  #fallSilent(): void {
    this.#line.full = true;
    this.#carried = 0;
    this.#limit = Math.min(this.#limit ?? Infinity, AFTER_SILENCE);
  }

  /** The receiver's clock from the first arrival on: its 24 bits of 64 ms go round every 12 days. */
  #unwrap(arrival: Micros): Micros {
    this.#epoch ??= arrival - EARLIER;
    const last = this.#lastArrival ?? 0;
    if (arrival - this.#epoch < last - ROUND / 2) this.#epoch -= ROUND;
    return Math.max(0, arrival - this.#epoch);
  }

  #judge(): void {
    if (this.#excess !== Infinity) this.#queue.note(this.#excess, this.#now);
    this.#line.queue = this.#queue.micros / 1000;
    if (this.#isFull()) return this.#fill();
    this.#line.full = false;
    this.#lossyFrom = undefined;
    this.#noteCarried();
  }

  #isFull(): boolean {
    const excess = this.#excess === Infinity ? 0 : this.#excess;
    if (this.#line.full && excess > DRAINED) return true;
    if (excess > QUEUED && this.#outflow.isReal) return true;
    return this.#losses.isMuch(excess > QUEUED_LITTLE, this.#now);
  }

  #fill(): void {
    const { isQueued, isGrowing } = this.#outflow;
    const measured = this.#measured();
    if (measured === undefined) return;
    // A queue that empties says little: less may come out of it than the line carries.
    const emptying = isQueued && !isGrowing;
    const sent = this.#rateOf(this.#sent, this.#now, RATE_SPAN);
    const known = this.#limit ?? 0;
    const less = sent > measured && !emptying;
    if (known === 0 || less || measured > known) this.#limit = measured;
    this.#line.full = true;
    this.#carried = 0;
  }

  /** Bits per second that came through the full line; undefined = not known yet. */
  #measured(): number | undefined {
    const last = this.#lastArrival;
    if (last === undefined) return undefined;
    return this.#outflow.isQueued
      ? this.#outflow.measure(this.#limit === undefined)
      : this.#measuredOfLossy(last);
  }

  /** Without a queue to speak of: what came since so much is lost. */
  #measuredOfLossy(last: Micros): number | undefined {
    // While pictures wait nothing is lost, and what comes is sound only.
    if (!this.#lost) this.#lossyFrom = undefined;
    this.#lossyFrom ??= last;
    const since = last - this.#lossyFrom;
    if (since < MEASURE_LEAST + 2 * SLICE) return undefined;
    const span = Math.min(RATE_SPAN, since - SLICE);
    const slices = Math.floor(span / SLICE) * SLICE;
    const rate = this.#rateOf(this.#arrived, last, slices);
    // Losses are told late: what is sent by now may all come.
    const sent = this.#rateOf(this.#sent, this.#now, RATE_SPAN);
    return sent * (1 - LOST_QUEUED) > rate ? rate : undefined;
  }

  #noteCarried(): void {
    const rate = this.#rateOf(this.#arrived, this.#lastArrival ?? 0, RATE_SPAN);
    if (rate < this.#carried && this.#now - this.#carriedAt < CARRIED_FOR)
      return;
    this.#carried = rate;
    this.#carriedAt = this.#now;
    if (this.#limit !== undefined) this.#limit = Math.max(this.#limit, rate);
  }

  /** What is left for pictures of so many bits per second, sound being lean on a narrow line. */
  #beside(total: number, now: Micros): number {
    const sound = this.#rateOf(this.#sound, now, SOUND_SPAN);
    const least = total < LEAN_BELOW ? LEAN_SOUND : Infinity;
    return Math.max(0, total - Math.min(sound, least));
  }

  #rateOf(sums: Slices, now: Micros, span: Micros): number {
    return (8_000_000 * sums.sum(now, span)) / span;
  }
}
