import type { Frame } from "node-av";
import type { LayoutName, TilePlace, ViewLayout } from "../contract.js";
import type { I420Frame, Micros } from "../media.js";
import { createCanvas, type Canvas } from "./canvas.js";
import { encodeJpeg } from "./jpeg.js";
import { checkLayout, layoutTiles } from "./layout.js";
import { BACKGROUND, createPainter } from "./painter.js";
import { checkSize } from "./picture-frame.js";
import { createTurns } from "./turns.js";
import { Source, type SourceOptions } from "./source.js";

/**
 * The composed picture of one view.
 *
 * - Has no timer and no clock: it works when told to, and costs nothing otherwise.
 * - Sources come, change and go at any time, also while it composes; the next compose() shows it.
 * - Owns the canvas, the sources' newest pictures and the scalers until `close`.
 */
export type Compositor = {
  readonly width: number;
  readonly height: number;
  /**
   * The canvas (yuv420p, limited range, BT.601), the same frame for every picture.
   * Read it (encode it) only between compose() calls.
   */
  readonly frame: Frame;
  /** Tiles are in the order in which sources were added. Throws a TypeError if the id is there already. */
  addSource(id: string, source: SourceOptions): void;
  /** Unknown ids are ignored, here and in putFrame: pictures and news trail somebody who left. */
  updateSource(id: string, change: Partial<SourceOptions>): void;
  removeSource(id: string): void;
  setTalkers(ids: ReadonlySet<string>): void;
  /**
   * The newest camera picture; it replaces one not yet shown (counted) and is ignored while the camera is off.
   * Owns frame.data from here on. Throws a TypeError if the data is too short for the size.
   */
  putFrame(id: string, frame: I420Frame, now: Micros): void;
  /** Brings the canvas up to date; false = nothing changed. One call at a time. */
  compose(now: Micros): Promise<boolean>;
  /** The tile map of what compose() last drew. */
  layout(): ViewLayout;
  setLayout(layout: LayoutName): void;
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
  /** Pixels, even. */
  width: number;
  height: number;
  view?: string;
};

const checkFrame = ({ width, height, data }: I420Frame): void => {
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
  const bytes = width * height + 2 * chroma;
  if (!(width > 0 && height > 0) || data.byteLength < bytes) {
    throw new TypeError(
      `a picture of ${width}x${height} takes ${bytes} bytes, got ${data.byteLength}`,
    );
  }
};

const settled = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch(() => undefined);

class CanvasCompositor implements Compositor {
  readonly width: number;
  readonly height: number;
  readonly counters = { framesReceived: 0, framesReplaced: 0 };
  readonly #canvas: Canvas;
  readonly #inTurn = createTurns();
  readonly #view: string;
  readonly #sources = new Map<string, Source>();
  /** Gone while compose() ran, which may still be scaling for them. */
  #retired: Source[] = [];
  /** What the canvas shows, in the order of the tiles. */
  #drawn: Source[] = [];
  #talkers: ReadonlySet<string> = new Set();
  #layout: LayoutName = "grid";
  #arranged = false;
  #composing: Promise<boolean> | undefined;
  #closed = false;

  constructor({ width, height, view = "main" }: CompositorOptions) {
    checkSize(width, height);
    this.width = width;
    this.height = height;
    this.#view = view;
    this.#canvas = createCanvas(width, height);
    this.#clear();
  }

  get frame(): Frame {
    return this.#canvas.frame;
  }

  addSource(id: string, options: SourceOptions): void {
    if (this.#sources.has(id))
      throw new TypeError(`source ${id} is there already`);
    if (this.#closed) return;
    const source = new Source(
      id,
      options,
      createPainter(this.#canvas, this.#inTurn),
    );
    source.talking = this.#talkers.has(id);
    this.#sources.set(id, source);
    this.#arranged = false;
  }

  updateSource(id: string, change: Partial<SourceOptions>): void {
    this.#sources.get(id)?.update(change);
  }

  removeSource(id: string): void {
    const source = this.#sources.get(id);
    if (source === undefined) return;
    this.#sources.delete(id);
    this.#arranged = false;
    if (this.#composing === undefined) source.close();
    else this.#retired.push(source);
  }

  setTalkers(ids: ReadonlySet<string>): void {
    this.#talkers = ids;
    for (const source of this.#sources.values())
      source.talking = ids.has(source.id);
  }

  putFrame(id: string, frame: I420Frame, now: Micros): void {
    const source = this.#sources.get(id);
    if (source === undefined) return;
    checkFrame(frame);
    this.counters.framesReceived++;
    if (source.putFrame(frame, now)) this.counters.framesReplaced++;
  }

  compose(now: Micros): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    if (this.#composing !== undefined)
      return Promise.reject(new Error("compose() is still running"));
    this.#composing = this.#draw(now).finally(() => this.#finish());
    return this.#composing;
  }

  layout(): ViewLayout {
    const tiles: TilePlace[] = [];
    for (const { id, state, tile } of this.#drawn) {
      if (tile === undefined) continue;
      const { x, y, width, height } = tile;
      tiles.push({ participant: id, x, y, width, height, state });
    }
    return {
      view: this.#view,
      layout: this.#layout,
      width: this.width,
      height: this.height,
      tiles,
    };
  }

  setLayout(layout: LayoutName): void {
    checkLayout(layout);
    this.#layout = layout;
    this.#arranged = false;
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
    this.#drawn = [];
    if (this.#composing === undefined) this.#finish();
  }

  #clear(): void {
    const { width, height } = this;
    this.#canvas.fill({ x: 0, y: 0, width, height }, BACKGROUND);
  }

  /** Gives everybody their place; paints the ground only when places change. */
  #arrange(): boolean {
    if (this.#arranged) return false;
    this.#arranged = true;
    const { width, height } = this;
    const sources = [...this.#sources.values()];
    const tiles = layoutTiles({
      layout: this.#layout,
      sources,
      width,
      height,
    });
    this.#clear();
    for (const source of sources) source.place(undefined);
    for (const tile of tiles) this.#sources.get(tile.id)?.place(tile);
    this.#drawn = sources;
    return true;
  }

  async #draw(now: Micros): Promise<boolean> {
    const moved = this.#arrange();
    // All of them come to rest before anything is thrown: none may scale into a canvas that somebody reads.
    const results = await Promise.allSettled(
      this.#drawn.map((source) => source.draw(now)),
    );
    let changed = moved;
    for (const result of results) {
      if (result.status === "rejected") throw result.reason;
      changed ||= result.value;
    }
    return changed;
  }

  #finish(): void {
    this.#composing = undefined;
    for (const source of this.#retired) source.close();
    this.#retired = [];
    if (this.#closed) this.#canvas.close();
  }
}

/** Throws a TypeError for a size that is odd, or not between 16 and 8192. */
export const createCompositor = (options: CompositorOptions): Compositor =>
  new CanvasCompositor(options);
