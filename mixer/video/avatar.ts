import { createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import type { TileState } from "../contract.js";
import { fontsFor } from "./fonts.js";
import { overlayFromRgba, type Overlay } from "./overlay.js";
import { drawCamera, drawPerson } from "./signs.js";
import { initialsOf, setFont } from "./text.js";

export type AvatarRequest = {
  name: string;
  /** Why there is no picture. */
  state: Exclude<TileState, "live">;
  /** The tile's size in pixels. */
  width: number;
  height: number;
};

/** Each has a contrast of at least 4.5 with white letters. */
const DISCS = [
  "#b3261e",
  "#a83900",
  "#855300",
  "#5c6300",
  "#2e6b24",
  "#006b54",
  "#00677c",
  "#0061a4",
  "#4355b9",
  "#6f43c0",
  "#92399a",
  "#a8326a",
] as const;
/** A source that should have a picture and has none: no colour of life. */
const DIMMED = "#4a4f57";

const MESSAGES: Record<AvatarRequest["state"], string> = {
  off: "",
  waiting: "Starting camera…",
  stalled: "No picture",
};

/** FNV-1a: the same name has the same colour in every room and after every restart. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, "utf8"))
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
};

const discColour = ({ name, state }: AvatarRequest): string =>
  state === "stalled" ? DIMMED : DISCS[hashOf(name) % DISCS.length]!;

const drawInitials = async (
  context: SKRSContext2D,
  initials: string,
  centre: { x: number; y: number; disc: number },
): Promise<void> => {
  const { x, y, disc } = centre;
  if (initials === "") {
    drawPerson(context, { x: x - disc / 2, y: y - disc / 2, size: disc });
    return;
  }
  setFont(context, initials, {
    fonts: await fontsFor(initials),
    size: Math.round(disc * 0.4),
  });
  context.fillStyle = "#ffffff";
  const box = context.measureText(initials);
  // Centred by what is drawn, not by the line: scripts differ in where they stand on it.
  context.fillText(
    initials,
    x - box.width / 2,
    y + (box.actualBoundingBoxAscent - box.actualBoundingBoxDescent) / 2,
  );
};

const drawMessage = (
  context: SKRSContext2D,
  line: { text: string; fonts: string; size: number; top: number },
  stalled: boolean,
): void => {
  const { text, size, top } = line;
  setFont(context, text, line);
  const sign = size * 1.3;
  const width = context.measureText(text).width;
  const left = (context.canvas.width - width - sign * 1.25) / 2;
  drawCamera(context, { x: left, y: top, size: sign }, stalled);
  context.fillStyle = "#ffffff";
  context.fillText(text, left + sign * 1.25, top + size);
};

/**
 * What a tile shows instead of a camera picture: a disc with initials, and for `waiting` and `stalled`
 * a camera sign and words below. Even size, to be laid on the middle of the tile.
 */
export const renderAvatar = async (
  request: AvatarRequest,
): Promise<Overlay> => {
  const { name, state } = request;
  const disc =
    2 * Math.round(0.22 * Math.min(request.width, request.height * 1.1));
  const text = MESSAGES[state];
  const size = Math.max(9, Math.round(request.height * 0.07));
  const line = text === "" ? 0 : 2 * Math.round(size * 1.1);
  const width = 2 * Math.floor((text === "" ? disc : request.width * 0.94) / 2);
  const height = disc + line;
  const context = createCanvas(width, height).getContext("2d");
  context.fillStyle = discColour(request);
  context.beginPath();
  context.arc(width / 2, disc / 2, disc / 2, 0, 2 * Math.PI);
  context.fill();
  context.globalAlpha = state === "stalled" ? 0.5 : 1;
  await drawInitials(context, initialsOf(name), {
    x: width / 2,
    y: disc / 2,
    disc,
  });
  context.globalAlpha = 1;
  if (text !== "") {
    const fonts = await fontsFor(text);
    const top = disc + size * 0.6;
    drawMessage(context, { text, fonts, size, top }, state === "stalled");
  }
  const { data } = context.getImageData(0, 0, width, height);
  return overlayFromRgba(data, width, height);
};
