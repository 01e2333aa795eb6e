/** What another file of a recording can be, in words and as the server wants it. Pure. */
import { FORMATS } from "../record-text.js";
import { isSound, type Played, type Track } from "./text.js";

/** As `GET /v1/renders` tells it. */
export type Job = {
  id: string;
  recording: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  /** 0 to 1. */
  progress: number;
  /** The recording that it became. */
  result?: string;
  error?: string;
  createdAt: string;
};

/** What the form says; an empty choice is as it was recorded. */
export type Choice = {
  format: string;
  layout: string;
  canvas: string;
  /** Ids of those who stay, and of all. */
  people: readonly string[];
  everybody: readonly string[];
  /** Times as they were typed. */
  from: string;
  to: string;
};

/** As `POST /v1/recordings/{id}/render` takes it. */
export type RenderRequest = {
  format: string;
  layout?: string;
  canvas?: string;
  without?: string[];
  only?: string;
  from?: number;
  to?: number;
};

export const CANVASES = [
  { canvas: "landscape", label: "Landscape" },
  { canvas: "portrait", label: "Portrait" },
  { canvas: "square", label: "Square" },
] as const;

export const hasPicture = (format: string): boolean => !isSound({ format });

/** A picture can only be made where there was one, or where people's own are. */
export const formatsFor = (
  { format }: Pick<Played, "format">,
  tracks: readonly Track[],
): typeof FORMATS =>
  hasPicture(format) || tracks.length > 0
    ? FORMATS
    : FORMATS.filter(({ picture }) => !picture);

const TIME = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,3})?)$/;

/** Seconds of `1:02:03`, `2:03` or `123.5`; undefined for anything else. */
export const parseTime = (text: string): number | undefined => {
  const [, hours = "0", minutes = "0", seconds] = TIME.exec(text.trim()) ?? [];
  if (seconds === undefined) return undefined;
  const rest = Number(seconds.replace(",", "."));
  return Number(hours) * 3600 + Number(minutes) * 60 + rest;
};

/** Empty is nothing said. @throws Error in words for whoever typed it */
const timeOf = (what: string, text: string): number | undefined => {
  if (text.trim() === "") return undefined;
  const seconds = parseTime(text);
  if (seconds === undefined)
    throw new Error(`${what}: write a time as 1:30 or 1:02:03.`);
  return seconds;
};

const peopleWanted = ({
  people,
  everybody,
}: Choice): Pick<RenderRequest, "only" | "without"> => {
  if (people.length === everybody.length) return {};
  if (people.length === 0) throw new Error("Somebody has to stay in it.");
  if (people.length === 1) return { only: people[0] };
  return { without: everybody.filter((id) => !people.includes(id)) };
};

/** @throws Error in words for whoever filled in the form */
export const requestOf = (choice: Choice): RenderRequest => {
  const { format, layout, canvas } = choice;
  const from = timeOf("From", choice.from);
  const to = timeOf("To", choice.to);
  if (to !== undefined && to <= (from ?? 0))
    throw new Error("It ends before it begins.");
  const shown = hasPicture(format);
  return {
    format,
    ...(shown && layout !== "" && { layout }),
    ...(shown && canvas !== "" && { canvas }),
    ...peopleWanted(choice),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
};

/** What comes of what was left as it was. */
export const hintOf = (choice: Choice): string => {
  const { format, layout, canvas, people, everybody } = choice;
  const anew = layout + canvas !== "" || people.length < everybody.length;
  if (!anew || !hasPicture(format)) return "";
  const missing = [
    layout === "" && (people.length === 1 ? "with one alone" : "as a grid"),
    canvas === "" && "in landscape",
  ].filter((word) => word !== false);
  return ["The picture is composed anew", ...missing].join(", ") + ".";
};

export const isActive = ({ state }: Job): boolean =>
  state === "queued" || state === "running";

const STATES = {
  queued: "Waits its turn",
  running: "Is being made",
  done: "Ready",
  failed: "Could not be made",
  cancelled: "Cancelled",
} as const satisfies Record<Job["state"], string>;

/** Without how far it is, which would be read out every second. */
export const jobText = ({ state, error }: Job): string =>
  state === "failed" && error !== undefined
    ? `${STATES.failed}: ${error}`
    : STATES[state];
