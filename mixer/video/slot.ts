import type { SourceKind, TileState } from "../contract.js";
import type { I420Frame, Micros } from "../media.js";

/**
 * A camera at 5 fps in bad light still pauses 200 ms at most; a face that stood still for a second would be a lie.
 * Of a screen on which nothing changes Chromium sends one picture a second; three of those may be lost.
 */
const STALLED_AFTER: Record<SourceKind, Micros> = {
  camera: 1_000_000,
  share: 4_000_000,
};

/**
 * The newest picture of one source.
 *
 * - Holds one frame; a newer one replaces it; `putFrame` says when nobody had read that.
 * - Frames are shared: nobody writes into one.
 * - While the source is not active it holds none, so that an old face cannot come back with it.
 */
export type Slot = {
  readonly kind: SourceKind;
  /** The camera is on, the screen is shared. */
  active: boolean;
  frame: I420Frame | undefined;
  arrivedAt: Micros;
  unread: boolean;
};

export const createSlot = (kind: SourceKind, active: boolean): Slot => ({
  kind,
  active,
  frame: undefined,
  arrivedAt: 0,
  unread: false,
});

export const setActive = (slot: Slot, active: boolean): void => {
  slot.active = active;
  if (active) return;
  slot.frame = undefined;
  slot.unread = false;
};

/** Video keeps the newest; true = an unread one was lost by that. Frames that trail a source switched off are dropped. */
export const putFrame = (
  slot: Slot,
  frame: I420Frame,
  now: Micros,
): boolean => {
  if (!slot.active) return false;
  const replaced = slot.unread;
  slot.frame = frame;
  slot.arrivedAt = now;
  slot.unread = true;
  return replaced;
};

/** The newest frame, marked as read. Stays the slot's, to be drawn again when the tile moves. */
export const readFrame = (slot: Slot): I420Frame | undefined => {
  slot.unread = false;
  return slot.frame;
};

/** Forgets a frame that could not be shown, unless a newer one has come. */
export const dropFrame = (slot: Slot, frame: I420Frame): void => {
  if (slot.frame === frame) slot.frame = undefined;
};

export const slotState = (slot: Slot, now: Micros): TileState => {
  if (!slot.active) return "off";
  if (slot.frame === undefined) return "waiting";
  return now - slot.arrivedAt > STALLED_AFTER[slot.kind] ? "stalled" : "live";
};
