import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { GlobalFonts } from "@napi-rs/canvas";
import { unpackWoff } from "./woff.js";

/** One file of a font family: a subset of its characters. */
type Face = {
  /** The family name that it is registered under; one of its own, or later files would hide earlier ones. */
  alias: string;
  file: string;
  /** Code points, both ends inclusive. */
  ranges: [number, number][];
};

type Family = () => Promise<Face[]>;

/** Label weight; medium stays legible after the encoder. The emoji font has only the regular one. */
const TEXT_WEIGHT = 500;

const resolve = createRequire(import.meta.url).resolve;

const parseRanges = (text: string): [number, number][] =>
  text.split(",").map((range) => {
    const [first, last] = range.trim().slice(2).split("-");
    const start = Number.parseInt(first!, 16);
    return [start, last === undefined ? start : Number.parseInt(last, 16)];
  });

const FACE =
  /url\(\.\/files\/([\w-]+\.woff)\) format\('woff'\);\s*unicode-range: ([^;]+);/g;

/** The faces that a package's style sheet lists, read when first asked for. */
const family = (name: string, weight: number): Family => {
  let faces: Promise<Face[]> | undefined;
  const read = async (): Promise<Face[]> => {
    const sheet = resolve(`@fontsource/${name}/${weight}.css`);
    const css = await readFile(sheet, "utf8");
    return [...css.matchAll(FACE)].map(([, file, ranges]) => ({
      alias: file!.replace(".woff", ""),
      file: join(dirname(sheet), "files", file!),
      ranges: parseRanges(ranges!),
    }));
  };
  return () => (faces ??= read());
};

const LATIN = family("noto-sans", TEXT_WEIGHT);
const ARABIC = family("noto-sans-arabic", TEXT_WEIGHT);
const HEBREW = family("noto-sans-hebrew", TEXT_WEIGHT);
const DEVANAGARI = family("noto-sans-devanagari", TEXT_WEIGHT);
const THAI = family("noto-sans-thai", TEXT_WEIGHT);
const JAPANESE = family("noto-sans-jp", TEXT_WEIGHT);
const KOREAN = family("noto-sans-kr", TEXT_WEIGHT);
const CHINESE = family("noto-sans-sc", TEXT_WEIGHT);
const EMOJI = family("noto-color-emoji", 400);
/** Also the order in which a character's font is looked for: emoji fonts have digits of their own. */
const FAMILIES = [
  LATIN,
  ARABIC,
  HEBREW,
  DEVANAGARI,
  THAI,
  JAPANESE,
  KOREAN,
  CHINESE,
  EMOJI,
];

/** Joiners and selectors choose the form of others and have none themselves. */
const INVISIBLE = /\p{Join_Control}|\p{Variation_Selector}/u;
const PICTORIAL = /\p{Emoji_Presentation}|\p{Extended_Pictographic}|\ufe0f/u;

const has = ({ ranges }: Face, point: number): boolean =>
  ranges.some(([first, last]) => point >= first && point <= last);

const pointsOf = (text: string): number[] =>
  [...text].map((character) => character.codePointAt(0)!);

/** The faces of one family that together show this grapheme, as few as possible; undefined = it cannot. */
const facesIn = (faces: Face[], grapheme: string): Face[] | undefined => {
  // One file that has the joiners too knows the joined form (families, flags).
  const all = pointsOf(grapheme);
  const joined = faces.find((face) => all.every((point) => has(face, point)));
  if (joined !== undefined) return [joined];
  const visible = [...grapheme].filter((it) => !INVISIBLE.test(it)).join("");
  const found = pointsOf(visible).map((point) =>
    faces.find((face) => has(face, point)),
  );
  return found.length > 0 && found.every((face) => face !== undefined)
    ? found
    : undefined;
};

const facesFor = async (grapheme: string): Promise<Face[]> => {
  const order = PICTORIAL.test(grapheme) ? [EMOJI, ...FAMILIES] : FAMILIES;
  for (const candidate of order) {
    const faces = facesIn(await candidate(), grapheme);
    if (faces !== undefined) return faces;
  }
  return [];
};

// Fonts are registered with the whole process, so what is registered is remembered for the whole process.
const registered = new Map<string, Promise<void>>();

const register = ({ alias, file }: Face): Promise<void> => {
  const known = registered.get(alias);
  if (known !== undefined) return known;
  const registering = readFile(file)
    .then(unpackWoff)
    .then((font) => {
      if (GlobalFonts.register(font, alias) === null)
        throw new Error(`${file} is not a font that can be used`);
    });
  registered.set(alias, registering);
  return registering;
};

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What a reader sees as single characters. */
export const graphemesOf = (text: string): string[] =>
  Array.from(segmenter.segment(text), ({ segment }) => segment);

/**
 * The font families, as CSS has them, that show this text; their files are read and registered at first use,
 * which holds up the event loop for 0.1 ms a file, 5 ms for the largest emoji. A script that none of the installed fonts has is left to the machine's fonts.
 */
export const fontsFor = async (text: string): Promise<string> => {
  // Latin is always there: it has the digits, the space and the ellipsis.
  const faces = new Set(await facesFor("A"));
  for (const grapheme of new Set(graphemesOf(text)))
    for (const face of await facesFor(grapheme)) faces.add(face);
  await Promise.all([...faces].map(register));
  return [...faces].map(({ alias }) => `"${alias}"`).join(", ");
};
