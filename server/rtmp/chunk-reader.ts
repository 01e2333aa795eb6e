/** Takes RTMP's chunks apart, and puts its messages together: https://rtmp.veriskope.com/docs/spec/ §5.3. Pure. */
import { TAG_HEAD, TAG_TAIL } from "./flv.js";

export type Message = {
  type: number;
  /** ms, 32 bits. */
  time: number;
  /** With room around its bytes for what makes it a tag of FLV; nobody else has it. */
  tag: Buffer;
  /** Its bytes, within `tag`. */
  payload: Buffer;
};

const SET_CHUNK_SIZE = 1;
const ABORT = 2;
/** Until the other side says otherwise. */
const CHUNK_SIZE = 128;
const MOST_CHUNK_SIZE = 0xffffff;
/** Encoders use five or six. */
const MOST_STREAMS = 32;
/** A key frame of 4K at 50 Mbit/s has 2 MB. */
export const MOST_MESSAGE = 4 << 20;
/** Of messages that are not complete, together. */
const MOST_OPEN = 2 * MOST_MESSAGE;
/** By the format of a chunk, the two highest bits of its first byte. */
const HEADER_BYTES = [11, 7, 3, 0] as const;
/** In place of a time of 24 bits: that of 32 follows. */
const EXTENDED = 0xffffff;

type Stream = {
  type: number;
  length: number;
  time: number;
  /** As the last header said it: a difference, or after the first format the time itself. */
  step: number;
  extended: boolean;
  tag: Buffer | undefined;
  have: number;
};

export class ChunkReader {
  /** Longer messages are an error; who has shown no key gets little memory. */
  mostMessage: number;
  readonly #onMessage: (message: Message) => void;
  readonly #streams = new Map<number, Stream>();
  #chunkSize = CHUNK_SIZE;
  #rest: Buffer = Buffer.alloc(0);
  /** Whose bytes come, and how many of this chunk are missing. */
  #current: Stream | undefined;
  #left = 0;
  #open = 0;

  constructor(mostMessage: number, onMessage: (message: Message) => void) {
    this.mostMessage = mostMessage;
    this.#onMessage = onMessage;
  }

  /** Throws an Error for what is no RTMP, or too much. */
  push(bytes: Buffer): void {
    const data =
      this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    while (at < data.length) {
      const used =
        this.#current === undefined
          ? this.#readHeader(data, at)
          : this.#readPayload(this.#current, data, at);
      if (used === 0) break;
      at += used;
    }
    // A copy: the rest of a header must not keep what it came with.
    this.#rest = Buffer.from(data.subarray(at));
  }

  /** Bytes of the header at `at`; 0 while it is not there as a whole. */
  #readHeader(data: Buffer, at: number): number {
    const format = data[at]! >> 6;
    const short = data[at]! & 63;
    const basic = short > 1 ? 1 : short + 2;
    const size = basic + HEADER_BYTES[format]!;
    if (at + size > data.length) return 0;
    const id = short > 1 ? short : 64 + data.readUIntLE(at + 1, basic - 1);
    const stream = this.#streamOf(id, format);
    const field = format < 3 ? data.readUIntBE(at + basic, 3) : 0;
    const extended = format < 3 ? field === EXTENDED : stream.extended;
    const total = size + (extended ? 4 : 0);
    if (at + total > data.length) return 0;
    stream.extended = extended;
    if (format < 3) {
      this.#abandon(stream);
      stream.step = extended ? data.readUInt32BE(at + size) : field;
    }
    if (format < 2) {
      stream.length = data.readUIntBE(at + basic + 3, 3);
      stream.type = data[at + basic + 6]!;
    }
    this.#beginChunk(stream, format);
    return total;
  }

  #streamOf(id: number, format: number): Stream {
    const known = this.#streams.get(id);
    if (known !== undefined) return known;
    if (format > 1) throw new Error("a chunk of nothing known");
    if (this.#streams.size === MOST_STREAMS)
      throw new Error("too many chunk streams");
    const stream: Stream = {
      ...{ type: 0, length: 0, time: 0, step: 0 },
      ...{ extended: false, tag: undefined, have: 0 },
    };
    this.#streams.set(id, stream);
    return stream;
  }

  #beginChunk(stream: Stream, format: number): void {
    if (stream.tag === undefined) {
      const { length, step, time } = stream;
      if (length > this.mostMessage) throw new Error("a message is too long");
      this.#open += length;
      if (this.#open > MOST_OPEN) throw new Error("too much at once");
      stream.time = (format === 0 ? step : time + step) >>> 0;
      stream.tag = Buffer.allocUnsafe(TAG_HEAD + length + TAG_TAIL);
      stream.have = 0;
    }
    this.#left = Math.min(this.#chunkSize, stream.length - stream.have);
    this.#current = stream;
    if (stream.length === 0) this.#finish(stream);
  }

  #readPayload(stream: Stream, data: Buffer, at: number): number {
    const count = Math.min(this.#left, data.length - at);
    data.copy(stream.tag!, TAG_HEAD + stream.have, at, at + count);
    stream.have += count;
    this.#left -= count;
    if (stream.have === stream.length) this.#finish(stream);
    else if (this.#left === 0) this.#current = undefined;
    return count;
  }

  #finish(stream: Stream): void {
    const { type, time, length } = stream;
    const tag = stream.tag!;
    const payload = tag.subarray(TAG_HEAD, TAG_HEAD + length);
    this.#current = undefined;
    this.#open -= length;
    stream.tag = undefined;
    if (type === SET_CHUNK_SIZE) this.#setChunkSize(payload);
    else if (type === ABORT && length === 4) {
      const aborted = this.#streams.get(payload.readUInt32BE());
      if (aborted !== undefined) this.#abandon(aborted);
    } else this.#onMessage({ type, time, tag, payload });
  }

  #setChunkSize(payload: Buffer): void {
    const size = payload.length === 4 ? payload.readInt32BE() : 0;
    if (size < 1) throw new Error("a chunk size of nothing");
    this.#chunkSize = Math.min(size, MOST_CHUNK_SIZE);
  }

  #abandon(stream: Stream): void {
    if (stream.tag === undefined) return;
    this.#open -= stream.length;
    stream.tag = undefined;
  }
}
