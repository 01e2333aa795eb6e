/** One encode of sound or picture as RTP: packets made once, sent to every leg. */
import { now } from "../clock.js";
import type { EncodedUnit, Micros, VideoCodec } from "../media.js";
import { createHistory, type History } from "./history.js";
import type { Leg } from "./leg.js";
import { MAX_PAYLOAD } from "./rtp.js";
import type { LegReader, LegSource, StreamRate } from "./leg-source.js";
import { createRedPacketizer } from "./packetizer-red.js";
import {
  createPacketizer,
  PICTURE_ID_AT,
  type Packetizer,
} from "./packetizer.js";

export type StreamOptions = {
  codec: VideoCodec | "opus";
  /** Of sound: how many earlier packets each one carries along (RED, RFC 2198); none. */
  earlier?: number;
  /** RTP clock: 90000 for pictures, 48000 for Opus. */
  clockRate: number;
  /** What pictures are made for; undefined for sound. */
  rate?: StreamRate;
  /** A leg went on to another stream by itself, once that one had a key frame. */
  onLeft?: () => void;
};

/** 1024 packets of 720p at 1.5 Mbit/s are over 4 s: longer than any NACK is of use. */
const VIDEO_HISTORY = 1024;
/** Sound is not resent; this only bridges a slow pump. */
const AUDIO_HISTORY = 64;
/** Legs served before other work (an audio tick) gets its turn: about 32 × 7 packets × 20 µs = 5 ms. */
const LEGS_AT_ONCE = 32;
/** A newcomer starts from a key frame this young, replayed from the history; else a new one is made. */
const REPLAY_WITHIN: Micros = 1_000_000;

/** Stills are for the narrowest lines: at 64 kbit/s a packet of 1150 bytes would hold up the sound for 150 ms. */
const STILL_PAYLOAD = 500;

/** RTP timestamps of all streams come from the one clock, so sound and picture stay comparable. */
export const timestampAt = (at: Micros, clockRate: number): number =>
  Math.round((at * (clockRate / 1000)) / 1000) % 4_294_967_296;

/**
 * One encode as RTP.
 *
 * - `write` makes packets once, into the shared history; legs read them from there.
 * - `keyWanted` is set by whoever cannot go on without a key frame, and cleared by the next one.
 */
export class EgressStream implements LegSource {
  readonly history: History;
  readonly rate: StreamRate | undefined;
  readonly redundant: boolean;
  readonly pictureIdAt: number | undefined;
  readonly #clockRate: number;
  readonly #onLeft: (() => void) | undefined;
  readonly #video: boolean;
  readonly #packetize: Packetizer;
  readonly #legs: Leg[] = [];
  #keyPosition: number | undefined;
  #keyAt: Micros = 0;
  #keyWanted = false;
  #keyUrgent = false;
  // The pump: how many legs are still to be served, from `cursor` on, round and round.
  #cursor = 0;
  #left = 0;
  #immediate: NodeJS.Immediate | undefined;

  constructor(options: StreamOptions) {
    const { codec, earlier = 0, clockRate, rate, onLeft } = options;
    this.#video = codec !== "opus";
    this.#clockRate = clockRate;
    this.rate = rate;
    this.#onLeft = onLeft;
    this.pictureIdAt = PICTURE_ID_AT[codec];
    this.history = createHistory(this.#video ? VIDEO_HISTORY : AUDIO_HISTORY);
    this.redundant = earlier > 0;
    this.#packetize = this.redundant
      ? createRedPacketizer(earlier, clockRate)
      : createPacketizer(codec);
  }

  get legs(): readonly Leg[] {
    return this.#legs;
  }

  /** Somebody needs a key frame: a subscriber or a recorder. */
  get keyWanted(): boolean {
    return this.#keyWanted;
  }

  /** One of those who need it has a picture until then that its line may not carry. */
  get keyUrgent(): boolean {
    return this.#keyUrgent;
  }

  get keyPosition(): number | undefined {
    return this.#keyPosition;
  }

  requestKey(urgent = false): void {
    this.#keyWanted = true;
    this.#keyUrgent ||= urgent;
  }

  timestamp(at: Micros): number {
    return timestampAt(at, this.#clockRate);
  }

  startPosition(): number | undefined {
    if (!this.#video) return this.history.head;
    const replayable =
      this.#keyPosition !== undefined &&
      this.#keyPosition >= this.history.tail &&
      now() - this.#keyAt < REPLAY_WITHIN;
    return replayable ? this.#keyPosition : undefined;
  }

  /** Makes the unit's packets and sends them to all legs, a few legs at a time. */
  write(unit: EncodedUnit): void {
    const position = this.history.head;
    this.history.begin(this.timestamp(unit.pts));
    const most = this.rate?.stills ? STILL_PAYLOAD : MAX_PAYLOAD;
    this.#packetize(unit, this.#allocate, most);
    if (this.#video && unit.key) this.#noteKey(position);
    this.#pumpAll();
  }

  /** Nothing new this time; what goes out little by little goes on. */
  beat(): void {
    this.#pumpAll();
  }

  /**
   * The leg starts at a replayable key frame, or at the next one. One that reads another stream goes on with that until
   * then, and is taken off it by itself; no `remove` is needed, and one would leave a hole.
   */
  add(leg: Leg): void {
    if (!this.#legs.includes(leg)) this.#legs.push(leg);
    leg.attach(this);
    this.#pumpAll();
  }

  remove(leg: Leg): void {
    if (this.#forget(leg)) leg.leave(this);
  }

  /** Called by the leg. */
  left(leg: LegReader): void {
    if (this.#forget(leg)) this.#onLeft?.();
  }

  close(): void {
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    for (const leg of this.#legs.splice(0)) leg.leave(this);
  }

  readonly #allocate = (payload: number, marker: boolean): Buffer =>
    this.history.add(payload, marker);

  #forget(leg: LegReader): boolean {
    const index = this.#legs.indexOf(leg as Leg);
    if (index === -1) return false;
    this.#legs.splice(index, 1);
    this.#left = Math.min(this.#left, this.#legs.length);
    return true;
  }

  #noteKey(position: number): void {
    this.#keyPosition = position;
    this.#keyAt = now();
    this.#keyWanted = this.#keyUrgent = false;
    for (const leg of this.#legs) leg.start(this, position, this.#keyAt);
  }

  #pumpAll(): void {
    this.#left = this.#legs.length;
    if (this.#immediate === undefined) this.#pump();
  }

  readonly #pump = (): void => {
    this.#immediate = undefined;
    const count = this.#legs.length;
    const at = now();
    for (let n = Math.min(this.#left, LEGS_AT_ONCE); n > 0; n--, this.#left--)
      this.#legs[this.#cursor++ % count]?.flush(at);
    this.#cursor = count === 0 ? 0 : this.#cursor % count;
    if (this.#left > 0) this.#immediate = setImmediate(this.#pump);
  };
}
