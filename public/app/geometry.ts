/** Where things lie: the picture in its element, tiles in the picture, menus in the window. Pure; CSS pixels. */

export type Size = { readonly width: number; readonly height: number };
export type Box = Size & { readonly x: number; readonly y: number };

/** Where `object-fit: contain` puts a picture in a box of this size. Nothing is nowhere. */
export const containedBox = (box: Size, picture: Size): Box => {
  const scale = Math.min(
    box.width / picture.width,
    box.height / picture.height,
  );
  if (!(scale > 0) || !Number.isFinite(scale))
    return { x: 0, y: 0, width: 0, height: 0 };
  const width = picture.width * scale;
  const height = picture.height * scale;
  return {
    x: (box.width - width) / 2,
    y: (box.height - height) / 2,
    width,
    height,
  };
};

/** A tile's place in per cent of its canvas: it stays right however large the picture is shown. */
export const placeInCanvas = (tile: Box, canvas: Size): Box => ({
  x: (100 * tile.x) / canvas.width,
  y: (100 * tile.y) / canvas.height,
  width: (100 * tile.width) / canvas.width,
  height: (100 * tile.height) / canvas.height,
});

/** Tiles as one reads: row by row, from the left. Rows are told apart by their upper edges, within half a tile. */
export const inReadingOrder = <Tile extends Box>(
  tiles: readonly Tile[],
): Tile[] => {
  const rows: Tile[][] = [];
  for (const tile of [...tiles].sort((a, b) => a.y - b.y)) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (first !== undefined && tile.y < first.y + first.height / 2)
      row?.push(tile);
    else rows.push([tile]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.x - b.x));
};

/** Room between a menu, what it belongs to, and the window's edge. */
const GAP = 8;

const within = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(value, most));

/** The corner of a menu beside its anchor: centred above it if there is room, else below, and always in the window. */
export const placeMenu = (
  anchor: Box,
  menu: Size,
  window: Size,
): { x: number; y: number } => {
  const above = anchor.y - GAP - menu.height;
  const y = above >= GAP ? above : anchor.y + anchor.height + GAP;
  const x = anchor.x + anchor.width / 2 - menu.width / 2;
  return {
    x: within(x, GAP, Math.max(GAP, window.width - GAP - menu.width)),
    y: within(y, GAP, Math.max(GAP, window.height - GAP - menu.height)),
  };
};
