/** What is told to a sender of how its packets arrive (RFC 3550 §6.4 and appendix A). Pure. */
import { sequenceDistance } from "./packet.js";

const BLOCK = 24;

export class Reception {
  ssrc = 0;
  #base = 0;
  #highest = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #transit: number | undefined;
  #jitter = 0;
  #lastReport = 0;
  #reportCame = 0;

  constructor(private readonly rate: number) {}

  begin(ssrc: number, sequence: number): void {
    this.ssrc = ssrc;
    this.#base = this.#highest = sequence;
    this.#received = this.#expectedBefore = this.#receivedBefore = 0;
    this.#transit = undefined;
    this.#jitter = this.#lastReport = 0;
  }

  /** Packets that never came until now. */
  get lost(): number {
    return Math.max(0, this.#expected - this.#received);
  }

  get #expected(): number {
    return this.ssrc === 0 ? 0 : this.#highest - this.#base + 1;
  }

  /** `ms`: when it came. */
  packet(sequence: number, timestamp: number, ms: number): void {
    this.#received++;
    const distance = sequenceDistance(this.#highest & 0xffff, sequence);
    if (distance > 0) this.#highest += distance;
    const arrival = Math.round((ms * this.rate) / 1000);
    const transit = (arrival - timestamp) | 0;
    if (this.#transit !== undefined) {
      const change = Math.abs((transit - this.#transit) | 0);
      this.#jitter += (change - this.#jitter) / 16;
    }
    this.#transit = transit;
  }

  /** A sender report came: the middle 32 bits of its NTP time. */
  senderReport(ssrc: number, ntpMiddle: number, ms: number): void {
    if (ssrc !== this.ssrc) return;
    this.#lastReport = ntpMiddle;
    this.#reportCame = ms;
  }

  /** Writes the report block (24 bytes) and begins the next interval. */
  write(packet: Buffer, at: number, ms: number): void {
    const expected = this.#expected - this.#expectedBefore;
    const missing = expected - (this.#received - this.#receivedBefore);
    this.#expectedBefore = this.#expected;
    this.#receivedBefore = this.#received;
    const fraction =
      expected <= 0 || missing <= 0
        ? 0
        : Math.min(255, (missing * 256) / expected);
    const delay =
      this.#lastReport === 0 ? 0 : ((ms - this.#reportCame) * 65_536) / 1000;
    packet.writeUInt32BE(this.ssrc, at);
    const lost = Math.min(0x7f_ffff, this.lost);
    packet.writeUInt32BE(((fraction << 24) | lost) >>> 0, at + 4);
    packet.writeUInt32BE(this.#highest >>> 0, at + 8);
    packet.writeUInt32BE(Math.floor(this.#jitter) >>> 0, at + 12);
    packet.writeUInt32BE(this.#lastReport, at + 16);
    packet.writeUInt32BE(Math.floor(delay) >>> 0, at + 20);
  }
}

export const REPORT_BLOCK_SIZE = BLOCK;
