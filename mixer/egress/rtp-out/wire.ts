/** A leg's way to a plain UDP socket: packets without the extensions that only browsers ask for, encrypted where that is agreed. */
import { now, wallTime } from "../../clock.js";
import type { RtpHost } from "../../contract.js";
import { isRtcp } from "../../rtp/packet.js";
import { REPORT_BLOCK_SIZE, type Reception } from "../../rtp/reception.js";
import { SRTP_GROWTH, type Srtp } from "../../rtp/srtp.js";
import type { UdpPair } from "../../rtp/udp.js";
import type { Wire } from "../outlet.js";
import { MAX_PACKET, RTP_HEADER } from "../rtp.js";

export type RtpWireOptions = {
  udp: Pick<UdpPair, "sendRtp" | "sendRtcp">;
  /** Where packets go now; undefined = nowhere yet. */
  to: () => RtpHost | undefined;
  rtcpMux: boolean;
  /** Encrypts what is sent. */
  srtp: Srtp | undefined;
  /** What is reported of the other direction; undefined = nothing comes. */
  reception: Reception | undefined;
};

/** The RTP header without extensions. */
const HEADER = 12;
const SLOT = MAX_PACKET + SRTP_GROWTH;
/** Packets that the socket may still have, each 5 ms at least. */
const SLOTS = 16;
const RECEIVER_REPORT = 201;
const BYE = 203;

export class RtpWire implements Wire {
  /** RTP packets that went out. */
  sent = 0;
  readonly #options: RtpWireOptions;
  readonly #slots = Array.from({ length: SLOTS }, () => Buffer.alloc(SLOT));
  #slot = 0;

  constructor(options: RtpWireOptions) {
    this.#options = options;
  }

  readonly isOpen = (): boolean => this.#options.to() !== undefined;

  readonly send = (packet: Buffer): boolean => {
    if (isRtcp(packet)) return this.#sendReport(packet);
    const { to, srtp, udp } = this.#options;
    const target = to();
    if (target === undefined) return false;
    const data = this.#take();
    packet.copy(data, 0, 0, HEADER);
    data[0]! &= 0xef;
    const length = HEADER + packet.copy(data, HEADER, RTP_HEADER);
    const size = srtp?.protect(data, length) ?? length;
    if (!udp.sendRtp(data, size, target)) return false;
    this.sent++;
    return true;
  };

  /** Says that this source has ended. A compound packet begins with a report (RFC 3550 §6.1). */
  bye(ssrc: number): void {
    const data = this.#take();
    data.writeUInt32BE((0x8000_0000 | (RECEIVER_REPORT << 16) | 1) >>> 0, 0);
    data.writeUInt32BE(ssrc, 4);
    data.writeUInt32BE((0x8100_0000 | (BYE << 16) | 1) >>> 0, 8);
    data.writeUInt32BE(ssrc, 12);
    this.#sendRtcp(data, 16);
  }

  /** A sender report, into which the report about the other direction is put. */
  #sendReport(report: Buffer): boolean {
    const data = this.#take();
    const { reception } = this.#options;
    if (reception === undefined || reception.ssrc === 0) {
      report.copy(data);
      return this.#sendRtcp(data, report.length);
    }
    const at = 4 * (report.readUInt16BE(2) + 1);
    report.copy(data, 0, 0, at);
    data[0]! |= 1;
    data.writeUInt16BE(report.readUInt16BE(2) + REPORT_BLOCK_SIZE / 4, 2);
    reception.write(data, at, wallTime(now()));
    report.copy(data, at + REPORT_BLOCK_SIZE, at);
    return this.#sendRtcp(data, report.length + REPORT_BLOCK_SIZE);
  }

  #sendRtcp(data: Buffer, length: number): boolean {
    const { udp, to, rtcpMux, srtp } = this.#options;
    const target = to();
    if (target === undefined) return false;
    const size = srtp?.protectRtcp(data, length) ?? length;
    if (rtcpMux) return udp.sendRtp(data, size, target);
    const { address, port } = target;
    return udp.sendRtcp(data, size, { address, port: port + 1 });
  }

  #take(): Buffer {
    return this.#slots[this.#slot++ % SLOTS]!;
  }
}
