/** One composed picture of a room, with the renditions that encode it. */
import { now, startTicker, type Ticker } from "../clock.js";
import type {
  OverloadLevel,
  ParticipantId,
  ViewLayout,
  ViewName,
  ViewSettings,
} from "../contract.js";
import type { Counters } from "../counters.js";
import { timestampAt } from "../egress/stream.js";
import { createExclusive } from "../exclusive.js";
import type { Micros, VideoCodec } from "../media.js";
import { createCompositor, type Compositor } from "../video/compositor.js";
import { EncoderFallback, type EncoderChoice } from "../video/encoder.js";
import type { SourceId } from "../video/layouts/index.js";
import type { Load } from "./load.js";
import { createVideoRendition, type VideoRendition } from "./rendition.js";
import {
  rungsFor,
  type CanvasSize,
  type RungSpec,
  type VideoRungName,
} from "./rungs.js";

export type ViewOptions = {
  name: ViewName;
  settings: ViewSettings;
  /** Whose own tile is left out. */
  hide?: ParticipantId;
  /** Of all who are there this picture alone. */
  shows?: SourceId;
  /** It goes into files: whoever is not to be recorded is an avatar in it. */
  masks?: boolean;
  /** Views of one zero make their pictures at the same moments. */
  zero: Micros;
  encoder: EncoderChoice;
  counters: Counters;
  load: Load;
  /** A rectangle or a state of the tile map changed. */
  onLayout: (layout: ViewLayout) => void;
  onError: (error: unknown) => void;
};

type Encode = { rung: RungSpec; rendition: VideoRendition };

/** A picture in which nothing changes is still sent this often, so that its quality settles and no player thinks it froze. */
const IDLE_SPACING: Micros = 100_000;
const VIDEO_CLOCK = 90_000;
/** Who asks for single pictures asks again: what it shows is kept coming for so long. */
const GLANCE: Micros = 10_000_000;

const canvasOf = ({ width, height, fps }: ViewSettings): CanvasSize => ({
  width,
  height,
  fps,
});

/**
 * A view's state.
 *
 * - The clock runs only while a rendition is wanted; `refresh` sees to that.
 * - Composing, encoding and closing go through `#exclusive`: nobody writes the canvas while it is read.
 */
export class View {
  /** Sources, talkers and pictures go in here. */
  readonly compositor: Compositor;
  /** What it can be encoded in, best first. */
  readonly rungs: readonly RungSpec[];
  readonly #options: ViewOptions;
  readonly #encodes = new Map<string, Encode>();
  readonly #exclusive = createExclusive();
  #settings: ViewSettings;
  #ticker: Ticker | undefined;
  /** Of so many ticks one is a picture. */
  #pace = 1;
  #encodedAt: Micros = 0;
  #glancedUntil: Micros = 0;
  #toldVersion: number | undefined;
  #closed = false;

  /** Throws a TypeError for settings that make no picture. */
  constructor(options: ViewOptions) {
    const { name, settings, hide } = options;
    this.#options = options;
    this.#settings = settings;
    this.rungs = rungsFor(canvasOf(settings));
    this.compositor = createCompositor({ view: name, settings, hide });
  }

  get name(): ViewName {
    return this.#options.name;
  }

  get settings(): ViewSettings {
    return this.#settings;
  }

  has(source: SourceId): boolean {
    const { shows = source } = this.#options;
    return shows === source;
  }

  get masks(): boolean {
    return this.#options.masks === true;
  }

  /** The encode of this rung (one of `rungs`), made at first use; it costs nothing until somebody wants it. */
  rendition(codec: VideoCodec, name: VideoRungName): VideoRendition {
    const key = `${codec} ${name}`;
    const existing = this.#encodes.get(key);
    if (existing !== undefined) return existing.rendition;
    const rung = this.rungs.find((it) => it.name === name);
    if (rung === undefined)
      throw new TypeError(`The view ${this.name} has no rung ${name}`);
    const { encoder, counters, onError } = this.#options;
    const made = createVideoRendition(
      {
        codec,
        rung,
        canvas: canvasOf(this.#settings),
        encoder,
        onFallback: (reason) => {
          counters.encoderFallbacks++;
          onError(new EncoderFallback(reason));
        },
        onLeft: () => this.refresh(),
      },
      counters,
    );
    this.#encodes.set(key, { rung, rendition: made });
    return made;
  }

  /** How many encoders run. */
  get encoders(): number {
    return this.#wanted().length;
  }

  /** The largest size and rate in which anybody gets it now; undefined = nobody watches. */
  demand(at: Micros): CanvasSize | undefined {
    if (at < this.#glancedUntil) return this.#settings;
    let most: CanvasSize | undefined;
    for (const { rung, rendition } of this.#encodes.values()) {
      if (!rendition.wanted) continue;
      most ??= { width: 0, height: 0, fps: 0 };
      most.width = Math.max(most.width, rung.width);
      most.height = Math.max(most.height, rung.height);
      most.fps = Math.max(most.fps, rung.fps);
    }
    return most;
  }

  /** Somebody wants a single picture: for a while the view counts as watched. */
  glance(at: Micros): void {
    this.#glancedUntil = at + GLANCE;
  }

  /** Call whenever somebody came to or left a rendition: starts or stops the clock, gives encoders back. */
  refresh(): void {
    if (this.#closed) return;
    this.compositor.setReduction(this.#reduction());
    if (this.encoders > 0) this.#ticker ??= this.#startClock();
    else this.#stopClock();
    this.#exclusive
      .run(() => this.#giveBackIdle())
      .catch(this.#options.onError);
  }

  /** Fewer tiles, then fewer pictures; 0 takes it all back. */
  sacrifice(level: OverloadLevel): void {
    this.compositor.setTileInterval(level >= 1 ? 2 : 1);
    this.#pace = level >= 2 ? 2 : 1;
  }

  layout(): Promise<ViewLayout> {
    return this.#composed((at) => this.#layoutAt(at));
  }

  /** Throws a TypeError, and changes nothing, if they are not right or of another size or rate. */
  change(settings: ViewSettings): void {
    if (settings.fps !== this.#settings.fps)
      throw new TypeError("the rate of a view cannot be changed");
    this.compositor.setSettings(settings);
    this.#settings = settings;
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
      for (const { rendition } of this.#encodes.values()) rendition.close();
      this.#options.counters.framesReplaced +=
        this.compositor.counters.framesReplaced;
      this.compositor.close();
    });
  }

  /** How many times smaller than the canvas somebody sees it. */
  #reduction(): number {
    let smallest = this.#settings.height;
    for (const { rung, rendition } of this.#encodes.values())
      if (rendition.wanted) smallest = Math.min(smallest, rung.height);
    return this.#settings.height / smallest;
  }

  #wanted(): VideoRendition[] {
    const wanted: VideoRendition[] = [];
    for (const { rendition } of this.#encodes.values())
      if (rendition.wanted) wanted.push(rendition);
    return wanted;
  }

  #startClock(): Ticker {
    return startTicker({
      ticksPerSecond: this.#settings.fps,
      zero: this.#options.zero,
      // A picture that is late is replaced by the next one.
      maxCatchUp: 1,
      onTick: (due, _late, number) => this.#onTick(due, number),
      onSkip: (ticks) => this.#drop(ticks),
    });
  }

  #stopClock(): void {
    this.#ticker?.stop();
    this.#ticker = undefined;
  }

  #drop(frames: number): void {
    this.#options.counters.framesDropped += frames;
    this.#options.load.framesDropped(frames);
  }

  #onTick(due: Micros, number: number): void {
    if (number % this.#pace !== 0) return;
    if (this.#exclusive.busy) this.#drop(1);
    else
      this.#exclusive.run(() => this.#tick(due)).catch(this.#options.onError);
  }

  async #tick(due: Micros): Promise<void> {
    if (this.#closed) return;
    const start = now();
    const changed = await this.#compose(due);
    const targets = this.#wanted();
    const idle = !changed && start - this.#encodedAt < IDLE_SPACING;
    if (!idle || targets.some((it) => it.keyWanted)) {
      this.#encodedAt = start;
      await Promise.all(
        targets.map((it) => it.encode(this.compositor.frame, due)),
      );
    }
    const period = (this.#pace * 1_000_000) / this.#settings.fps;
    this.#options.load.frame((now() - start) / period);
  }

  /** `at` is when the picture is due, which its RTP timestamp says. */
  async #compose(at: Micros): Promise<boolean> {
    const changed = await this.compositor.compose(now());
    if (changed) this.#options.counters.framesComposed++;
    if (this.compositor.layoutVersion !== this.#toldVersion) {
      this.#toldVersion = this.compositor.layoutVersion;
      this.#options.onLayout(this.#layoutAt(at));
    }
    return changed;
  }

  #layoutAt(at: Micros): ViewLayout {
    return {
      ...this.compositor.layout(),
      timestamp: timestampAt(at, VIDEO_CLOCK),
    };
  }

  #composed<Result>(
    read: (at: Micros) => Promise<Result> | Result,
  ): Promise<Result> {
    return this.#exclusive.run(async () => {
      const at = now();
      await this.#compose(at);
      return read(at);
    });
  }

  #giveBackIdle(): void {
    for (const { rendition } of this.#encodes.values())
      if (!rendition.wanted) rendition.release();
  }
}
