/** Reads raw pictures and sound out of the Matroska that ffmpeg writes into a pipe, as it comes. Pure. */
import type { Micros } from "../media.js";

export type ReaderSink = {
  /** Where the `bytes` of the next picture go; undefined to throw it away. Of a size that does not fit, throws. */
  picture(size: { width: number; height: number }): Uint8Array | undefined;
  /** That picture is there. */
  pictureDone(at: Micros): void;
  /** A block of interleaved samples of one or two channels, valid during the call only. */
  sound(samples: Int16Array, channels: number, at: Micros): void;
};

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;
const VIDEO = 0xe0;
const AUDIO = 0xe1;
const BLOCK_GROUP = 0xa0;
/** Their children are read as if they stood beside them: an order of elements is all that is needed. */
const CONTAINERS = new Set([
  ...[SEGMENT, CLUSTER, TRACKS],
  ...[TRACK_ENTRY, VIDEO, AUDIO, BLOCK_GROUP],
]);
const TIMESTAMP = 0xe7;
const TRACK_NUMBER = 0xd7;
const TRACK_TYPE = 0x83;
const WIDTH = 0xb0;
const HEIGHT = 0xba;
const CHANNELS = 0x9f;
const NUMBERS = new Set([
  ...[TIMESTAMP, TRACK_NUMBER, TRACK_TYPE],
  ...[WIDTH, HEIGHT, CHANNELS],
]);
const SIMPLE_BLOCK = 0xa3;
const BLOCK = 0xa1;
/** Track number (one byte: there are two tracks), time, flags. */
const BLOCK_HEAD = 4;
const VIDEO_TYPE = 1;
const MILLISECOND: Micros = 1_000;
/** A block of sound that ffmpeg makes has some thousand samples; this is 5 s of them. */
const MOST_SOUND = 1 << 20;

/** Of a variable-length number, by its first byte. */
const lengthOf = (first: number): number => Math.clz32(first) - 23;

type Mode = "head" | "number" | "block" | "picture" | "sound" | "skip";

export class MediaReader {
  readonly #sink: ReaderSink;
  readonly #head = Buffer.alloc(16);
  #mode: Mode = "head";
  /** Bytes in `#head`, or of the picture or sound that is being read. */
  #have = 0;
  /** Bytes of the element that have not come yet. */
  #left = 0;
  #element = 0;
  #cluster = 0;
  #track = 0;
  #video = 0;
  #channels = 1;
  readonly #size = { width: 0, height: 0 };
  #at: Micros = 0;
  #picture: Uint8Array | undefined;
  #sound = Buffer.alloc(0);

  constructor(sink: ReaderSink) {
    this.#sink = sink;
  }

  /** Takes what has come. Throws an Error where it is not what ffmpeg was asked for. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length)
      at =
        this.#mode === "head"
          ? this.#readHead(chunk, at)
          : this.#readBody(chunk, at);
  }

  /** One byte of an element's id and size. */
  #readHead(chunk: Buffer, at: number): number {
    this.#head[this.#have++] = chunk[at]!;
    const id = lengthOf(this.#head[0]!);
    if (id > 4) throw new Error("not Matroska");
    if (this.#have <= id) return at + 1;
    const size = lengthOf(this.#head[id]!);
    if (this.#have < id + size) return at + 1;
    this.#begin(this.#head.readUIntBE(0, id), this.#sizeAt(id, size));
    return at + 1;
  }

  #sizeAt(at: number, bytes: number): number {
    let size = this.#head[at]! & (0xff >> bytes);
    for (let i = 1; i < bytes; i++) size = size * 256 + this.#head[at + i]!;
    return size;
  }

  #begin(element: number, size: number): void {
    this.#have = 0;
    if (CONTAINERS.has(element) || size === 0) return;
    this.#element = element;
    this.#left = size;
    if (NUMBERS.has(element) && size <= 8) this.#mode = "number";
    else if (element === SIMPLE_BLOCK || element === BLOCK)
      this.#mode = "block";
    else this.#mode = "skip";
  }

  #readBody(chunk: Buffer, at: number): number {
    const wanted =
      this.#mode === "block" ? BLOCK_HEAD - this.#have : this.#left;
    const count = Math.min(wanted, chunk.length - at);
    this.#take(chunk.subarray(at, at + count));
    this.#have += count;
    this.#left -= count;
    if (this.#mode === "block" && this.#have === BLOCK_HEAD) this.#beginBlock();
    else if (this.#left === 0) this.#end();
    return at + count;
  }

  #take(part: Buffer): void {
    if (this.#mode === "picture") this.#picture?.set(part, this.#have);
    else if (this.#mode === "sound") this.#sound.set(part, this.#have);
    else if (this.#mode !== "skip") this.#head.set(part, this.#have);
  }

  #beginBlock(): void {
    const track = this.#head[0]! & 0x7f;
    this.#at = (this.#cluster + this.#head.readInt16BE(1)) * MILLISECOND;
    this.#have = 0;
    if (track === this.#video) return this.#beginPicture();
    if (this.#left > MOST_SOUND) throw new Error("too much sound at once");
    if (this.#left > this.#sound.length)
      this.#sound = Buffer.from(new ArrayBuffer(this.#left));
    this.#mode = "sound";
  }

  #beginPicture(): void {
    const { width, height } = this.#size;
    // A source that changes its size in the middle: only a new run can tell the new one.
    if (this.#left !== (width * height * 3) / 2)
      throw new Error("the picture has changed its size");
    this.#picture = this.#sink.picture(this.#size);
    this.#mode = "picture";
  }

  #end(): void {
    const bytes = this.#have;
    this.#have = 0;
    const mode = this.#mode;
    this.#mode = "head";
    if (mode === "number") this.#setNumber(bytes);
    else if (mode === "sound") {
      const { buffer, byteOffset } = this.#sound;
      this.#sink.sound(
        new Int16Array(buffer, byteOffset, bytes >> 1),
        this.#channels,
        this.#at,
      );
    } else if (mode === "picture" && this.#picture !== undefined)
      this.#sink.pictureDone(this.#at);
  }

  #setNumber(bytes: number): void {
    let value = 0;
    for (let i = 0; i < bytes; i++) value = value * 256 + this.#head[i]!;
    if (this.#element === TIMESTAMP) this.#cluster = value;
    else if (this.#element === TRACK_NUMBER) this.#track = value;
    else if (this.#element === WIDTH) this.#size.width = value;
    else if (this.#element === HEIGHT) this.#size.height = value;
    else if (this.#element === CHANNELS) this.#channels = value;
    else if (value === VIDEO_TYPE) this.#video = this.#track;
  }
}
