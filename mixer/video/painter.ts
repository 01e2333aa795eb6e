import type { SourceKind, TileState } from "../contract.js";
import type { I420Frame } from "../media.js";
import { createBlur } from "./blur.js";
import { createCached } from "./cached.js";
import type { Canvas } from "./canvas.js";
import { colourOf } from "./colour.js";
import { FITS } from "./fit.js";
import type { Ground } from "./ground.js";
import { renderLabel } from "./label.js";
import type { Tile } from "./layouts/index.js";
import type { Overlay } from "./overlay.js";
import { around, grown } from "./rects.js";
import { createScaler, type Quality } from "./scaler.js";
import { renderStill, TILE } from "./still.js";
import type { InTurn } from "./turns.js";

/** A tile where it is now, and where it will rest: the same one when it does, none when it is leaving. */
export type Spot = { tile: Tile; rest: Tile | undefined };

/**
 * What one source's tile is painted with.
 *
 * - Keeps its overlays and scalers until what they show changes.
 * - A moving tile is painted with what there is, never waited for: roughly scaled, with the overlays of before,
 *   while those for its place of rest are being made.
 */
export type Painter = {
  /** false = swscale refused it (absurd proportions); the tile holds nothing useful then. */
  picture(spot: Spot, frame: I420Frame, kind: SourceKind): Promise<boolean>;
  avatar(
    spot: Spot,
    name: string,
    state: Exclude<TileState, "live">,
  ): Promise<void>;
  label(spot: Spot, name: string, muted: boolean): Promise<void>;
  border(spot: Spot, talking: boolean): void;
  /** The last step of painting a tile: what lies over all of them. */
  finish(spot: Spot): void;
  /** Not while anything is painted. */
  close(): void;
};

const TALKER = colourOf("#3ddc84");

/**
 * Label letters: of the tile's height, between a size that stays modest and one that can still be read (8 px) when the
 * canvas is scaled to half; at 720p.
 */
const LETTERS = { share: 0.08, min: 16, max: 26 };
/** Below this, letters are only dirt. */
const SMALLEST_LETTERS = 9;

const letterSize = (tile: Tile, canvas: Canvas): number => {
  const scale = Math.min(canvas.width, canvas.height) / 720;
  const size = Math.max(LETTERS.min * scale, tile.height * LETTERS.share);
  return Math.round(
    Math.max(SMALLEST_LETTERS, Math.min(LETTERS.max * scale, size)),
  );
};

/** Between the label and the tile's edge, clear of a border inside. */
const marginFor = (tile: Tile, fontSize: number): number =>
  2 * Math.round(fontSize * 0.2) +
  (tile.border.inside ? tile.border.thickness : 0);

const isMoving = ({ tile, rest }: Spot): boolean => tile !== rest;

const qualityFor = (spot: Spot, kind: SourceKind): Quality => {
  if (isMoving(spot)) return "rough";
  return kind === "share" ? "sharp" : "normal";
};

const createPictures = (canvas: Canvas, inTurn: InTurn) => {
  const scaler = createScaler(canvas.planes);
  const blur = createBlur(canvas.planes);
  const still = createCached<I420Frame>(inTurn);
  const draw = async (spot: Spot, frame: I420Frame, kind: SourceKind) => {
    const { tile } = spot;
    const placement = FITS[kind](frame, tile, tile.fit);
    const bars = around(tile, placement.place);
    if (bars.length > 0 && tile.fit === "blur") await blur.draw(frame, tile);
    else for (const bar of bars) canvas.fill(bar, TILE);
    await scaler.draw(frame, placement, qualityFor(spot, kind));
  };
  return {
    picture: (spot: Spot, frame: I420Frame, kind: SourceKind) =>
      draw(spot, frame, kind).then(
        () => true,
        () => false,
      ),
    async avatar(
      spot: Spot,
      name: string,
      state: Exclude<TileState, "live">,
    ): Promise<void> {
      const { width, height } = spot.rest ?? spot.tile;
      const wanted = still.get(
        JSON.stringify([name, state, width, height]),
        () => renderStill({ name, state, width, height }),
      );
      if (isMoving(spot)) wanted.catch(() => undefined);
      const frame = isMoving(spot) ? still.last : await wanted;
      if (frame === undefined) canvas.fill(spot.tile, TILE);
      else await draw(spot, frame, "camera");
    },
    close() {
      scaler.close();
      blur.close();
    },
  };
};

const createLabels = (canvas: Canvas, inTurn: InTurn) => {
  const cached = createCached<Overlay>(inTurn);
  const overlayFor = (rest: Tile, name: string, muted: boolean) => {
    const fontSize = letterSize(rest, canvas);
    const maxWidth = rest.width - 2 * marginFor(rest, fontSize);
    return cached.get(JSON.stringify([name, muted, fontSize, maxWidth]), () =>
      renderLabel({ name, muted, fontSize, maxWidth }),
    );
  };
  return async (spot: Spot, name: string, muted: boolean): Promise<void> => {
    const { tile, rest } = spot;
    const wanted = rest && overlayFor(rest, name, muted);
    if (isMoving(spot)) wanted?.catch(() => undefined);
    const overlay = isMoving(spot) ? cached.last : await wanted;
    if (overlay === undefined) return;
    const margin = marginFor(tile, letterSize(rest ?? tile, canvas));
    const y = tile.y + tile.height - margin - overlay.height;
    canvas.blend(overlay, tile.x + margin, y, tile);
  };
};

/** Around the tile, or just inside of it where there is no gap. */
const drawBorder = (
  canvas: Canvas,
  ground: Ground,
  tile: Tile,
  talking: boolean,
): void => {
  const { thickness, inside } = tile.border;
  const rects = inside
    ? around(tile, grown(tile, -thickness))
    : around(grown(tile, thickness), tile);
  for (const rect of rects) {
    if (talking) canvas.fill(rect, TALKER);
    if (talking && !inside) ground.cover(rect);
    if (!talking && !inside) ground.restore(rect);
  }
};

export const createPainter = (
  canvas: Canvas,
  ground: Ground,
  inTurn: InTurn,
): Painter => {
  const { picture, avatar, close } = createPictures(canvas, inTurn);
  return {
    picture,
    avatar,
    label: createLabels(canvas, inTurn),
    border: ({ tile }, talking) => drawBorder(canvas, ground, tile, talking),
    finish: ({ tile }) => ground.cover(tile),
    close,
  };
};
