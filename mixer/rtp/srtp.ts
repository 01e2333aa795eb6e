/** SRTP (RFC 3711) with keys from signaling (RFC 4568): AES in counter mode, HMAC-SHA1. */
import {
  createCipheriv,
  createHmac,
  createSecretKey,
  timingSafeEqual,
  type Cipher,
  type KeyObject,
} from "node:crypto";
import type { SrtpSuite } from "../contract.js";
import { payloadStart } from "./packet.js";

const KEY = 16;
const SALT = 14;
/** Of SRTCP in both suites (RFC 4568 §6.2). */
const RTCP_TAG = 10;
/** What SRTP or SRTCP adds to a packet at most: SRTCP's index and tag. */
export const SRTP_GROWTH = RTCP_TAG + 4;

const RTP_TAG: Record<SrtpSuite, number> = {
  AES_CM_128_HMAC_SHA1_80: 10,
  AES_CM_128_HMAC_SHA1_32: 4,
};

const BLOCK = 16;
/** More than any packet has. */
const MOST_BLOCKS = 128;

/** AES in counter mode with one key. A cipher of counters is kept, since a new one for each packet costs 5 µs more. */
export class CounterMode {
  readonly #cipher: Cipher;
  readonly #counters = Buffer.alloc(MOST_BLOCKS * BLOCK);

  constructor(key: Buffer) {
    this.#cipher = createCipheriv("aes-128-ecb", key, null);
    this.#cipher.setAutoPadding(false);
  }

  /** The key stream that begins at this 16-byte counter. */
  stream(counter: Buffer, bytes: number): Buffer {
    const blocks = Math.ceil(bytes / BLOCK);
    const counters = this.#counters;
    for (let block = 0; block < blocks; block++) {
      counter.copy(counters, block * BLOCK);
      counters.writeUInt16BE(block, block * BLOCK + 14);
    }
    return this.#cipher.update(counters.subarray(0, blocks * BLOCK));
  }

  /** Encrypts or decrypts in place. */
  apply(counter: Buffer, data: Buffer, start: number, end: number): void {
    if (end <= start) return;
    const stream = this.stream(counter, end - start);
    for (let i = start; i < end; i++) data[i]! ^= stream[i - start]!;
  }
}

/** RFC 3711 §4.3 with a key derivation rate of 0. */
export const deriveKey = (
  master: Buffer,
  label: number,
  bytes: number,
): Buffer => {
  const counter = Buffer.alloc(BLOCK);
  master.copy(counter, 0, KEY, KEY + SALT);
  counter[7]! ^= label;
  const mode = new CounterMode(master.subarray(0, KEY));
  return Buffer.from(mode.stream(counter, bytes).subarray(0, bytes));
};

type Session = { mode: CounterMode; salt: Buffer; auth: KeyObject };

const openSession = (master: Buffer, firstLabel: number): Session => ({
  mode: new CounterMode(deriveKey(master, firstLabel, KEY)),
  auth: createSecretKey(deriveKey(master, firstLabel + 1, 20)),
  salt: deriveKey(master, firstLabel + 2, SALT),
});

/** Writes the counter's begin for a packet: salt, SSRC and 48-bit index, each in its place, added without carry. */
const setCounter = (
  counter: Buffer,
  salt: Buffer,
  ssrc: number,
  index: number,
): void => {
  counter.fill(0);
  salt.copy(counter);
  counter.writeUInt32BE((counter.readUInt32BE(4) ^ ssrc) >>> 0, 4);
  const high = Math.floor(index / 65_536) >>> 0;
  counter.writeUInt32BE((counter.readUInt32BE(8) ^ high) >>> 0, 8);
  counter.writeUInt16BE(counter.readUInt16BE(12) ^ (index & 0xffff), 12);
};

/** Packets that may come late by so much; older ones are refused. */
const WINDOW = 128;

/** Which indices were seen. */
class Replay {
  highest = -1;
  readonly #seen = new Float64Array(WINDOW).fill(-1);

  isNew(index: number): boolean {
    return (
      index > this.highest - WINDOW && this.#seen[index % WINDOW] !== index
    );
  }

  note(index: number): void {
    this.#seen[index % WINDOW] = index;
    if (index > this.highest) this.highest = index;
  }
}

/** Of one direction: encrypts what is sent, or decrypts what came. Packets are changed in place. */
export class Srtp {
  readonly #rtp: Session;
  readonly #rtcp: Session;
  readonly #tag: number;
  readonly #counter = Buffer.alloc(BLOCK);
  readonly #rollover = Buffer.alloc(4);
  /** What is sent: the index of the last packet. */
  #sent = -1;
  #sentRtcp = 0;
  /** What came, of the present sender. */
  #ssrc: number | undefined;
  #replay = new Replay();
  #replayRtcp = new Replay();

  /**
   * `key`: 30 bytes as base64. `rollovers`: of a sender whose first packet is seen late, so many starts of its
   * sequence numbers are tried: 0.
   */
  constructor(
    suite: SrtpSuite,
    key: string,
    private readonly rollovers = 0,
  ) {
    const master = Buffer.from(key, "base64");
    this.#rtp = openSession(master, 0);
    this.#rtcp = openSession(master, 3);
    this.#tag = RTP_TAG[suite];
  }

  /** Encrypts the RTP packet of `length` bytes at the start of `data`, which has SRTP_GROWTH to spare. Returns its new length. */
  protect(data: Buffer, length: number): number {
    const index = this.#follow(this.#sent, data.readUInt16BE(2));
    this.#sent = Math.max(this.#sent, index);
    this.#apply(this.#rtp, data, length, index);
    this.#sign(data, length, index).copy(data, length, 0, this.#tag);
    return length + this.#tag;
  }

  /** The packet without its tag, decrypted; undefined for one that is forged, or was there before. */
  unprotect(data: Buffer): Buffer | undefined {
    const length = data.length - this.#tag;
    if (length < 12) return undefined;
    const ssrc = data.readUInt32BE(8);
    const known = ssrc === this.#ssrc;
    const first = known
      ? this.#follow(this.#replay.highest, data.readUInt16BE(2))
      : data.readUInt16BE(2);
    if (known && !this.#replay.isNew(first)) return undefined;
    const index = this.#authentic(data, length, first, known);
    if (index === undefined) return undefined;
    if (!known) this.#meet(ssrc);
    this.#replay.note(index);
    this.#apply(this.#rtp, data, length, index);
    return data.subarray(0, length);
  }

  /** As `protect`, of a compound RTCP packet. */
  protectRtcp(data: Buffer, length: number): number {
    const index = this.#sentRtcp++;
    setCounter(this.#counter, this.#rtcp.salt, data.readUInt32BE(4), index);
    this.#rtcp.mode.apply(this.#counter, data, 8, length);
    data.writeUInt32BE((0x8000_0000 | index) >>> 0, length);
    const tag = this.#digest(this.#rtcp.auth, data, length + 4);
    tag.copy(data, length + 4, 0, RTCP_TAG);
    return length + 4 + RTCP_TAG;
  }

  unprotectRtcp(data: Buffer): Buffer | undefined {
    const length = this.#authenticRtcp(data);
    if (length === undefined) return undefined;
    const word = data.readUInt32BE(length);
    const index = word & 0x7fff_ffff;
    if (!this.#replayRtcp.isNew(index)) return undefined;
    this.#replayRtcp.note(index);
    if (word >>> 31 === 1) {
      setCounter(this.#counter, this.#rtcp.salt, data.readUInt32BE(4), index);
      this.#rtcp.mode.apply(this.#counter, data, 8, length);
    }
    return data.subarray(0, length);
  }

  /** The length without index and tag, whose length FFmpeg takes from RTP's. */
  #authenticRtcp(data: Buffer): number | undefined {
    for (const tag of new Set([RTCP_TAG, this.#tag])) {
      const length = data.length - tag - 4;
      if (length < 8) continue;
      const made = this.#digest(this.#rtcp.auth, data, length + 4);
      const given = data.subarray(length + 4);
      if (timingSafeEqual(made.subarray(0, tag), given)) return length;
    }
    return undefined;
  }

  /** The index of this sequence number that is nearest to the highest one (RFC 3711 §3.3.1). */
  #follow(highest: number, sequence: number): number {
    if (highest < 0) return sequence;
    const distance =
      ((sequence - (highest & 0xffff) + 0x8000) & 0xffff) - 0x8000;
    return Math.max(0, highest + distance);
  }

  #meet(ssrc: number): void {
    this.#ssrc = ssrc;
    this.#replay = new Replay();
  }

  #authentic(
    data: Buffer,
    length: number,
    first: number,
    known: boolean,
  ): number | undefined {
    const given = data.subarray(length);
    const tries = known ? 0 : this.rollovers;
    for (let rollover = 0; rollover <= tries; rollover++) {
      const index = first + rollover * 65_536;
      const tag = this.#sign(data, length, index).subarray(0, this.#tag);
      if (timingSafeEqual(tag, given)) return index;
    }
    return undefined;
  }

  #apply(
    { mode, salt }: Session,
    data: Buffer,
    length: number,
    index: number,
  ): void {
    const start = payloadStart(data.subarray(0, length));
    setCounter(this.#counter, salt, data.readUInt32BE(8), index);
    mode.apply(this.#counter, data, start, length);
  }

  #sign(data: Buffer, length: number, index: number): Buffer {
    this.#rollover.writeUInt32BE(Math.floor(index / 65_536) >>> 0);
    return createHmac("sha1", this.#rtp.auth)
      .update(data.subarray(0, length))
      .update(this.#rollover)
      .digest();
  }

  #digest(key: KeyObject, data: Buffer, length: number): Buffer {
    return createHmac("sha1", key).update(data.subarray(0, length)).digest();
  }
}
