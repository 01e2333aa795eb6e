/** What one subscriber sees: a view, and the rung of it that its wish and its line allow. */
import type {
  OverloadLevel,
  RenditionName,
  RungName,
  SubscriptionQuality,
} from "../contract.js";
import { RUNGS } from "../contract.js";
import type { Line } from "../egress/line.js";
import type { SubscriberLeg } from "../egress/subscriber.js";
import type { Micros, VideoCodec } from "../media.js";
import { createLadder, type Ladder } from "./ladder.js";
import type { VideoRendition } from "./rendition.js";
import type { View } from "./view.js";

export type Wish = { wanted: RenditionName; cap: RungName | undefined };

type Opened = { leg: SubscriberLeg["leg"]; codec: VideoCodec };

/** Under this level of overload and above, nobody gets the best sizes. */
const SMALLER_FROM: OverloadLevel = 3;
const LARGEST_UNDER_LOAD: RungName = "540p";

const lower = (a: RungName, b: RungName | undefined): RungName =>
  b !== undefined && RUNGS.indexOf(b) > RUNGS.indexOf(a) ? b : a;

/** The best rung for everybody under load: smaller than the view's best, whatever that is. */
const capUnderLoad = ({ rungs }: View): RungName =>
  lower(LARGEST_UNDER_LOAD, rungs[1]?.name);

/**
 * A subscriber's picture.
 *
 * - Without a leg (its connection is not open, or has no picture) it only knows what is wished.
 * - Between two renditions the leg waits for a key frame of the new one; only the leg knows when it has left the old one.
 */
export class Watching {
  readonly wish: Wish;
  #view: View;
  #ladder: Ladder;
  #rung: RungName;
  #opened: Opened | undefined;
  #rendition: VideoRendition | undefined;

  constructor(view: View, wish: Wish, at: Micros) {
    this.wish = wish;
    this.#view = view;
    this.#ladder = createLadder({ rungs: view.rungs, now: at });
    this.#rung = "audio";
  }

  get view(): View {
    return this.#view;
  }

  /** Bits per second of picture and padding up to which the line shall be tried out now; 0 = not now. */
  get probe(): number {
    return this.#opened === undefined ? 0 : this.#ladder.probe;
  }

  /** Whether nothing is read from a view that it watched before. */
  get hasArrived(): boolean {
    const reads = this.#opened?.leg.source;
    return reads === undefined || reads === this.#rendition?.stream;
  }

  /** Whether no picture moves that is sent: then the sound takes 24 kbit/s, as the rungs promise. Not of who never asked for a picture. */
  get isThrifty(): boolean {
    if (this.#opened === undefined) return false;
    return this.#rung === "audio" || this.#rung === "slides";
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  /** Packets can be sent from now on; the next `adapt` says which. */
  open(opened: Opened): void {
    this.#opened = opened;
  }

  /** Goes to the rung that wish, line and load allow. */
  adapt(line: Line, overload: OverloadLevel, now: Micros): void {
    if (this.#opened === undefined) return;
    const { wanted, cap } = this.wish;
    const limit =
      overload < SMALLER_FROM ? cap : lower(capUnderLoad(this.#view), cap);
    this.#rung = this.#ladder.choose({ ...line, now, wanted, cap: limit });
    this.#send();
  }

  /** The wish was changed: it starts anew, as high as usual or as the line is known to carry. */
  restart(at: Micros, limit?: number): void {
    this.#ladder = createLadder({ rungs: this.#view.rungs, now: at, limit });
  }

  /** Shows another view from the next `adapt` on; the old one is read until the new one has a key frame. */
  watch(view: View, at: Micros): void {
    if (view === this.#view) return;
    this.#view = view;
    const start = this.#opened === undefined ? "high" : this.#rung;
    this.#ladder = createLadder({ rungs: view.rungs, now: at, start });
  }

  quality(line: Line): SubscriptionQuality {
    const { wanted, cap } = this.wish;
    return {
      view: this.#view.name,
      rung: this.#rung,
      wanted,
      ...(cap === undefined ? {} : { cap }),
      codec: this.#opened?.codec ?? "",
      encoder: this.#rendition?.encoderName ?? "",
      ...(line.estimate === undefined ? {} : { estimate: line.estimate }),
      lost: line.lost,
      ...(line.roundTrip === undefined ? {} : { roundTrip: line.roundTrip }),
    };
  }

  close(): void {
    this.#stop();
    this.#opened = undefined;
  }

  #send(): void {
    if (this.#opened === undefined) return;
    if (this.#rung === "audio") return this.#stop();
    const { leg, codec } = this.#opened;
    const rendition = this.#view.rendition(codec, this.#rung);
    if (rendition === this.#rendition) return;
    this.#rendition = rendition;
    rendition.stream.add(leg);
    this.#view.refresh();
  }

  #stop(): void {
    if (this.#opened === undefined || this.#rendition === undefined) return;
    this.#opened.leg.detach();
    this.#rendition = undefined;
    this.#view.refresh();
  }
}
