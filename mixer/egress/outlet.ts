/** Where one leg's packets leave: stamped with its fields, counted, reported. */
import { wallTime } from "../clock.js";
import type { Counters } from "../counters.js";
import type { Micros } from "../media.js";
import type { LineMeter } from "./line-meter.js";
import {
  MAX_PADDING,
  RTP_HEADER,
  sendTime24,
  stamp,
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

export class Outlet {
  #packets = 0;
  #octets = 0;
  readonly #report = Buffer.alloc(SENDER_REPORT_SIZE);
  readonly #padding = Buffer.alloc(RTP_HEADER + MAX_PADDING);
  /** Fraction lost, 0 to 1, and round trip in milliseconds, as last reported. */
  readonly quality: { lost: number; roundTrip: number | undefined } = {
    lost: 0,
    roundTrip: undefined,
  };

  /** `meter` is told of every packet, if there is one. */
  constructor(
    readonly wire: Wire,
    readonly fields: LegStamp,
    readonly counters: Counters,
    readonly meter?: LineMeter,
  ) {}

  /** Sends a packet under this sequence number and RTP timestamp. Returns its bytes; 0 = not taken, which is counted. */
  send(
    packet: Buffer,
    sequence: number,
    timestamp: number,
    at: Micros,
  ): number {
    const { fields, meter, counters } = this;
    stamp(packet, fields, sequence, timestamp);
    if (fields.transportId !== 0 && meter !== undefined)
      stampTransport(packet, fields, meter.sent(packet.length, at));
    else {
      meter?.sent(packet.length, at);
      stampSendTime(packet, fields, sendTime24(wallTime(at)));
    }
    if (!this.wire.send(packet)) {
      counters.packetsDropped++;
      return 0;
    }
    this.#packets++;
    this.#octets += packet.length - RTP_HEADER;
    counters.packetsSent++;
    counters.bytesSent += packet.length;
    return packet.length;
  }

  /** Sends a packet of so many bytes of padding. */
  pad(size: number, sequence: number, timestamp: number, at: Micros): number {
    const packet = writePadding(this.#padding, size);
    return this.send(packet, sequence, timestamp, at);
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
  received(block: ReportBlock, wallMs: number): void {
    this.quality.lost = block.lost;
    if (block.lastReport === 0) return;
    const units = (ntpMiddle(wallMs) - block.lastReport - block.delay) >>> 0;
    this.quality.roundTrip = (units / 65_536) * 1000;
  }
}
