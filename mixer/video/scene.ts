import type { Rect } from "../contract.js";
import type { Ground } from "./ground.js";
import type { SourceId, Tile } from "./layouts/index.js";
import type { Spot } from "./painter.js";
import { grown, overlap } from "./rects.js";
import type { Pass, Source } from "./source.js";
import { sameTile, type Places } from "./stage.js";

/** A source in its place; `under` are those before it in the order of painting that it lies over. */
type Placed = { source: Source; spot: Spot; extent: Rect; under: number[] };

/** All that a tile may paint. */
const extentOf = (tile: Tile): Rect =>
  tile.border.inside ? tile : grown(tile, tile.border.thickness);

const sameSpot = (a: Spot, b: Spot): boolean =>
  sameTile(a.tile, b.tile) && (a.tile === a.rest) === (b.tile === b.rest);

const spotsOf = ({ tiles, targets }: Places): Spot[] => {
  const rests = new Map(targets.map((tile) => [tile.id, tile]));
  return tiles.map((tile) => {
    const rest = rests.get(tile.id);
    return { tile, rest: rest && sameTile(rest, tile) ? tile : rest };
  });
};

const stacked = (placed: Placed[]): Placed[] => {
  for (const [at, { under, extent }] of placed.entries()) {
    for (let below = 0; below < at; below++)
      if (overlap(placed[below]!.extent, extent)) under.push(below);
  }
  return placed;
};

/**
 * The tiles on the canvas.
 *
 * - Only what moved, or lay where something moved, is painted anew; what rests costs nothing.
 * - Tiles that overlap are painted one after another, all others at once. Who lies over a painted one is painted too.
 */
export class Scene {
  readonly #ground: Ground;
  readonly #canvas: Rect;
  #placed: Placed[] = [];
  #tiles: readonly Tile[] = [];
  #spoilt = true;
  #interval = 1;
  #count = 0;

  constructor(
    ground: Ground,
    { width, height }: Pick<Rect, "width" | "height">,
  ) {
    this.#ground = ground;
    this.#canvas = { x: 0, y: 0, width, height };
  }

  /** All of it has to be painted anew. */
  spoil(): void {
    this.#spoilt = true;
  }

  /** New pictures are shown at each n-th `draw` only, each source at its own turn. */
  setInterval(interval: number): void {
    this.#interval = interval;
  }

  /** Who is where from now on. false = nothing moved. */
  place(places: Places, sources: ReadonlyMap<SourceId, Source>): boolean {
    const same = places.tiles === this.#tiles && this.#holds(sources);
    if (same && !this.#spoilt) return false;
    this.#tiles = places.tiles;
    const before = new Map(this.#placed.map((it) => [it.source, it]));
    this.#placed = stacked(
      spotsOf(places).flatMap((spot) => {
        const source = sources.get(spot.tile.id);
        const extent = extentOf(spot.tile);
        return source ? [{ source, spot, extent, under: [] }] : [];
      }),
    );
    this.#clear(before);
    this.#spoilt = false;
    return true;
  }

  /** Paints what has to be. false = nothing changed. All tiles have come to rest when it resolves or rejects. */
  async draw(pass: Pass): Promise<boolean> {
    this.#count++;
    const running: Promise<boolean>[] = [];
    for (const [at, { source, under }] of this.#placed.entries()) {
      const due = (this.#count + at) % this.#interval === 0;
      const lower = under.map((index) => running[index]!);
      running.push(this.#drawOver(source, lower, pass, due));
    }
    const results = await Promise.allSettled(running);
    let changed = false;
    for (const result of results) {
      if (result.status === "rejected") throw result.reason;
      changed ||= result.value;
    }
    return changed;
  }

  /** Somebody may have left and come back under the same id. */
  #holds(sources: ReadonlyMap<SourceId, Source>): boolean {
    return this.#placed.every(
      ({ source }) => sources.get(source.id) === source,
    );
  }

  async #drawOver(
    source: Source,
    lower: Promise<boolean>[],
    pass: Pass,
    due: boolean,
  ): Promise<boolean> {
    const below = lower.length > 0 && (await Promise.all(lower)).includes(true);
    return source.draw(pass, { below, due });
  }

  /** Takes the old tiles away where something moved, and has painted again whoever lay there too. */
  #clear(before: Map<Source, Placed>): void {
    const damage: Rect[] = this.#spoilt ? [this.#canvas] : [];
    const kept: Placed[] = [];
    for (const placed of this.#placed) {
      const old = before.get(placed.source);
      before.delete(placed.source);
      if (old !== undefined && sameSpot(old.spot, placed.spot)) {
        kept.push(placed);
        continue;
      }
      if (old !== undefined) damage.push(old.extent);
      placed.source.place(placed.spot);
    }
    for (const gone of before.values()) {
      gone.source.place(undefined);
      damage.push(gone.extent);
    }
    for (const rect of damage) this.#ground.restore(rect);
    for (const { source, spot, extent } of kept) {
      if (!damage.some((rect) => overlap(rect, extent))) continue;
      this.#ground.restore(extent);
      source.place(spot);
    }
  }
}
