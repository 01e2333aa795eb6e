/** One subscriber's end of a stream: its place in the history and what its packets carry. */
import type { Counters } from "../counters.js";
import type { Micros } from "../media.js";
import { RTP_HEADER, sequenceDistance, stamp, type LegStamp } from "./rtp.js";
import type { History } from "./history.js";
import {
  ntpMiddle,
  SENDER_REPORT_SIZE,
  writeSenderReport,
  type ReportBlock,
} from "./rtcp.js";

/** The wire under a leg. `send` copies the packet before it returns; false = not taken. */
export type Wire = { isOpen: () => boolean; send: (packet: Buffer) => boolean };

/** What a leg reads. The stream tells it when there is more. */
export type LegSource = {
  readonly history: History;
  readonly clockRate: number;
  /** Position from which a receiver can start, if one is recent enough; undefined = wait for the next one. */
  startPosition: () => number | undefined;
  requestKey: () => void;
  timestamp: (at: Micros) => number;
};

/**
 * A leg's state.
 *
 * - `next` is the position it sends next; undefined while it waits for a place to start.
 * - Its sequence numbers go on without a hole when it moves to another source.
 */
export class Leg {
  #source: LegSource | undefined;
  #next: number | undefined;
  // Sequence number = position + offset; `first` is the position from which that holds.
  #offset = 0;
  #first = 0;
  #sequence = Math.floor(Math.random() * 0x8000);
  #packets = 0;
  #octets = 0;
  readonly #report = Buffer.alloc(SENDER_REPORT_SIZE);
  /** Fraction lost, 0 to 1, and round trip in milliseconds, as last reported. */
  readonly quality: { lost: number; roundTrip: number | undefined } = {
    lost: 0,
    roundTrip: undefined,
  };

  constructor(
    private readonly wire: Wire,
    private readonly fields: LegStamp,
    private readonly counters: Counters,
  ) {}

  get ssrc(): number {
    return this.fields.ssrc;
  }

  get source(): LegSource | undefined {
    return this.#source;
  }

  /** Reads from another source from now on, or from none. */
  attach(source: LegSource | undefined): void {
    if (source === this.#source) return;
    this.#source = source;
    this.#next = undefined;
    const position = source?.startPosition();
    if (position !== undefined) this.start(position);
    else source?.requestKey();
  }

  /** The source has a position where receivers can start; does nothing once started. */
  start(position: number): void {
    if (this.#source === undefined || this.#next !== undefined) return;
    this.#next = position;
    this.#first = position;
    this.#offset = this.#sequence - position;
  }

  /** Sends what is new, at `sendTime` (6.18 fixed point seconds). */
  flush(sendTime: number): void {
    const history = this.#source?.history;
    if (history === undefined || this.#next === undefined) return;
    if (!this.wire.isOpen()) return;
    if (this.#next < history.tail) return this.#restart(history.tail);
    for (; this.#next < history.head; this.#next++) {
      const packet = history.at(this.#next);
      if (packet === undefined) continue;
      const sequence = this.#next + this.#offset;
      stamp(packet, this.fields, sequence, sendTime);
      this.#send(packet);
      this.#sequence = sequence + 1;
    }
  }

  /** Answers a NACK from the shared history; what is no longer there stays lost. */
  resend(lost: number, sendTime: number): void {
    if (this.#next === undefined) return;
    const expected = this.#next + this.#offset;
    const position = this.#next - sequenceDistance(lost, expected);
    if (position < this.#first || position >= this.#next) return;
    const packet = this.#source?.history.at(position);
    if (packet === undefined) return;
    stamp(packet, this.fields, lost, sendTime);
    if (this.#send(packet)) this.counters.packetsResent++;
  }

  /** Sends a sender report that ties the source's timestamps at `at` to wall time. */
  report(wallMs: number, at: Micros): void {
    if (this.#source === undefined || !this.wire.isOpen()) return;
    writeSenderReport(this.#report, {
      ssrc: this.fields.ssrc,
      wallMs,
      timestamp: this.#source.timestamp(at),
      packets: this.#packets,
      octets: this.#octets,
    });
    this.wire.send(this.#report);
  }

  /** Takes in a receiver's report about this leg. */
  received(block: ReportBlock, wallMs: number): void {
    this.quality.lost = block.lost;
    if (block.lastReport === 0) return;
    const units = (ntpMiddle(wallMs) - block.lastReport - block.delay) >>> 0;
    this.quality.roundTrip = (units / 65_536) * 1000;
  }

  /** Too slow for the history: what is lost is lost, it goes on from the next key frame. */
  #restart(tail: number): void {
    this.counters.packetsDropped += tail - this.#next!;
    this.#next = undefined;
    this.#source?.requestKey();
  }

  #send(packet: Buffer): boolean {
    if (!this.wire.send(packet)) {
      this.counters.packetsDropped++;
      return false;
    }
    this.#packets++;
    this.#octets += packet.length - RTP_HEADER;
    this.counters.packetsSent++;
    this.counters.bytesSent += packet.length;
    return true;
  }
}
