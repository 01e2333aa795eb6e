import type { Frame } from "node-av";
import type { ParticipantId, ViewLayout, ViewSettings } from "../contract.js";
import type { I420Frame, Micros } from "../media.js";
import { renderArtwork, sameArtwork, type ArtworkFiles } from "./artwork.js";
import { createCanvas, type Canvas } from "./canvas.js";
import { createGround, type Ground } from "./ground.js";
import { encodeJpeg } from "./jpeg.js";
import type { SourceId } from "./layouts/index.js";
import { createPainter } from "./painter.js";
import { checkFrame } from "./picture-frame.js";
import { Scene } from "./scene.js";
import { checkSettings } from "./settings.js";
import { Source, type SourceOptions } from "./source.js";
import { Stage } from "./stage.js";
import { createTileMap } from "./tile-map.js";
import { createTurns } from "./turns.js";
import type { Heard } from "./voices.js";

/**
 * The composed picture of one view.
 *
 * - Has no timer and no clock: it works when told to, and costs nothing otherwise.
 * - Sources come, change and go at any time, also while it composes; the next compose() shows it.
 * - A change of places is a move of 250 ms, painted by the compose() calls of that time.
 * - Owns the canvas and the scalers until `close`. Pictures put into it are shared and never written.
 */
export type Compositor = {
  readonly width: number;
  readonly height: number;
  /**
   * The canvas (yuv420p, limited range, BT.601), the same frame for every picture.
   * Read it (encode it) only between compose() calls.
   */
  readonly frame: Frame;
  /** Throws a TypeError if the id is there already. A screen has a tile only while it is active and has a picture. */
  addSource(id: SourceId, source: SourceOptions): void;
  /**
   * Unknown ids are ignored, here and in putFrame: pictures and news trail somebody who left.
   * Participant and kind of a source stay what they were.
   */
  updateSource(id: SourceId, change: Partial<SourceOptions>): void;
  removeSource(id: SourceId): void;
  /**
   * Who is heard from now on. Call it again whenever the talkers have changed; `speaking` (the talkers, where nothing
   * better is known) is looked into for each picture.
   */
  setTalkers(
    talkers: ReadonlySet<ParticipantId>,
    speaking?: ReadonlySet<ParticipantId>,
  ): void;
  /**
   * All or nothing: throws a TypeError that names the field, for another size too. Pictures in a layout are decoded by
   * the next compose(), which waits for that.
   */
  setSettings(settings: ViewSettings): void;
  /** Labels must be readable when the canvas is scaled down so many times; 1 at first. */
  setReduction(reduction: number): void;
  /** New pictures are drawn at each n-th compose() only, each source in its turn; 1 (each) at first. */
  setTileInterval(interval: number): void;
  /**
   * The newest picture; it replaces one not yet shown (counted) and is ignored while the source is not active.
   * frame.data must not be written from here on. Throws a TypeError if it is too short for the size.
   */
  putFrame(id: SourceId, frame: I420Frame, now: Micros): void;
  /** Brings the canvas up to date; false = nothing changed. One call at a time. */
  compose(now: Micros): Promise<boolean>;
  /** The tile map of what compose() last drew; moving tiles are where they will rest. */
  layout(): Omit<ViewLayout, "timestamp">;
  /** Grows whenever the tile map has changed. */
  readonly layoutVersion: number;
  /** The canvas as JPEG, in its full range. Waits for a running compose(). */
  jpeg(): Promise<Buffer>;
  readonly counters: CompositorCounters;
  /** Idempotent. What runs is waited for before the memory is given back; compose() does nothing afterwards. */
  close(): void;
};

export type CompositorCounters = {
  framesReceived: number;
  framesReplaced: number;
};

export type CompositorOptions = {
  /** Its name, for the tile map. */
  view: string;
  settings: ViewSettings;
  /** Has no tile here: somebody's own view of the others. */
  hide?: ParticipantId;
};

const settled = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch(() => undefined);

class CanvasCompositor implements Compositor {
  readonly counters = { framesReceived: 0, framesReplaced: 0 };
  readonly #view: string;
  readonly #hide: ParticipantId | undefined;
  readonly #canvas: Canvas;
  readonly #ground: Ground;
  readonly #stage: Stage;
  readonly #scene: Scene;
  readonly #map: ReturnType<typeof createTileMap>;
  readonly #inTurn = createTurns();
  readonly #sources = new Map<SourceId, Source>();
  /** Gone while compose() ran, which may still be scaling for them. */
  #retired: Source[] = [];
  #settings: ViewSettings;
  #files: ArtworkFiles;
  #artworkWanted = true;
  #heard: Heard = { talkers: new Set(), speaking: new Set() };
  #reduction = 1;
  #shares = 0;
  #composing: Promise<boolean> | undefined;
  #closed = false;

  constructor({ view, settings, hide }: CompositorOptions) {
    this.#files = checkSettings(settings);
    const { width, height } = settings;
    this.#view = view;
    this.#hide = hide;
    this.#settings = settings;
    this.#canvas = createCanvas(width, height);
    this.#ground = createGround(this.#canvas);
    this.#ground.restore({ x: 0, y: 0, width, height });
    this.#stage = new Stage(settings);
    this.#scene = new Scene(this.#ground, settings);
    this.#map = createTileMap(this.#head());
  }

  get width(): number {
    return this.#canvas.width;
  }

  get height(): number {
    return this.#canvas.height;
  }

  get frame(): Frame {
    return this.#canvas.frame;
  }

  get layoutVersion(): number {
    return this.#map.version;
  }

  addSource(id: SourceId, options: SourceOptions): void {
    if (this.#sources.has(id))
      throw new TypeError(`source ${id} is there already`);
    if (this.#closed) return;
    const painter = createPainter(this.#canvas, this.#ground, this.#inTurn);
    const source = new Source(id, options, painter);
    source.hear(this.#heard.talkers);
    this.#sources.set(id, source);
    this.#stage.touch();
  }

  updateSource(id: SourceId, change: Partial<SourceOptions>): void {
    const source = this.#sources.get(id);
    if (source === undefined) return;
    this.#watch(source, () => source.update(change));
    if (change.role !== undefined) this.#stage.touch();
  }

  removeSource(id: SourceId): void {
    const source = this.#sources.get(id);
    if (source === undefined) return;
    this.#sources.delete(id);
    this.#stage.touch();
    this.#retired.push(source);
    if (this.#composing === undefined) this.#closeRetired();
  }

  setTalkers(
    talkers: ReadonlySet<ParticipantId>,
    speaking: ReadonlySet<ParticipantId> = talkers,
  ): void {
    this.#heard = { talkers, speaking };
    for (const source of this.#sources.values()) source.hear(talkers);
  }

  setSettings(settings: ViewSettings): void {
    const files = checkSettings(settings);
    const { width, height } = this;
    if (settings.width !== width || settings.height !== height)
      throw new TypeError(
        `the size must stay ${width}x${height}, got ${settings.width}x${settings.height}`,
      );
    if (!sameArtwork(files, this.#files)) this.#artworkWanted = true;
    this.#files = files;
    this.#settings = settings;
    this.#stage.set(settings);
    this.#scene.spoil();
  }

  setReduction(reduction: number): void {
    if (!(reduction >= 1))
      throw new TypeError(`reduction must be 1 or more, got ${reduction}`);
    this.#reduction = reduction;
  }

  setTileInterval(interval: number): void {
    if (!Number.isInteger(interval) || interval < 1)
      throw new TypeError(`interval must be 1 or more, got ${interval}`);
    this.#scene.setInterval(interval);
  }

  putFrame(id: SourceId, frame: I420Frame, now: Micros): void {
    const source = this.#sources.get(id);
    if (source === undefined) return;
    checkFrame(frame);
    this.counters.framesReceived++;
    this.#watch(source, () => {
      if (source.putFrame(frame, now)) this.counters.framesReplaced++;
    });
  }

  compose(now: Micros): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    if (this.#composing !== undefined)
      return Promise.reject(new Error("compose() is still running"));
    this.#composing = this.#draw(now).finally(() => this.#finish());
    return this.#composing;
  }

  layout(): Omit<ViewLayout, "timestamp"> {
    return this.#map.layout();
  }

  async jpeg(): Promise<Buffer> {
    while (this.#composing !== undefined) await settled(this.#composing);
    if (this.#closed) throw new Error("the compositor is closed");
    return encodeJpeg(this.width, this.height, this.#canvas.planes);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#retired.push(...this.#sources.values());
    this.#sources.clear();
    this.#map.clear();
    if (this.#composing === undefined) this.#finish();
  }

  #head() {
    const { width, height, pinned } = this.#settings;
    const { name: layout, pages, page } = this.#stage;
    const size = { width, height };
    return { view: this.#view, layout, pinned, ...size, pages, page };
  }

  /** The layout is made anew if a screen appears or goes by this change, or a picture's proportions change. */
  #watch(source: Source, change: () => void): void {
    const { visible, aspect } = source;
    change();
    if (source.visible && !visible) source.since = ++this.#shares;
    if (source.visible !== visible || source.aspect !== aspect)
      this.#stage.touch();
  }

  async #draw(now: Micros): Promise<boolean> {
    if (this.#artworkWanted) await this.#renderArtwork();
    const { labels, layout } = this.#settings;
    const own = typeof layout === "object" ? layout.labels : undefined;
    const places = this.#stage.places(() => this.#shown(), this.#heard, now);
    const head = this.#head();
    const moved = this.#scene.place(places, this.#sources);
    const reduction = this.#reduction;
    const pass = { now, labels: own ?? labels, reduction };
    const painted = await this.#scene.draw(pass);
    const { targets } = places;
    if (!this.#closed)
      this.#map.update({ head, targets, sources: this.#sources, now });
    return moved || painted;
  }

  #shown() {
    return [...this.#sources.values()]
      .filter((it) => it.visible && it.participant !== this.#hide)
      .map((it) => it.layoutSource);
  }

  async #renderArtwork(): Promise<void> {
    this.#artworkWanted = false;
    this.#ground.use(await renderArtwork(this.#files, this.#canvas));
    this.#scene.spoil();
  }

  #closeRetired(): void {
    for (const source of this.#retired) source.close();
    this.#retired = [];
  }

  #finish(): void {
    this.#composing = undefined;
    this.#closeRetired();
    if (this.#closed) this.#canvas.close();
  }
}

/** Throws a TypeError that names the field for settings that are wrong, or a size that is odd or not 16 to 8192. */
export const createCompositor = (options: CompositorOptions): Compositor =>
  new CanvasCompositor(options);
