/** Which packets of a session are its sender's. Pure but for the cipher. */
import type { RtpHost } from "../../contract.js";
import type { Micros } from "../../media.js";
import { Latch, type LatchOptions } from "../../rtp/latch.js";
import { payloadOf } from "../../rtp/packet.js";
import type { Srtp } from "../../rtp/srtp.js";

export type GateOptions = LatchOptions & {
  payloadType: number;
  /** Decrypts what comes. */
  srtp: Srtp | undefined;
};

/** A packet that was let in. One object for all, to be read before the next. */
export type RtpPacket = {
  sequence: number;
  timestamp: number;
  ssrc: number;
  payload: Buffer;
  /** The first of another sender than before. */
  first: boolean;
};

const NOTHING = Buffer.alloc(0);

/**
 * A session's gate.
 *
 * - An unencrypted sender must send two packets in a row before it is believed (RFC 3550 A.1), an encrypted one proves
 *   itself with its first.
 * - A sender has one address, port and SSRC. Another SSRC from the same place is a sender that began anew.
 */
export class Gate {
  readonly counts = { foreign: 0, invalid: 0 };
  readonly #latch: Latch;
  readonly #options: GateOptions;
  #ssrc: number | undefined;
  /** Who may be believed with its next packet. */
  #candidate = { address: "", port: 0, ssrc: 0, sequence: -1 };
  readonly #packet: RtpPacket = {
    sequence: 0,
    timestamp: 0,
    ssrc: 0,
    payload: NOTHING,
    first: false,
  };

  constructor(options: GateOptions) {
    this.#options = options;
    this.#latch = new Latch(options);
  }

  /** Where the sender is. */
  get from(): RtpHost | undefined {
    return this.#latch.from;
  }

  /** Whether RTCP from this address is the other side's. */
  isPeer(address: string): boolean {
    return address === (this.from?.address ?? this.#options.address);
  }

  /** The packet, if it is the sender's. Encrypted data is decrypted in place. */
  let(data: Buffer, from: RtpHost, at: Micros): RtpPacket | undefined {
    const verdict = this.#latch.judge(from.address, from.port, at);
    if (verdict === "foreign") return void this.counts.foreign++;
    const { srtp } = this.#options;
    const plain = srtp === undefined ? data : srtp.unprotect(data);
    const packet = plain && this.#read(plain);
    if (packet === undefined) return void this.counts.invalid++;
    packet.first = packet.ssrc !== this.#ssrc;
    const known = verdict === "known" && !packet.first;
    if (!known && srtp === undefined && !this.#proves(packet, from))
      return undefined;
    this.#latch.confirm(from.address, from.port, at);
    this.#ssrc = packet.ssrc;
    return packet;
  }

  #read(data: Buffer): RtpPacket | undefined {
    const payload = payloadOf(data);
    const { payloadType } = this.#options;
    if (payload === undefined || (data[1]! & 0x7f) !== payloadType)
      return undefined;
    const packet = this.#packet;
    packet.sequence = data.readUInt16BE(2);
    packet.timestamp = data.readUInt32BE(4);
    packet.ssrc = data.readUInt32BE(8);
    packet.payload = payload;
    return packet;
  }

  /** Whether it follows the last one of the same source. */
  #proves({ ssrc, sequence }: RtpPacket, { address, port }: RtpHost): boolean {
    const last = this.#candidate;
    const follows =
      last.address === address &&
      last.port === port &&
      last.ssrc === ssrc &&
      sequence === ((last.sequence + 1) & 0xffff);
    this.#candidate = { address, port, ssrc, sequence };
    return follows;
  }
}
