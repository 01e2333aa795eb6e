/** Where one leg's packets leave: stamped with its fields, counted, reported. */
import { wallTime } from "../clock.js";
import type { Counters } from "../counters.js";
import type { Micros } from "../media.js";
import type { Numbering } from "./numbering.js";
import { Ramp } from "./pacer.js";
import {
  MAX_PADDING,
  RTP_HEADER,
  sendTime24,
  stamp,
  stampRedundant,
  stampSendTime,
  stampTransport,
  writePadding,
  type LegStamp,
} from "./rtp.js";
import {
  ntpMiddle,
  SENDER_REPORT_SIZE,
  writeSenderReport,
  type ReportBlock,
} from "./rtcp.js";

/** The wire under a leg. `send` copies the packet before it returns; false = not taken. */
export type Wire = { isOpen: () => boolean; send: (packet: Buffer) => boolean };

/** What SRTP (10 bytes), UDP (8) and IPv4 (20) add to a packet: lines carry that too. */
export const PACKET_OVERHEAD = 38;

/** Padding is not worth less than this. */
const LEAST_PADDING = 60;

/** Told of every packet's size on the line; gives its transport-wide number. */
export type NotePacket = (bytes: number, at: Micros) => number;

export class Outlet {
  #packets = 0;
  #octets = 0;
  readonly #report = Buffer.alloc(SENDER_REPORT_SIZE);
  /** While it runs, padding fills what is sent up to its rate. */
  readonly ramp = new Ramp();
  /** What is sent has earlier packets inside (RED). */
  redundant = false;
  readonly #padding = Buffer.alloc(RTP_HEADER + MAX_PADDING);
  /** Fraction lost, 0 to 1, and round trip in milliseconds, as last reported. */
  readonly quality: { lost: number; roundTrip: number | undefined } = {
    lost: 0,
    roundTrip: undefined,
  };

  constructor(
    readonly wire: Wire,
    readonly fields: LegStamp,
    readonly counters: Counters,
    private readonly note: NotePacket = () => 0,
  ) {}

  /** Sends a packet under this sequence number and RTP timestamp. Returns its bytes on the line; 0 = not taken, which is counted. */
  send(
    packet: Buffer,
    sequence: number,
    timestamp: number,
    at: Micros,
  ): number {
    const { fields, counters } = this;
    stamp(packet, fields, sequence, timestamp);
    if (this.redundant) stampRedundant(packet, fields);
    const size = packet.length + PACKET_OVERHEAD;
    const number = this.note(size, at);
    if (fields.transportId !== 0) stampTransport(packet, fields, number);
    else stampSendTime(packet, fields, sendTime24(wallTime(at)));
    if (!this.wire.send(packet)) {
      counters.packetsDropped++;
      return 0;
    }
    this.ramp.spend(size);
    this.#packets++;
    this.#octets += packet.length - RTP_HEADER;
    counters.packetsSent++;
    counters.bytesSent += packet.length;
    return size;
  }

  /** Sends a packet of so many bytes of padding, like `send`. */
  pad(bytes: number, sequence: number, timestamp: number, at: Micros): number {
    const packet = writePadding(this.#padding, bytes);
    return this.send(packet, sequence, timestamp, at);
  }

  /** Sends the padding that the ramp asks for; between two pictures only. */
  fill(numbering: Numbering, timestamp: number, at: Micros): void {
    let due = this.ramp.due(at);
    while (due >= LEAST_PADDING) {
      const bytes = Math.min(MAX_PADDING, Math.floor(due));
      const sent = this.pad(bytes, numbering.take(), timestamp, at);
      due = sent === 0 ? 0 : due - sent;
    }
  }

  /** Sends a sender report that ties this RTP timestamp to wall time. */
  report(wallMs: number, timestamp: number): void {
    if (!this.wire.isOpen()) return;
    writeSenderReport(this.#report, {
      ssrc: this.fields.ssrc,
      wallMs,
      timestamp,
      packets: this.#packets,
      octets: this.#octets,
    });
    this.wire.send(this.#report);
  }

  /** Takes in a receiver's report. */
  received(block: ReportBlock, at: Micros): void {
    this.quality.lost = block.lost;
    if (block.lastReport === 0) return;
    const units =
      (ntpMiddle(wallTime(at)) - block.lastReport - block.delay) >>> 0;
    this.quality.roundTrip = (units / 65_536) * 1000;
  }
}
