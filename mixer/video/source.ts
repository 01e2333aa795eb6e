import type { TileState } from "../contract.js";
import type { I420Frame, Micros } from "../media.js";
import type { Tile } from "./layout.js";
import type { Painter } from "./painter.js";
import {
  createSlot,
  dropFrame,
  putFrame,
  readFrame,
  setCamera,
  slotState,
  type Slot,
} from "./slot.js";

export type SourceOptions = { name: string; camera: boolean; muted: boolean };

/**
 * One source and its tile on the canvas.
 *
 * - `draw` paints only if there is something to be seen that was not; one call at a time, several sources at once.
 * - What changes while it paints is painted by the next call.
 */
export class Source {
  readonly slot: Slot;
  talking = false;
  /** How often its tile was painted. */
  painted = 0;
  /** What is on the canvas: the tile's state and whether the talker's border is drawn. */
  state: TileState = "off";
  #border = false;
  #dirty = true;
  #tile: Tile | undefined;
  #name: string;
  #muted: boolean;

  constructor(
    readonly id: string,
    options: SourceOptions,
    private readonly painter: Painter,
  ) {
    this.#name = options.name;
    this.#muted = options.muted;
    this.slot = createSlot(options.camera);
  }

  get tile(): Tile | undefined {
    return this.#tile;
  }

  update({ name, camera, muted }: Partial<SourceOptions>): void {
    if (camera !== undefined) setCamera(this.slot, camera);
    const label = name ?? this.#name;
    const silent = muted ?? this.#muted;
    if (label === this.#name && silent === this.#muted) return;
    this.#name = label;
    this.#muted = silent;
    this.#dirty = true;
  }

  /** true = it replaced one that was not shown. */
  putFrame(frame: I420Frame, now: Micros): boolean {
    return putFrame(this.slot, frame, now);
  }

  /** Where it is from now on, the canvas being blank there; undefined = it is not shown. */
  place(tile: Tile | undefined): void {
    this.#tile = tile;
    this.#dirty = true;
    this.#border = false;
  }

  /** false = nothing changed. */
  async draw(now: Micros): Promise<boolean> {
    const tile = this.#tile;
    if (tile === undefined) return false;
    const { talking } = this;
    const borderChanged = talking !== this.#border;
    this.#border = talking;
    const state = slotState(this.slot, now);
    const fresh = state === "live" && this.slot.unread;
    const inside = tile.border.inside;
    const repaint =
      this.#dirty || fresh || state !== this.state || (borderChanged && inside);
    if (repaint) await this.#paint(tile, state);
    if (borderChanged || (repaint && inside))
      this.painter.border(tile, talking);
    return repaint || borderChanged;
  }

  /** Not while `draw` runs. */
  close(): void {
    this.painter.close();
  }

  async #paint(tile: Tile, state: TileState): Promise<void> {
    const [name, muted] = [this.#name, this.#muted];
    this.#dirty = false;
    this.painted++;
    this.state = await this.#paintPicture(tile, name, state);
    await this.painter.label(tile, name, muted);
  }

  async #paintPicture(
    tile: Tile,
    name: string,
    state: TileState,
  ): Promise<TileState> {
    const frame = readFrame(this.slot);
    if (state === "live" && frame !== undefined) {
      if (await this.painter.picture(tile, frame)) return "live";
      dropFrame(this.slot, frame);
    }
    const why = state === "live" ? "waiting" : state;
    await this.painter.avatar(tile, name, why);
    return why;
  }
}
