/** One composed picture of a room, with the renditions that encode it. */
import { now, startTicker, type Ticker } from "../clock.js";
import type {
  LayoutName,
  VideoOptions,
  ViewLayout,
  ViewName,
} from "../contract.js";
import type { Counters } from "../counters.js";
import { createExclusive } from "../exclusive.js";
import type { Micros, VideoCodec } from "../media.js";
import { createCompositor, type Compositor } from "../video/compositor.js";
import {
  bitrateFor,
  createVideoRendition,
  type VideoRendition,
} from "./rendition.js";

export type ViewOptions = {
  name: ViewName;
  video: VideoOptions;
  counters: Counters;
  /** A rectangle or a state of the tile map changed. */
  onLayout: (layout: ViewLayout) => void;
  onError: (error: unknown) => void;
};

/** A picture in which nothing changes is still sent this often, so that its quality settles and no player thinks it froze. */
const IDLE_SPACING: Micros = 100_000;

/**
 * A view's state.
 *
 * - The clock runs only while a rendition is wanted; `refresh` sees to that.
 * - Composing, encoding and closing go through `#exclusive`: nobody writes the canvas while it is read.
 */
export class View {
  /** Sources, talkers and pictures go in here. */
  readonly compositor: Compositor;
  readonly #options: ViewOptions;
  readonly #renditions = new Map<VideoCodec, VideoRendition>();
  readonly #exclusive = createExclusive();
  #ticker: Ticker | undefined;
  #encodedAt: Micros = 0;
  #toldLayout = "";
  #closed = false;

  constructor(options: ViewOptions) {
    const { name, video } = options;
    this.#options = options;
    this.compositor = createCompositor({ ...video, view: name });
  }

  /** The encode in this codec, made at first use; it costs nothing until somebody wants it. */
  rendition(codec: VideoCodec): VideoRendition {
    const existing = this.#renditions.get(codec);
    if (existing !== undefined) return existing;
    const { video, counters } = this.#options;
    const bitrate = bitrateFor(video.width, video.height);
    const made = createVideoRendition({ codec, ...video, bitrate }, counters);
    this.#renditions.set(codec, made);
    return made;
  }

  /** How many encoders run. */
  get encoders(): number {
    return this.#wanted().length;
  }

  /** Call whenever somebody came to or left a rendition: starts or stops the clock, gives encoders back. */
  refresh(): void {
    if (this.#closed) return;
    if (this.encoders > 0) this.#ticker ??= this.#startClock();
    else this.#stopClock();
    this.#exclusive
      .run(() => this.#giveBackIdle())
      .catch(this.#options.onError);
  }

  layout(): Promise<ViewLayout> {
    return this.#composed(() => this.compositor.layout());
  }

  setLayout(layout: LayoutName): Promise<ViewLayout> {
    this.compositor.setLayout(layout);
    return this.layout();
  }

  /** The picture now, as JPEG; composed for this if nobody watches. */
  picture(): Promise<Buffer> {
    return this.#composed(() => this.compositor.jpeg());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopClock();
    await this.#exclusive.run(() => {
      for (const rendition of this.#renditions.values()) rendition.close();
      this.compositor.close();
    });
  }

  #wanted(): VideoRendition[] {
    return [...this.#renditions.values()].filter((it) => it.wanted);
  }

  #startClock(): Ticker {
    const { video, counters } = this.#options;
    return startTicker({
      ticksPerSecond: video.fps,
      // A picture that is late is replaced by the next one.
      maxCatchUp: 1,
      onTick: (due) => this.#onTick(due),
      onSkip: (ticks) => (counters.framesDropped += ticks),
    });
  }

  #stopClock(): void {
    this.#ticker?.stop();
    this.#ticker = undefined;
  }

  #onTick(due: Micros): void {
    if (this.#exclusive.busy) this.#options.counters.framesDropped++;
    else
      this.#exclusive.run(() => this.#tick(due)).catch(this.#options.onError);
  }

  async #tick(due: Micros): Promise<void> {
    if (this.#closed) return;
    const changed = await this.#compose();
    const targets = this.#wanted();
    const idle = !changed && now() - this.#encodedAt < IDLE_SPACING;
    if (idle && !targets.some((it) => it.keyWanted)) return;
    this.#encodedAt = now();
    await Promise.all(
      targets.map((it) => it.encode(this.compositor.frame, due)),
    );
  }

  async #compose(): Promise<boolean> {
    const changed = await this.compositor.compose(now());
    if (changed) this.#options.counters.framesComposed++;
    const layout = this.compositor.layout();
    const told = JSON.stringify(layout.tiles);
    if (told !== this.#toldLayout) {
      this.#toldLayout = told;
      this.#options.onLayout(layout);
    }
    return changed;
  }

  #composed<Result>(read: () => Promise<Result> | Result): Promise<Result> {
    return this.#exclusive.run(async () => {
      await this.#compose();
      return read();
    });
  }

  #giveBackIdle(): void {
    for (const rendition of this.#renditions.values())
      if (!rendition.wanted) rendition.release();
  }
}
