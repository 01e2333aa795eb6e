/** One subscriber's end of a stream: its place in the history of what it reads. */
import type { Counters } from "../counters.js";
import type { Micros } from "../media.js";
import type { History } from "./history.js";
import type { LineMeter } from "./line-meter.js";
import { Numbering } from "./numbering.js";
import { Outlet, type Wire } from "./outlet.js";
import { Pacer, Ramp } from "./pacer.js";
import { Resends } from "./resends.js";
import {
  MAX_PADDING,
  timestampDistance,
  writePictureId,
  type LegStamp,
} from "./rtp.js";
import type { ReportBlock } from "./rtcp.js";

export type { Wire } from "./outlet.js";

/** What a stream of pictures is made for. */
export type StreamRate = {
  /** Bits per second. */
  bitrate: number;
  /** Single pictures, each a key frame: who is slow leaves some out. */
  stills: boolean;
};

/** What a leg reads. The stream tells it when there is more. */
export type LegSource = {
  readonly history: History;
  /** undefined for sound. */
  readonly rate: StreamRate | undefined;
  /** Where in the payload the 15-bit picture id lies, undefined = nowhere. */
  readonly pictureIdAt: number | undefined;
  /** Position of the newest key frame, undefined before the first. */
  readonly keyPosition: number | undefined;
  /** Position from which a receiver can start, if one is recent enough; undefined = wait for the next one. */
  startPosition: () => number | undefined;
  /** `urgent`: somebody comes from another stream, and may have too large a picture until then. */
  requestKey: (urgent?: boolean) => void;
  timestamp: (at: Micros) => number;
  /** This leg reads from elsewhere now. */
  left: (leg: Leg) => void;
};

/** Streams up to this rate go out evenly: a burst of theirs would hold up the sound on the lines that they are for. */
const PACED_UP_TO = 200_000;
/** A paced stream goes out at most this much faster than it is made. */
const PACE = 2;
const SAVED: Micros = 20_000;
/** Of a paced stream so many packets may wait, then the leg goes on from the next key frame: two to three seconds of 180p. */
const BACKLOG = 45;
/** RTP ticks by which another source's pictures may be moved so that time does not step back: one frame at 30 fps. */
const MOST_SHIFT = 3000;
/** How long a full line is left alone, unless the leg goes to another stream before. */
const BRAKE: Micros = 1_000_000;
/** The least share of its rate at which a stream is not held back. */
const MUCH = 0.7;
/** Padding is not worth less than this. */
const LEAST_PADDING = 60;

const isPaced = (rate: StreamRate | undefined): rate is StreamRate =>
  rate !== undefined && rate.bitrate <= PACED_UP_TO;

/**
 * A leg's state.
 *
 * - `#next` is the position it sends next; undefined while it waits for a place to start.
 * - Told to read another source of pictures, it goes on with the present one until the new one has a key frame.
 * - Sequence numbers, picture ids and timestamps go on without a hole or a step back, whatever it reads.
 */
export class Leg {
  #source: LegSource | undefined;
  /** The source that it goes to with the next key frame. */
  #pending: LegSource | undefined;
  #next: number | undefined;
  readonly #numbering = new Numbering();
  // Picture id = the source's picture number + offset; timestamp = the source's + shift.
  #picture = Math.floor(Math.random() * 0x4000);
  #pictureOffset = 0;
  #timestamp: number | undefined;
  #shift = 0;
  #brakedUntil: Micros | undefined;
  readonly #outlet: Outlet;
  readonly #pacer = new Pacer(SAVED);
  readonly #ramp = new Ramp();
  readonly #resends = new Resends();
  /** Bits per second that the line is known to carry at most; Infinity = no limit known. */
  allowance = Infinity;
  /** Ticked along whenever this leg is flushed: sound's 20 ms pace pictures and padding. */
  companion: Leg | undefined;

  constructor(
    wire: Wire,
    fields: LegStamp,
    counters: Counters,
    meter?: LineMeter,
  ) {
    this.#outlet = new Outlet(wire, fields, counters, meter);
  }

  get ssrc(): number {
    return this.#outlet.fields.ssrc;
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
    const position = source.startPosition();
    if (position !== undefined && this.#follows(source, position))
      return this.#goTo(source, position);
    source.requestKey(this.#timestamp !== undefined);
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
    if (source === this.#pending) {
      if (this.#follows(source, position)) this.#goTo(source, position);
      else source.requestKey(true);
    } else if (this.#next === undefined && at >= (this.#brakedUntil ?? 0))
      this.#begin(source, position);
  }

  /**
   * The line is full and carries this many bits per second: a stream that needs much more is not sent for a second. A leg
   * that is told to read another stream goes there at once.
   */
  brake(carries: number, at: Micros): void {
    const rate = this.#source?.rate;
    if (this.#next === undefined || rate === undefined || isPaced(rate)) return;
    if (carries >= MUCH * rate.bitrate) return;
    this.#next = undefined;
    this.#brakedUntil = at + BRAKE;
    if (this.#pending !== undefined) this.#goTo(this.#pending, undefined);
  }

  /** Fills up to this rate (bits per second) with padding, growing slowly from `from`; 0 ends it. */
  probe(target: number, from: number, at: Micros): void {
    this.#ramp.aim(target, from, at);
  }

  /** Sends what is new. */
  flush(at: Micros): void {
    if (this.#outlet.wire.isOpen()) this.#flush(at);
    this.companion?.tick(at);
  }

  /** Goes on with what is sent little by little. */
  tick(at: Micros): void {
    if (!this.#outlet.wire.isOpen()) return;
    if (this.#next === undefined || isPaced(this.#source?.rate))
      this.#flush(at);
    if (this.#ramp.active) this.#pad(at);
  }

  /** Answers a NACK from the shared history, within bounds; what is no longer there stays lost. */
  resend(lost: number, at: Micros): void {
    const source = this.#source;
    if (this.#next === undefined || source === undefined) return;
    const found = this.#numbering.find(lost, this.#next);
    if (found === undefined) return;
    const line = {
      rate: source.rate?.bitrate ?? 0,
      roundTrip: this.quality.roundTrip,
    };
    const position = found === "padding" ? this.#next : found;
    if (!this.#resends.allow(position, at, line)) return;
    const size =
      found === "padding"
        ? this.#sendPadding(1, lost, at)
        : this.#sendAt(source, found, lost, at);
    this.#resends.spend(size);
    if (size > 0) this.#outlet.counters.packetsResent++;
  }

  /** Sends a sender report that ties the source's timestamps at `at` to wall time. */
  report(wallMs: number, at: Micros): void {
    const timestamp = this.#source?.timestamp(at);
    if (timestamp !== undefined) this.#outlet.report(wallMs, timestamp);
  }

  /** Takes in a receiver's report about this leg. */
  received(block: ReportBlock, wallMs: number): void {
    this.#outlet.received(block, wallMs);
  }

  #dropPending(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.left(this);
  }

  /** Whether time goes on from what was sent to this position, or nearly. */
  #follows({ history }: LegSource, position: number): boolean {
    if (this.#timestamp === undefined) return true;
    const first = history.timestampAt(position);
    return timestampDistance(this.#timestamp, first) > -MOST_SHIFT;
  }

  #goTo(source: LegSource, position: number | undefined): void {
    const old = this.#source;
    this.#source = source;
    this.#pending = this.#next = this.#brakedUntil = undefined;
    if (position !== undefined) this.#begin(source, position);
    old?.left(this);
  }

  #begin({ history }: LegSource, position: number): void {
    this.#next = position;
    this.#numbering.begin(position);
    this.#pictureOffset = this.#picture + 1 - history.pictureAt(position);
    const first = history.timestampAt(position);
    const step = timestampDistance(this.#timestamp ?? first - 1, first);
    this.#shift = step > 0 ? 0 : 1 - step;
  }

  #flush(at: Micros): void {
    const source = this.#source;
    if (source === undefined) return;
    if (this.#next === undefined) return this.#wake(source, at);
    const { history, rate } = source;
    if (this.#next < history.tail) return this.#restart(source, history.tail);
    if (isPaced(rate)) return this.#flushPaced(source, rate, at);
    while (this.#next < history.head) this.#sendNext(source, at);
  }

  #flushPaced(source: LegSource, rate: StreamRate, at: Micros): void {
    const { history, keyPosition = 0 } = source;
    const late = history.head - this.#next! > BACKLOG;
    if (late && !rate.stills) return this.#restart(source, history.head);
    const pace = Math.min(this.allowance, PACE * rate.bitrate);
    while (this.#next! < history.head && this.#pacer.mayGo(pace, at)) {
      if (rate.stills && keyPosition > this.#next! && this.#isBetween(history))
        this.#numbering.goOn((this.#next = keyPosition));
      this.#pacer.spend(this.#sendNext(source, at));
    }
  }

  #sendNext(source: LegSource, at: Micros): number {
    const { history } = source;
    const position = this.#next!++;
    this.#picture = history.pictureAt(position) + this.#pictureOffset;
    this.#timestamp = (history.timestampAt(position) + this.#shift) >>> 0;
    return this.#sendAt(source, position, this.#numbering.take(), at);
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
    const picture = history.pictureAt(position) + this.#pictureOffset;
    if (pictureIdAt !== undefined) writePictureId(packet, pictureIdAt, picture);
    const timestamp = history.timestampAt(position) + this.#shift;
    const sent = this.#outlet.send(packet, sequence, timestamp, at);
    this.#ramp.spend(sent);
    return sent;
  }

  /** No picture is under way: the packet before was the last of one. */
  #isBetween(history: History): boolean {
    const next = this.#next;
    if (next === undefined || next === history.head || next === 0) return true;
    return history.pictureAt(next) !== history.pictureAt(next - 1);
  }

  #pad(at: Micros): void {
    const source = this.#source;
    if (source !== undefined && !this.#isBetween(source.history)) return;
    let due = this.#ramp.due(at);
    while (due >= LEAST_PADDING) {
      const size = Math.min(MAX_PADDING, Math.floor(due));
      const sent = this.#sendPadding(size, this.#numbering.take(), at);
      due = sent === 0 ? 0 : due - sent;
    }
    if (this.#next !== undefined) this.#numbering.goOn(this.#next);
  }

  #sendPadding(size: number, sequence: number, at: Micros): number {
    const timestamp = this.#timestamp ?? this.#source?.timestamp(at) ?? 0;
    const sent = this.#outlet.pad(size, sequence, timestamp, at);
    this.#ramp.spend(sent);
    return sent;
  }

  /** After a brake it asks to go on. */
  #wake(source: LegSource, at: Micros): void {
    if (this.#brakedUntil === undefined || at < this.#brakedUntil) return;
    this.#brakedUntil = undefined;
    source.requestKey();
  }

  /** Too slow: what is lost is lost, it goes on from the next key frame. */
  #restart(source: LegSource, reached: number): void {
    this.#outlet.counters.packetsDropped += reached - this.#next!;
    this.#next = undefined;
    source.requestKey();
  }
}
