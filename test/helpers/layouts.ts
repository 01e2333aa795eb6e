/** Sources and requests for tests of layouts, and what must be true of any tiles. */
import type { ExecutionContext } from "ava";
import type { LayoutChoice, Rect } from "../../mixer/contract.js";
import {
  layoutTiles,
  sourceIdOf,
  type LayoutRequest,
  type LayoutSource,
  type Tile,
} from "../../mixer/video/layouts/index.js";

export const camera = (participant: string, role = "member"): LayoutSource => ({
  id: sourceIdOf(participant, "camera"),
  participant,
  kind: "camera",
  role,
});

export const screen = (participant: string, since?: number): LayoutSource => ({
  id: sourceIdOf(participant, "share"),
  participant,
  kind: "share",
  role: "member",
  since,
});

/** `p0`, `p1`, … */
export const cameras = (count: number): LayoutSource[] =>
  Array.from({ length: count }, (_, index) => camera(`p${index}`));

export const SIZES = [
  [1280, 720],
  [1920, 1080],
  [720, 1280],
  [1080, 1080],
  [960, 720],
  [640, 360],
  [320, 180],
] as const;

export const requestOf = (
  layout: LayoutChoice,
  sources: readonly LayoutSource[],
  more: Partial<LayoutRequest> = {},
): LayoutRequest => ({
  layout,
  sources,
  width: 1280,
  height: 720,
  page: 0,
  ...more,
});

export const tilesOf = (
  layout: LayoutChoice,
  sources: readonly LayoutSource[],
  more: Partial<LayoutRequest> = {},
): Tile[] => layoutTiles(requestOf(layout, sources, more));

export const idsOf = (tiles: readonly Tile[]): string[] =>
  tiles.map(({ id }) => id);

export const areaOf = (rects: readonly Rect[]): number =>
  rects.reduce((sum, { width, height }) => sum + width * height, 0);

export const rectOf = ({ x, y, width, height }: Rect): Rect => ({
  x,
  y,
  width,
  height,
});

const overlap = (a: Tile, b: Tile): boolean =>
  a.x < b.x + b.width &&
  b.x < a.x + a.width &&
  a.y < b.y + b.height &&
  b.y < a.y + a.height;

const isEven = ({ x, y, width, height }: Rect): boolean =>
  [x, y, width, height].every((value) => value % 2 === 0);

/** What a tile may paint: itself, and the frame in the gap around it. */
const withBorder = ({ x, y, width, height, border }: Tile): Rect => {
  const out = border.inside ? 0 : border.thickness;
  return {
    x: x - out,
    y: y - out,
    width: width + 2 * out,
    height: height + 2 * out,
  };
};

const isInside = (rect: Rect, width: number, height: number): boolean =>
  rect.x >= 0 &&
  rect.y >= 0 &&
  rect.x + rect.width <= width &&
  rect.y + rect.height <= height;

type Size = { width: number; height: number };

/** Even, at least 16 px, inside the canvas with its border; ids once; sorted by z; only different z overlap. */
export const assertTiles = (
  t: ExecutionContext,
  tiles: readonly Tile[],
  { width, height }: Size,
  { overlaps = false, what = "" } = {},
): void => {
  const ids = new Set(idsOf(tiles));
  t.is(ids.size, tiles.length, `${what}: an id twice`);
  for (const [index, tile] of tiles.entries()) {
    const label = `${what}: ${JSON.stringify(tile)} in ${width}x${height}`;
    const fits =
      isEven(tile) &&
      Math.min(tile.width, tile.height) >= 16 &&
      isInside(withBorder(tile), width, height);
    if (!fits) t.fail(`odd, small or outside: ${label}`);
    const before = tiles.slice(0, index);
    if (before.some(({ z }) => z > tile.z)) t.fail(`not sorted: ${label}`);
    if (overlaps) continue;
    if (before.some((other) => other.z === tile.z && overlap(other, tile)))
      t.fail(`overlap: ${label}`);
  }
};
