import type { SourceKind, TileState } from "../contract.js";
import type { I420Frame } from "../media.js";
import { createBlur } from "./blur.js";
import { createCached } from "./cached.js";
import type { Canvas } from "./canvas.js";
import { colourOf } from "./colour.js";
import { FITS } from "./fit.js";
import type { Ground } from "./ground.js";
import { labelHeight, renderLabel } from "./label.js";
import type { Tile } from "./layouts/index.js";
import type { Overlay } from "./overlay.js";
import { around, grown } from "./rects.js";
import { createScaler, type Quality } from "./scaler.js";
import { renderStill, TILE } from "./still.js";
import type { InTurn } from "./turns.js";

/** A tile where it is now, and where it will rest: the same one when it does, none when it is leaving. */
export type Spot = { tile: Tile; rest: Tile | undefined };

/** Why there is no picture. */
type Stillness = Exclude<TileState, "live">;

/** What is written on a tile. */
export type LabelText = {
  name: string;
  muted: boolean;
  /** Whether there is a label at all. */
  labelled: boolean;
  /** How many times smaller than the canvas it still has to be read. */
  reduction: number;
};

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
  avatar(spot: Spot, text: LabelText, state: Stillness): Promise<void>;
  label(spot: Spot, text: LabelText): Promise<void>;
  border(spot: Spot, talking: boolean): void;
  /** The last step of painting a tile: what lies over all of them. */
  finish(spot: Spot): void;
  /** Not while anything is painted. */
  close(): void;
};

const TALKER = colourOf("#3ddc84");

/** Label letters: of the tile's height, between a size that can still be read and one that stays modest; at 720p. */
const LETTERS = { share: 0.08, min: 16, max: 26 };
/** Below this, letters are only dirt; seen by eye in every script, after the encoder. */
const SMALLEST_LETTERS = 9;
/** Nobody's face is to be covered so that its name can be read by all: at most this of the tile's height. */
const MOST_OF_TILE = 0.18;

/** As modest as can be read in the smallest picture that is made of the canvas. */
const letterSize = (tile: Tile, canvas: Canvas, reduction: number): number => {
  const scale = Math.min(canvas.width, canvas.height) / 720;
  const modest = Math.max(LETTERS.min * scale, tile.height * LETTERS.share);
  const size = Math.max(
    Math.min(LETTERS.max * scale, modest),
    Math.min(SMALLEST_LETTERS * reduction, tile.height * MOST_OF_TILE),
  );
  return Math.round(Math.max(SMALLEST_LETTERS, size));
};

/** Between the label and the tile's edge, clear of a border inside. */
const marginFor = (tile: Tile, fontSize: number): number =>
  2 * Math.round(fontSize * 0.2) +
  (tile.border.inside ? tile.border.thickness : 0);

/** From the label's top to the tile's lower edge. */
const labelSpace = (
  tile: Tile,
  canvas: Canvas,
  { reduction }: LabelText,
): number => {
  const fontSize = letterSize(tile, canvas, reduction);
  return marginFor(tile, fontSize) + labelHeight(fontSize);
};

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
    async avatar(spot: Spot, text: LabelText, state: Stillness): Promise<void> {
      const { name } = text;
      const tile = spot.rest ?? spot.tile;
      const { width, height } = tile;
      const covered = text.labelled ? labelSpace(tile, canvas, text) : 0;
      const wanted = still.get(
        JSON.stringify([name, state, width, height, covered]),
        () => renderStill({ name, state, width, height }, covered),
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
  const overlayFor = (rest: Tile, { name, muted, reduction }: LabelText) => {
    const fontSize = letterSize(rest, canvas, reduction);
    const maxWidth = rest.width - 2 * marginFor(rest, fontSize);
    return cached.get(JSON.stringify([name, muted, fontSize, maxWidth]), () =>
      renderLabel({ name, muted, fontSize, maxWidth }),
    );
  };
  return async (spot: Spot, text: LabelText): Promise<void> => {
    const { tile, rest } = spot;
    const wanted = rest && overlayFor(rest, text);
    if (isMoving(spot)) wanted?.catch(() => undefined);
    const overlay = isMoving(spot) ? cached.last : await wanted;
    if (overlay === undefined) return;
    const margin = marginFor(
      tile,
      letterSize(rest ?? tile, canvas, text.reduction),
    );
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
