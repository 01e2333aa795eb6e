import type { Rect } from "../../contract.js";
import { SMALLEST, roundEven } from "./geometry.js";
import type { Tile } from "./types.js";

/** Starts and ends at rest (smoothstep): no jerk at either end. */
const smooth = (progress: number): number =>
  progress * progress * (3 - 2 * progress);

const between = (a: number, b: number, part: number): number =>
  a + (b - a) * part;

/** Edges are rounded rather than sizes, so that tiles that touch go on touching. */
const blend = (from: Rect, to: Rect, part: number): Rect => {
  const x = roundEven(between(from.x, to.x, part));
  const y = roundEven(between(from.y, to.y, part));
  const right = between(from.x + from.width, to.x + to.width, part);
  const bottom = between(from.y + from.height, to.y + to.height, part);
  return { x, y, width: roundEven(right) - x, height: roundEven(bottom) - y };
};

const centreOf = ({ x, y, width, height }: Rect): Rect => ({
  x: x + width / 2,
  y: y + height / 2,
  width: 0,
  height: 0,
});

const same = (a: Rect, b: Rect): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

/** While a tile moves, the gap around it is not its own. */
const moving = (tile: Tile, from: Rect, to: Rect, part: number): Tile => ({
  ...tile,
  ...blend(from, to, part),
  border: { ...tile.border, inside: true },
});

const visible = ({ width, height }: Tile): boolean =>
  width >= SMALLEST && height >= SMALLEST;

const byId = (tiles: readonly Tile[]): Map<string, Tile> =>
  new Map(tiles.map((tile) => [tile.id, tile]));

/**
 * The tiles on their way from one layout to another, to be painted in the order given.
 *
 * - `progress` is the share of the time that has passed, 0 to 1 (beyond is clamped); the motion eases in and out.
 * - At 0 the result is `from`, at 1 `to`; what is given as `from` may itself be under way.
 * - New tiles grow from their centre, leaving ones shrink into theirs, below others of the same z; what is below
 *   16 px is left out. Coordinates stay even and inside the canvas.
 */
export const easeTiles = (
  from: readonly Tile[],
  to: readonly Tile[],
  progress: number,
): Tile[] => {
  if (progress <= 0) return [...from];
  if (progress >= 1) return [...to];
  const part = smooth(progress);
  const before = byId(from);
  const after = byId(to);
  const leaving = from
    .filter((tile) => !after.has(tile.id))
    .map((tile) => moving(tile, tile, centreOf(tile), part));
  const staying = to.map((tile) => {
    const old = before.get(tile.id) ?? centreOf(tile);
    return same(old, tile) ? tile : moving(tile, old, tile, part);
  });
  return [...leaving, ...staying].filter(visible).sort((a, b) => a.z - b.z);
};
