import type { I420Frame } from "../media.js";
import { renderAvatar, type AvatarRequest } from "./avatar.js";
import { fillPlanes } from "./canvas.js";
import { colourOf } from "./colour.js";
import { blendOverlay } from "./overlay.js";
import { createPicture, planesOfPicture } from "./picture-frame.js";

/** What of a tile no picture covers. */
export const TILE = colourOf("#262b33");

/**
 * The whole tile of somebody without a picture, as a picture: so that it moves and scales like one. What it shows keeps
 * clear of the lowest `covered` pixels, where the label lies.
 */
export const renderStill = async (
  request: AvatarRequest,
  covered = 0,
): Promise<I420Frame> => {
  const { width, height } = request;
  const overlay = await renderAvatar(request);
  const still = createPicture(width, height);
  const planes = planesOfPicture(still);
  const whole = { x: 0, y: 0, width, height };
  fillPlanes(planes, whole, TILE);
  const x = 2 * Math.floor((width - overlay.width) / 4);
  const free = Math.min(
    (height - overlay.height) / 2,
    height - covered - overlay.height,
  );
  const y = 2 * Math.floor(Math.max(0, free) / 2);
  blendOverlay(planes, overlay, { x, y }, whole);
  return still;
};
