/** The quality of what one receives, in words. Pure. */
import type { Quality, RungName, Watch, WatchChange } from "../sdk/index.js";

/** What one chooses among; `auto` is everybody's start. */
export const RENDITIONS = [
  "auto",
  "high",
  "medium",
  "low",
  "slides",
  "audio",
] as const;
export type Rendition = (typeof RENDITIONS)[number];

/** The data saver's cap: faces and large letters are still readable, at a third of the data of 720p. */
const SAVER_CAP: RungName = "360p";

export type QualityChoice = { rendition: Rendition; saver: boolean };

export const watchFor = ({ rendition, saver }: QualityChoice): WatchChange => ({
  rendition,
  cap: saver ? SAVER_CAP : null,
});

export const choiceOf = ({ rendition, cap }: Watch): QualityChoice => ({
  rendition: RENDITIONS.find((one) => one === rendition) ?? "auto",
  saver: cap !== null,
});

/** As remembered, e.g. `low saver`; anything else is the start. */
export const parseQualityChoice = (text: string): QualityChoice => {
  const words = text.split(" ");
  const rendition = RENDITIONS.find((one) => one === words[0]) ?? "auto";
  return { rendition, saver: words[1] === "saver" };
};

export const formatQualityChoice = ({
  rendition,
  saver,
}: QualityChoice): string => (saver ? `${rendition} saver` : rendition);

/** Bits per second, as the server's ladder has them. */
const PICTURE_RATE = {
  high: 1_500_000,
  medium: 450_000,
  low: 120_000,
  slides: 40_000,
  audio: 0,
} as const satisfies Record<Exclude<Rendition, "auto">, number>;
const SOUND_RATE = 48_000;
/** Of who gets no moving picture. */
const LEAN_SOUND_RATE = 24_000;

const megabytesAnHour = (rendition: keyof typeof PICTURE_RATE): string => {
  const isLean = rendition === "slides" || rendition === "audio";
  const sound = isLean ? LEAN_SOUND_RATE : SOUND_RATE;
  const bytes = ((PICTURE_RATE[rendition] + sound) * 3600) / 8;
  // Two digits: it is a guess.
  return `about ${Number((bytes / 1e6).toPrecision(2))} MB an hour`;
};

export const RENDITION_TEXT: Readonly<
  Record<Rendition, { label: string; note: string }>
> = {
  auto: { label: "Automatic", note: "As good as your line carries" },
  high: { label: "High", note: `720p, ${megabytesAnHour("high")}` },
  medium: { label: "Medium", note: `360p, ${megabytesAnHour("medium")}` },
  low: { label: "Low", note: `180p, ${megabytesAnHour("low")}` },
  slides: {
    label: "Stills",
    note: `One sharp picture every 2 seconds, ${megabytesAnHour("slides")}`,
  },
  audio: { label: "Sound only", note: `${megabytesAnHour("audio")}` },
};

export const SAVER_TEXT = {
  label: "Data saver",
  note: `Never more than ${SAVER_CAP}, ${megabytesAnHour("medium")}`,
};

const RUNG_WORDS: Readonly<Partial<Record<RungName, string>>> = {
  slides: "Stills",
  audio: "Sound only",
};

const rungWord = (rung: RungName): string => RUNG_WORDS[rung] ?? rung;

/** A word for the button. */
export const qualityWord = (quality: Quality | undefined): string =>
  quality === undefined ? "Quality" : rungWord(quality.rung);

const lineText = ({ estimate, lost, roundTrip }: Quality): string[] => [
  estimate === undefined
    ? ""
    : `Your line carries at least ${(estimate / 1e6).toFixed(1)} Mbit/s.`,
  // Less is repaired unnoticed.
  lost < 0.01 ? "" : `${Math.round(lost * 100)} % is lost on the way.`,
  roundTrip === undefined ? "" : `There and back: ${Math.round(roundTrip)} ms.`,
];

/** What is received and why, in a few sentences. */
export const qualityDetail = (quality: Quality | undefined): string => {
  if (quality === undefined) return "";
  const { rung, codec, encoder } = quality;
  const by = rung === "audio" ? "" : ` (${codec}, ${encoder})`;
  return [`Now: ${rungWord(rung)}${by}.`, ...lineText(quality)]
    .filter((sentence) => sentence !== "")
    .join(" ");
};

/** Whether something better than what is received was asked for a moment ago. */
export const isComing = (
  quality: Quality | undefined,
  wish: Watch["rendition"] | undefined,
): boolean =>
  quality !== undefined &&
  quality.wanted === quality.rung &&
  quality.wanted !== wish &&
  wish !== "audio";

/** The sign over the picture when there is no moving one, and one did not ask for that; else undefined. */
export const qualitySign = (
  quality: Quality | undefined,
  wish = quality?.wanted,
): string | undefined => {
  if (quality?.rung === "audio" && isComing(quality, wish))
    return "The picture is coming…";
  if (quality?.rung === "audio")
    return quality.wanted === "audio"
      ? "Sound only"
      : "Sound only: your line carries no picture now";
  if (quality?.rung === "slides" && quality.wanted !== "slides")
    return "Your line is thin: a still every 2 seconds";
  return undefined;
};
