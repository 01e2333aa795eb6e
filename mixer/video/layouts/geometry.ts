import type { Rect } from "../../contract.js";

/** Pixels: the encoders work in blocks of this size; nothing can be recognised in less. */
export const SMALLEST = 16;

/** 8 px at 720p: room for a 4 px frame around each of two neighbours. */
const GAP_AT_720 = 8;
/** Below 4:3 a 16:9 camera would lose more than a quarter; above 2:1 it would lose foreheads. */
const MIN_ASPECT = 4 / 3;
const MAX_ASPECT = 2;

export const floorEven = (value: number): number => Math.floor(value / 2) * 2;
export const roundEven = (value: number): number => Math.round(value / 2) * 2;

/** Pixels between tiles: a multiple of 4, so that half of it is a border of whole chroma samples. */
export const gapFor = (width: number, height: number): number =>
  4 *
  Math.max(1, Math.round((GAP_AT_720 / 4) * (Math.min(width, height) / 720)));

/** Equal cells in rows; `area` holds them all. */
export type Cells = {
  count: number;
  columns: number;
  rows: number;
  width: number;
  height: number;
};

const cellsOf = (
  count: number,
  columns: number,
  area: Rect,
  gap: number,
): Cells => {
  const rows = Math.ceil(count / columns);
  const width = (area.width + gap) / columns - gap;
  const height = (area.height + gap) / rows - gap;
  return {
    count,
    columns,
    rows,
    width: floorEven(Math.min(width, height * MAX_ASPECT)),
    height: floorEven(Math.min(height, width / MIN_ASPECT)),
  };
};

/** The columns that make `count` equal cells largest. Narrower areas get fewer columns by that. */
export const largestCells = (count: number, area: Rect, gap: number): Cells => {
  let best = cellsOf(count, 1, area, gap);
  for (let columns = 2; columns <= count; columns++) {
    const cells = cellsOf(count, columns, area, gap);
    if (cells.width * cells.height > best.width * best.height) best = cells;
  }
  return best;
};

/** As many of `count` as get cells of at least `smallest` pixels each way; 0 = not even one. */
export const mostCells = (
  count: number,
  area: Rect,
  gap: number,
  smallest: number,
): number => {
  for (let fitting = count; fitting > 0; fitting--) {
    const { width, height } = largestCells(fitting, area, gap);
    if (Math.min(width, height) >= smallest) return fitting;
  }
  return 0;
};

const centred = (
  cells: number,
  size: number,
  gap: number,
  room: number,
): number => floorEven((room - cells * size - (cells - 1) * gap) / 2);

/** The rectangles of all cells, each row centred, all of them centred or (`top`) at the upper edge. */
export const rectsOf = (
  cells: Cells,
  area: Rect,
  gap: number,
  align: "centre" | "top",
): Rect[] => {
  const { count, columns, rows, width, height } = cells;
  const free = align === "top" ? 0 : centred(rows, height, gap, area.height);
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = area.x + centred(inRow, width, gap, area.width);
    return {
      x: left + (index % columns) * (width + gap),
      y: area.y + free + row * (height + gap),
      width,
      height,
    };
  });
};
