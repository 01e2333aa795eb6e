import { createCanvas } from "@napi-rs/canvas";
import { fontsFor } from "./fonts.js";
import { overlayFromRgba, type Overlay } from "./overlay.js";
import { drawMuted } from "./signs.js";
import { cleanName, fitText, measuring, setFont } from "./text.js";

export type LabelRequest = {
  name: string;
  muted: boolean;
  /** Letter size and the most that the whole label may take, in pixels. */
  fontSize: number;
  maxWidth: number;
};

const BACKGROUND = "rgba(0, 0, 0, 0.6)";
/** Of the letter size. 1.7 holds two stacked Vietnamese accents and an Arabic descender. */
const LINE = 1.7;
const PADDING = 0.5;
const BASELINE = 1.2;

const roundEven = (value: number): number => 2 * Math.round(value / 2);
const ceilEven = (value: number): number => 2 * Math.ceil(value / 2);

/** Of the whole label, in pixels. */
export const labelHeight = (fontSize: number): number =>
  roundEven(fontSize * LINE);

/**
 * The name on a dark ground, with a crossed microphone before it if muted, as an overlay of its own size.
 * Any script; too long a name ends in an ellipsis. undefined = there is nothing to say, or no room to say it.
 */
export const renderLabel = async (
  request: LabelRequest,
): Promise<Overlay | undefined> => {
  const { muted, fontSize, maxWidth } = request;
  const name = cleanName(request.name);
  const height = labelHeight(fontSize);
  const padding = Math.round(fontSize * PADDING);
  const sign = muted ? Math.round(fontSize * 1.15) : 0;
  const gap = muted && name !== "" ? Math.round(fontSize * 0.3) : 0;
  const around = 2 * padding + sign + gap;
  if ((name === "" && !muted) || around + fontSize > maxWidth) return undefined;
  const font = { fonts: await fontsFor(name), size: fontSize };
  const measure = measuring();
  setFont(measure, name, font);
  const shown = fitText(measure, name, maxWidth - around - 1);
  const textWidth = name === "" ? 0 : measure.measureText(shown).width;
  const width = ceilEven(around + textWidth);
  const context = createCanvas(width, height).getContext("2d");
  context.fillStyle = BACKGROUND;
  context.roundRect(0, 0, width, height, fontSize * 0.4);
  context.fill();
  if (muted)
    drawMuted(context, { x: padding, y: (height - sign) / 2, size: sign });
  if (name !== "") {
    setFont(context, name, font);
    context.fillStyle = "#ffffff";
    context.fillText(shown, padding + sign + gap, fontSize * BASELINE);
  }
  const { data } = context.getImageData(0, 0, width, height);
  return overlayFromRgba(data, width, height);
};
