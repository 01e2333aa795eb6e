import type { Rect, TileState } from "../contract.js";
import type { I420Frame } from "../media.js";
import { renderAvatar } from "./avatar.js";
import type { Canvas } from "./canvas.js";
import { colourOf } from "./colour.js";
import { barsOf, fitPicture } from "./fit.js";
import { renderLabel } from "./label.js";
import type { Tile } from "./layout.js";
import type { Overlay } from "./overlay.js";
import { createScaler } from "./scaler.js";
import type { InTurn } from "./turns.js";

/** What one source's tile is painted with. Keeps its overlays and scaler until what they show changes. */
export type Painter = {
  /** false = swscale refused it (absurd proportions); the tile holds nothing useful then. */
  picture(tile: Tile, frame: I420Frame): Promise<boolean>;
  avatar(
    tile: Tile,
    name: string,
    state: Exclude<TileState, "live">,
  ): Promise<void>;
  label(tile: Tile, name: string, muted: boolean): Promise<void>;
  border(tile: Tile, talking: boolean): void;
  /** Not while anything is painted. */
  close(): void;
};

export const BACKGROUND = colourOf("#14171c");
const TILE = colourOf("#262b33");
const TALKER = colourOf("#3ddc84");

/** Label letters: of the tile's height, between a size that stays legible and one that stays modest, at 720p. */
const LETTERS = { share: 0.075, min: 13, max: 26 };
/** Below this, letters are only dirt. */
const SMALLEST_LETTERS = 9;

const letterSize = (tile: Tile, canvas: Canvas): number => {
  const scale = Math.min(canvas.width / 1280, canvas.height / 720);
  const size = Math.max(LETTERS.min * scale, tile.height * LETTERS.share);
  return Math.round(
    Math.max(SMALLEST_LETTERS, Math.min(LETTERS.max * scale, size)),
  );
};

/** An overlay that is made anew only when `key` changes. */
const createCache = (inTurn: InTurn) => {
  let key: string | undefined;
  let overlay: Overlay | undefined;
  return async (
    wanted: string,
    render: () => Promise<Overlay | undefined>,
  ): Promise<Overlay | undefined> => {
    if (wanted === key) return overlay;
    overlay = await inTurn(render);
    key = wanted;
    return overlay;
  };
};

const middle = (tile: Tile, overlay: Overlay): Pick<Rect, "x" | "y"> => ({
  x: tile.x + 2 * Math.floor((tile.width - overlay.width) / 4),
  y: tile.y + 2 * Math.floor((tile.height - overlay.height) / 4),
});

/** Around the tile, or just inside of it where there is no gap. */
const drawBorder = (canvas: Canvas, tile: Tile, talking: boolean): void => {
  const { thickness, inside } = tile.border;
  if (inside && !talking) return;
  const shrink = inside ? thickness : 0;
  const inner = {
    x: tile.x + shrink,
    y: tile.y + shrink,
    width: tile.width - 2 * shrink,
    height: tile.height - 2 * shrink,
  };
  canvas.outline(inner, thickness, talking ? TALKER : BACKGROUND);
};

/** Between the label and the tile's edge, clear of a border inside. */
const marginFor = (tile: Tile, fontSize: number): number =>
  2 * Math.round(fontSize * 0.2) +
  (tile.border.inside ? tile.border.thickness : 0);

export const createPainter = (canvas: Canvas, inTurn: InTurn): Painter => {
  const scaler = createScaler(canvas.planes);
  const cachedLabel = createCache(inTurn);
  const cachedAvatar = createCache(inTurn);
  return {
    async picture(tile, frame) {
      const fit = fitPicture(frame, tile);
      for (const bar of barsOf(tile, fit.place)) canvas.fill(bar, TILE);
      return scaler.draw(frame, fit).then(
        () => true,
        () => false,
      );
    },
    async avatar(tile, name, state) {
      const { width, height } = tile;
      const overlay = await cachedAvatar(
        JSON.stringify([name, state, width, height]),
        () => renderAvatar({ name, state, width, height }),
      );
      canvas.fill(tile, TILE);
      if (overlay === undefined) return;
      const { x, y } = middle(tile, overlay);
      canvas.blend(overlay, x, y);
    },
    async label(tile, name, muted) {
      const fontSize = letterSize(tile, canvas);
      const margin = marginFor(tile, fontSize);
      const maxWidth = tile.width - 2 * margin;
      const overlay = await cachedLabel(
        JSON.stringify([name, muted, fontSize, maxWidth]),
        () => renderLabel({ name, muted, fontSize, maxWidth }),
      );
      if (overlay === undefined) return;
      const y = tile.y + tile.height - margin - overlay.height;
      if (y >= tile.y) canvas.blend(overlay, tile.x + margin, y);
    },
    border: (tile, talking) => drawBorder(canvas, tile, talking),
    close: () => scaler.close(),
  };
};
