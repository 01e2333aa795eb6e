/** What the recordings page says about a recording. Pure. */

/** As `GET /v1/recordings` tells it, as far as the page shows it. */
export type Recorded = {
  id: string;
  room: string;
  title: string;
  state: "recording" | "paused" | "stopped" | "failed";
  format: string;
  /** ISO 8601. */
  startedAt: string;
  /** Seconds. */
  duration: number;
  /** Bytes. */
  size: number;
  participants: readonly { id: string; name: string }[];
  reason?: string;
};

const two = (number: number): string => String(number).padStart(2, "0");

/** `1:02:03` or `2:03`, for seconds. */
export const lengthText = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = two(whole % 60);
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
};

const UNITS = ["kB", "MB", "GB", "TB"];

/** `12 MB`, `1.2 GB`: two digits are enough to know whether it fits. */
export const sizeText = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} bytes`;
  let amount = bytes / 1000;
  let unit = 0;
  for (; amount >= 999.5 && unit < UNITS.length - 1; unit++) amount /= 1000;
  return `${amount < 9.95 ? amount.toFixed(1) : amount.toFixed(0)} ${UNITS[unit]}`;
};

/** Date and time of its start, in the reader's language and time. */
export const dateText = (startedAt: string, locale?: string): string =>
  new Date(startedAt).toLocaleString(locale, {
    dateStyle: "medium",
    timeStyle: "short",
  });

/** A title, or the room; a file of which nothing is known has its id. */
export const nameText = ({ title, room, id }: Recorded): string =>
  title || room || id;

/** Each person once, however often they came back. */
export const peopleOf = ({ participants }: Recorded): string[] => [
  ...new Set(participants.map(({ name }) => name)),
];

const STATES = {
  recording: "Recording now",
  paused: "Paused",
  stopped: undefined,
  failed: "Incomplete",
} as const satisfies Record<Recorded["state"], string | undefined>;

/** State, date, length and size, as far as there is something to say. */
export const factsOf = (recorded: Recorded, locale?: string): string[] =>
  [
    STATES[recorded.state],
    dateText(recorded.startedAt, locale),
    recorded.duration > 0 ? lengthText(recorded.duration) : undefined,
    recorded.size > 0 ? sizeText(recorded.size) : "no file",
  ].filter((fact) => fact !== undefined);

/** There is a file that can be played. */
export const isPlayable = ({ state, size }: Recorded): boolean =>
  (state === "stopped" || state === "failed") && size > 0;

/** One that is being recorded must be stopped first. */
export const isOver = ({ state }: Recorded): boolean =>
  state === "stopped" || state === "failed";

const plain = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Those in which every word is found: in room, title, people or date. Accents and case do not matter. */
export const search = (
  all: readonly Recorded[],
  wanted: string,
  locale?: string,
): Recorded[] => {
  const words = plain(wanted).split(/\s+/).filter(Boolean);
  return all.filter((one) => {
    const date = dateText(one.startedAt, locale);
    const { room, title, startedAt, id } = one;
    const about = [room, title, startedAt, id, date, ...peopleOf(one)];
    const text = plain(about.join(" "));
    return words.every((word) => text.includes(word));
  });
};
