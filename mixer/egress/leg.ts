/** One subscriber's end of a stream: its place in the history of what it reads. */
import type { Counters } from "../counters.js";
import type { Micros } from "../media.js";
import { Continuity } from "./continuity.js";
import { beginsPicture, type History } from "./history.js";
import { isPaced, type LegSource, type StreamRate } from "./leg-source.js";
import {
  Outlet,
  PACKET_OVERHEAD,
  type NotePacket,
  type Wire,
} from "./outlet.js";
import { Pacer } from "./pacer.js";
import { Resends } from "./resends.js";
import { writePictureId, type LegStamp } from "./rtp.js";
import type { ReportBlock } from "./rtcp.js";
import { Shield } from "./shield.js";

export type { Wire } from "./outlet.js";

/** A paced stream goes out at most this much faster than it is made. */
const PACE = 2;
/** What was held back follows this much faster than it is made. */
const CATCH_UP = 1.5;
const SAVED: Micros = 20_000;
/** Of what a full line carries, paced pictures get this share until its queue is gone. */
const DRAIN = 0.5;
/** Of a paced stream so many packets may wait, then the leg goes on from the next key frame: two to three seconds of 180p. */
const BACKLOG = 45;
/** How long a full line is left alone, unless the leg goes to another stream before. */
const BRAKE: Micros = 1_000_000;
/** The least share of its rate at which a stream is not held back. */
const MUCH = 0.7;

/**
 * A leg's state.
 *
 * - `#next` is the position it sends next; undefined while it waits for a place to start.
 * - Told to read another source of pictures, it goes on with the present one until the new one has a key frame.
 * - Sequence numbers, picture ids and timestamps go on without a hole or a step back, whatever it reads.
 */
export class Leg {
  readonly ssrc: number;
  #source: LegSource | undefined;
  /** The source that it goes to with the next key frame. */
  #pending: LegSource | undefined;
  #next: number | undefined;
  readonly #continuity = new Continuity();
  #brakedUntil: Micros | undefined;
  /** Pictures were held: they are sent little by little until there are no more. */
  #catchesUp = false;
  readonly #outlet: Outlet;
  readonly #pacer = new Pacer(SAVED);
  readonly #resends = new Resends();
  /** Bits per second that the line is known to carry at most; Infinity = no limit known. */
  allowance = Infinity;
  /** The line is full: paced streams leave it room to empty its queue. */
  draining = false;
  /** Until then no pictures go out, but for those of paced streams; what waited follows little by little. */
  heldUntil: Micros = 0;
  /** A leg of sound on a narrow line: to be given few bits. */
  lean = false;
  /** Of a leg of sound: what its losses ask for. */
  readonly shield: Shield;
  /** Ticked along whenever this leg is flushed: sound's 20 ms pace pictures and padding. */
  companion: Leg | undefined;

  constructor(
    wire: Wire,
    fields: LegStamp,
    counters: Counters,
    note?: NotePacket,
  ) {
    this.#outlet = new Outlet(wire, fields, counters, note);
    this.ssrc = fields.ssrc;
    this.shield = new Shield(fields.redundantType);
  }

  /** Fraction lost, 0 to 1, and round trip in milliseconds, as last reported. */
  get quality(): Outlet["quality"] {
    return this.#outlet.quality;
  }

  /** What it reads now; while it waits for another's key frame, still the old one. */
  get source(): LegSource | undefined {
    return this.#source;
  }

  /** Reads from another source: at once if it has a place to start, else with its next key frame. */
  attach(source: LegSource): void {
    if (source === this.#pending) return;
    this.#dropPending();
    if (source === this.#source) return;
    if (this.#brakedUntil !== undefined) return this.#goTo(source, undefined);
    const position = source.startPosition();
    if (
      position !== undefined &&
      this.#continuity.allows(source.history, position)
    )
      return this.#goTo(source, position);
    source.requestKey(this.#continuity.timestamp !== undefined);
    if (this.#next === undefined) this.#goTo(source, undefined);
    else this.#pending = source;
  }

  /** Reads no longer from this source: from the one that it waits for at once, else from none. */
  leave(source: LegSource): void {
    if (source === this.#pending) this.#pending = undefined;
    if (source !== this.#source) return;
    const pending = this.#pending;
    this.#source = this.#next = undefined;
    if (pending !== undefined) this.#goTo(pending, undefined);
  }

  /** Reads nothing from now on. */
  detach(): void {
    this.#dropPending();
    const source = this.#source;
    this.#source = this.#next = undefined;
    source?.left(this);
  }

  /** The source has a key frame at this position, made just now. */
  start(source: LegSource, position: number, at: Micros): void {
    const waits = this.#next === undefined && at >= (this.#brakedUntil ?? 0);
    if (source !== this.#pending && !waits) return;
    if (this.#continuity.allows(source.history, position))
      this.#goTo(source, position);
    else source.requestKey(true);
  }

  /**
   * The line is full and carries this many bits per second: a stream that needs much more is not sent until `release`, or
   * for a second. The same goes for what the leg is told to read meanwhile: the queue empties first.
   */
  brake(carries: number, at: Micros): void {
    const { bitrate = 0 } = this.#source?.rate ?? {};
    if (this.#next === undefined || isPaced(this.#source)) return;
    if (carries >= MUCH * bitrate) return;
    this.#next = undefined;
    this.#brakedUntil = at + BRAKE;
    if (this.#pending !== undefined) this.#goTo(this.#pending, undefined);
  }

  /** The line is not full any more. */
  release(at: Micros): void {
    if (this.#brakedUntil === undefined) return;
    this.#brakedUntil = at;
    this.tick(at);
  }

  /** Fills up to this rate (bits per second) with padding, growing slowly from `from`; 0 ends it. */
  probe(target: number, from: number, at: Micros): void {
    this.#outlet.ramp.aim(target, from, at);
  }

  get isProbing(): boolean {
    return this.#outlet.ramp.active;
  }

  /** Sends what is new. */
  flush(at: Micros): void {
    if (this.#outlet.wire.isOpen()) this.#flush(at);
    this.companion?.tick(at);
  }

  /** Goes on with what is sent little by little. */
  tick(at: Micros): void {
    if (!this.#outlet.wire.isOpen()) return;
    const goesOn = this.#catchesUp || isPaced(this.#source);
    if (this.#next === undefined || goesOn) this.#flush(at);
    if (this.#outlet.ramp.active) this.#pad(at);
  }

  /** Answers a NACK from the shared history, within bounds; what is no longer there stays lost. */
  resend(lost: number, at: Micros): void {
    const source = this.#source;
    if (this.#next === undefined || !source || at < this.heldUntil) return;
    const { numbering } = this.#continuity;
    const found = numbering.find(lost, this.#next);
    if (found === undefined) return;
    const rate = source.rate?.bitrate ?? 0;
    const { roundTrip } = this.quality;
    const position = found === "padding" ? this.#next : found;
    if (!this.#resends.allow(position, at, { rate, roundTrip })) return;
    const size =
      found === "padding"
        ? this.#outlet.pad(1, lost, this.#continuity.timestamp ?? 0, at)
        : this.#sendAt(source, found, lost, at);
    this.#resends.spend(size);
    this.#pacer.spend(size);
    if (size > 0) this.#outlet.counters.packetsResent++;
  }

  /** Sends a sender report that ties the source's timestamps at `at` to wall time. */
  report(wallMs: number, at: Micros): void {
    const timestamp = this.#source?.timestamp(at);
    if (timestamp !== undefined) this.#outlet.report(wallMs, timestamp);
  }

  /** Takes in a receiver's report about this leg. */
  received(block: ReportBlock, at: Micros): void {
    this.#outlet.received(block, at);
    this.shield.report(block.lost, at);
  }

  #dropPending(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.left(this);
  }

  #goTo(source: LegSource, position: number | undefined): void {
    const old = this.#source === source ? undefined : this.#source;
    this.#source = source;
    this.#pending = this.#next = undefined;
    if (position !== undefined) this.#begin(source, position);
    old?.left(this);
  }

  #begin({ history, redundant }: LegSource, position: number): void {
    this.#next = position;
    this.#outlet.redundant = redundant ?? false;
    this.#brakedUntil = undefined;
    this.#catchesUp = false;
    this.#continuity.begin(history, position);
  }

  #flush(at: Micros): void {
    const source = this.#source;
    if (source === undefined) return;
    if (this.#next === undefined) return this.#wake(source, at);
    const { history } = source;
    if (this.#next < history.tail) return this.#restart(source, history.tail);
    if (isPaced(source)) return this.#flushPaced(source, source.rate!, at);
    if (source.rate && this.#isHeld(source, source.rate, at)) return;
    while (this.#next < history.head) this.#sendNext(source, at);
  }

  /** After a pause not everything may go at once: that would be the next queue. */
  #isHeld(source: LegSource, { bitrate }: StreamRate, at: Micros): boolean {
    if (at < this.heldUntil) return (this.#catchesUp = true);
    if (!this.#catchesUp) return false;
    while (this.#next! < source.history.head) {
      if (!this.#pacer.mayGo(CATCH_UP * bitrate, at)) return true;
      this.#pacer.spend(this.#sendNext(source, at));
    }
    this.#catchesUp = false;
    return true;
  }

  #flushPaced(source: LegSource, rate: StreamRate, at: Micros): void {
    const { history } = source;
    const late = history.head - this.#next! > BACKLOG;
    if (late && !rate.stills) return this.#restart(source, history.head);
    const even = Math.min(this.allowance, PACE * rate.bitrate);
    const usual = Math.max(even, this.#outlet.ramp.rate);
    const pace = this.draining ? DRAIN * usual : usual;
    while (this.#next! < history.head && this.#pacer.mayGo(pace, at)) {
      if (rate.stills && this.#isBetween(history))
        this.#beginStill(source, usual, at);
      this.#pacer.spend(this.#sendNext(source, at));
    }
  }

  /**
   * The newest still is next, and its time is when it will have arrived: players hold the sound back until the picture of
   * its time is there (measured in Chromium: 0.7 s).
   */
  #beginStill(source: LegSource, pace: number, at: Micros): void {
    const { history, keyPosition = 0 } = source;
    this.#next = Math.max(this.#next!, keyPosition);
    let bytes = 0;
    for (let position = this.#next; position < history.head; position++)
      bytes += history.at(position)!.length + PACKET_OVERHEAD;
    const arrival = source.timestamp(at + (8_000_000 * bytes) / pace);
    this.#continuity.beginLater(history, this.#next, arrival);
  }

  #sendNext(source: LegSource, at: Micros): number {
    const { history } = source;
    const position = this.#next!++;
    const sequence = this.#continuity.numbering.take();
    const sent = this.#sendAt(source, position, sequence, at);
    if (this.#isBetween(history)) this.#continuity.passed(history, position);
    return sent;
  }

  /** Returns the bytes that went out. */
  #sendAt(
    { history, pictureIdAt }: LegSource,
    position: number,
    sequence: number,
    at: Micros,
  ): number {
    const packet = history.at(position);
    if (packet === undefined) return 0;
    const picture = this.#continuity.pictureAt(history, position);
    if (pictureIdAt !== undefined) writePictureId(packet, pictureIdAt, picture);
    const timestamp = this.#continuity.timestampAt(history, position);
    return this.#outlet.send(packet, sequence, timestamp, at);
  }

  /** No picture is under way. */
  #isBetween(history: History): boolean {
    return this.#next === undefined || beginsPicture(history, this.#next);
  }

  #pad(at: Micros): void {
    const source = this.#source;
    if (source !== undefined && !this.#isBetween(source.history)) return;
    const { numbering, timestamp } = this.#continuity;
    this.#outlet.fill(numbering, timestamp ?? source?.timestamp(at) ?? 0, at);
    if (this.#next !== undefined) numbering.goOn(this.#next);
  }

  /** After a brake it asks to go on. */
  #wake(source: LegSource, at: Micros): void {
    if (this.#brakedUntil === undefined || at < this.#brakedUntil) return;
    this.#brakedUntil = undefined;
    source.requestKey(true);
  }

  /** Too slow: what is lost is lost, it goes on from the next key frame. */
  #restart(source: LegSource, reached: number): void {
    this.#outlet.counters.packetsDropped += reached - this.#next!;
    this.#next = undefined;
    source.requestKey();
  }
}
