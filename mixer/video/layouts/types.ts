import type {
  Fit,
  LayoutChoice,
  ParticipantId,
  Rect,
  SourceKind,
} from "../../contract.js";

/** A participant's camera is named by the participant's id, its screen by `ID:share`. */
export type SourceId = string;

export const sourceIdOf = (
  participant: ParticipantId,
  kind: SourceKind,
): SourceId => (kind === "camera" ? participant : `${participant}:share`);

/** No participant's id has a colon. */
export const isShareId = (id: SourceId): boolean => id.endsWith(":share");

/** Something to be shown. */
export type LayoutSource = {
  id: SourceId;
  participant: ParticipantId;
  kind: SourceKind;
  /** For custom layouts that give regions to roles. */
  role: string;
  /** Width / height of its picture, if known. */
  aspect?: number;
  /** Of a share: any number that grows from one to the next (a count, a time). Without it the later in the order is the newer. */
  since?: number;
};

/**
 * One rectangle of the canvas: even coordinates and sizes, inside the canvas, at least 16 px each way.
 * `border` is the thickness of the talker's frame; it lies in the gap around the tile, or inside the tile where
 * there is no gap.
 */
export type Tile = Rect & {
  id: SourceId;
  /** Lies above tiles of lower z; of equal z, above those before it. */
  z: number;
  fit: Fit;
  border: { thickness: number; inside: boolean };
};

export type LayoutRequest = {
  /** The one in effect: see `effectiveLayout`. */
  layout: LayoutChoice;
  /** In seat order (`keepSeats`); a share only while it has a picture. */
  sources: readonly LayoutSource[];
  /** The canvas in pixels, even, at least 16. */
  width: number;
  height: number;
  /** The large one: pinned, or chosen by the director. */
  speaker?: ParticipantId;
  /** Of a grid with more than 49, from 0; one beyond the last shows the last. */
  page: number;
};
