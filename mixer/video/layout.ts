import type { LayoutName, Rect } from "../contract.js";

/** Somebody to be shown. `aspect` (width / height of the picture) is for layouts that follow it; the grid does not. */
export type LayoutSource = { id: string; aspect?: number };

/**
 * One rectangle of the canvas: even coordinates and sizes, inside the canvas.
 * `border` is the thickness of the talker's frame; it lies in the gap around the tile,
 * or inside the tile where there is no gap.
 */
export type Tile = Rect & {
  id: string;
  border: { thickness: number; inside: boolean };
};

export type LayoutRequest = {
  layout: LayoutName;
  /** In the order of joining, which the tiles keep. */
  sources: readonly LayoutSource[];
  width: number;
  height: number;
};

/** 8 px at 720p: room for a 4 px frame around each of two neighbours. */
const GAP_AT_720 = 8;
/** Pixels: the encoders work in blocks of this size; nothing can be recognised in less. */
const SMALLEST = 16;
/** Below 4:3 a 16:9 camera would lose more than a quarter; above 2:1 it would lose foreheads. */
const MIN_ASPECT = 4 / 3;
const MAX_ASPECT = 2;

const floorEven = (value: number): number => Math.floor(value / 2) * 2;

/** A multiple of 4, so that half of it is a border of whole chroma samples. */
const gapFor = (width: number, height: number): number =>
  4 *
  Math.max(
    1,
    Math.round((GAP_AT_720 / 4) * Math.min(width / 1280, height / 720)),
  );

type Grid = { columns: number; cellWidth: number; cellHeight: number };

const gridOf = (columns: number, count: number, area: Rect): Grid => {
  const gap = area.x;
  const rows = Math.ceil(count / columns);
  const width = (area.width + gap) / columns - gap;
  const height = (area.height + gap) / rows - gap;
  return {
    columns,
    cellWidth: floorEven(Math.min(width, height * MAX_ASPECT)),
    cellHeight: floorEven(Math.min(height, width / MIN_ASPECT)),
  };
};

const largestGrid = (count: number, area: Rect): Grid => {
  let best = gridOf(1, count, area);
  for (let columns = 2; columns <= count; columns++) {
    const grid = gridOf(columns, count, area);
    const gain =
      grid.cellWidth * grid.cellHeight - best.cellWidth * best.cellHeight;
    if (gain > 0) best = grid;
  }
  return best;
};

const centred = (cells: number, size: number, gap: number, total: number) =>
  floorEven((total - cells * size - (cells - 1) * gap) / 2);

const gridTiles = (request: LayoutRequest): Tile[] => {
  const { sources, width, height } = request;
  const gap = gapFor(width, height);
  const border = { thickness: gap / 2, inside: sources.length === 1 };
  if (sources.length === 1)
    return [{ id: sources[0]!.id, x: 0, y: 0, width, height, border }];
  const area = {
    x: gap,
    y: gap,
    width: width - 2 * gap,
    height: height - 2 * gap,
  };
  const { columns, cellWidth, cellHeight } = largestGrid(sources.length, area);
  if (Math.min(cellWidth, cellHeight) < SMALLEST)
    return gridTiles({ ...request, sources: sources.slice(0, -1) });
  const rows = Math.ceil(sources.length / columns);
  const top = centred(rows, cellHeight, gap, height);
  return sources.map(({ id }, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, sources.length - row * columns);
    const left = centred(inRow, cellWidth, gap, width);
    return {
      id,
      x: left + (index % columns) * (cellWidth + gap),
      y: top + row * (cellHeight + gap),
      width: cellWidth,
      height: cellHeight,
      border,
    };
  });
};

/** Each layout is one function; the order of its tiles is the order in which they are painted. */
const LAYOUTS: Record<LayoutName, (request: LayoutRequest) => Tile[]> = {
  grid: gridTiles,
};

/** Throws a TypeError for a layout that does not exist. */
export const checkLayout = (layout: LayoutName): void => {
  if (Object.hasOwn(LAYOUTS, layout)) return;
  throw new TypeError(
    `layout must be one of ${Object.keys(LAYOUTS).join(", ")}, got ${layout}`,
  );
};

/**
 * Where everybody goes. Arithmetic only; no source, no tile. When tiles would become smaller than 16 px,
 * those who came last get none. Throws a TypeError for a layout that does not exist.
 */
export const layoutTiles = (request: LayoutRequest): Tile[] => {
  checkLayout(request.layout);
  return request.sources.length === 0 ? [] : LAYOUTS[request.layout](request);
};
