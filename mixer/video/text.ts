import { createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { graphemesOf } from "./fonts.js";

/** More than any tile can show; the rest is not worth measuring. */
const MAX_GRAPHEMES = 80;
const MAX_LENGTH = 400;

/** What could turn around or hide what stands beside it, and halves of characters. */
const TURNING = /\p{Bidi_Control}+/gu;
const UNPRINTABLE = /[\p{Cc}\p{Cs}]+/gu;
const RIGHT_TO_LEFT =
  /^[^\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]*?[\p{Script=Arabic}\p{Script=Hebrew}]/u;
const LETTER = /[\p{L}\p{N}\p{Extended_Pictographic}]|\p{Emoji_Presentation}/u;
const CASED = /^[\p{Lu}\p{Ll}\p{Lt}]/u;

/** A name as it is drawn: one line, composed characters, nothing that controls. */
export const cleanName = (name: string): string =>
  name
    .slice(0, MAX_LENGTH)
    .normalize("NFC")
    .replace(TURNING, "")
    .replace(UNPRINTABLE, " ")
    .replace(/\s+/gu, " ")
    .trim();

/** First letters of the first and the last word; one alone where scripts have no capitals. Empty for no name. */
export const initialsOf = (name: string): string => {
  const letters = cleanName(name)
    .split(" ")
    .map((word) => graphemesOf(word).find((it) => LETTER.test(it)))
    .filter((letter) => letter !== undefined);
  const [first, last] = [letters[0] ?? "", letters.at(-1) ?? ""];
  const both = letters.length > 1 && CASED.test(first) && CASED.test(last);
  return (both ? first + last : first).toLocaleUpperCase();
};

/** Sets font and reading direction for this text. `fonts` are families as fontsFor() gives them, `size` pixels. */
export const setFont = (
  context: SKRSContext2D,
  text: string,
  font: { fonts: string; size: number },
): void => {
  context.font = `${font.size}px ${font.fonts}`;
  context.direction = RIGHT_TO_LEFT.test(text) ? "rtl" : "ltr";
  context.textAlign = "left";
};

/** A context to measure with. */
export const measuring = (): SKRSContext2D =>
  createCanvas(1, 1).getContext("2d");

/** The text, or as much of its beginning as fits into `width` pixels followed by an ellipsis. */
export const fitText = (
  context: SKRSContext2D,
  text: string,
  width: number,
): string => {
  const graphemes = graphemesOf(text).slice(0, MAX_GRAPHEMES);
  const fits = (shown: string) => context.measureText(shown).width <= width;
  if (graphemes.join("") === text && fits(text)) return text;
  let [low, high] = [0, graphemes.length];
  const shortened = (count: number) =>
    `${graphemes.slice(0, count).join("").trimEnd()}…`;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (fits(shortened(middle))) low = middle;
    else high = middle - 1;
  }
  return shortened(low);
};
