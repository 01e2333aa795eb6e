/** What the recordings page says about a recording. Pure. */

/** What a player needs to know. */
export type Played = {
  title: string;
  /** A message for those who were not there. */
  kind?: "voicemail";
  format: string;
  /** ISO 8601. */
  startedAt: string;
  /** Seconds. */
  duration: number;
  /** Bytes. */
  size: number;
  participants: readonly { id: string; name: string }[];
};

/** What is kept of one participant alone. */
export type Track = {
  participant: string;
  name: string;
  audio?: { size: number };
  video?: { size: number };
  share?: { size: number };
};

/** As `GET /v1/recordings` tells it, as far as the page shows it. */
export type Recorded = Played & {
  id: string;
  room: string;
  state: "recording" | "paused" | "stopped" | "failed";
  reason?: string;
  upload?: { state: "pending" | "uploading" | "uploaded"; error?: string };
  checks?: { problems: readonly string[] };
  tracks?: readonly Track[];
};

/** A link that opens a recording until then, ISO 8601. */
export type Share = { id: string; createdAt: string; expires: string };

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
export const nameText = ({
  title,
  room,
  id,
}: Pick<Recorded, "title" | "room" | "id">): string => title || room || id;

/** Each person once, however often they came back. */
export const peopleOf = ({
  participants,
}: Pick<Played, "participants">): string[] => [
  ...new Set(participants.map(({ name }) => name)),
];

/** More names than these say nothing more. */
const MOST_NAMES = 8;

/** `Ann, Bob and 3 more`. */
export const peopleText = (recorded: Pick<Played, "participants">): string => {
  const names = peopleOf(recorded);
  if (names.length <= MOST_NAMES) return names.join(", ");
  const rest = names.length - MOST_NAMES + 1;
  return `${names.slice(0, MOST_NAMES - 1).join(", ")} and ${rest} more`;
};

/** There is no picture in it. */
export const isSound = ({ format }: Pick<Played, "format">): boolean =>
  format !== "mp4" && format !== "webm";

const STATES = {
  recording: "Recording now",
  paused: "Paused",
  stopped: undefined,
  failed: "Incomplete",
} as const satisfies Record<Recorded["state"], string | undefined>;

const UPLOADS = {
  pending: "waits for its upload",
  uploading: "is uploaded now",
  uploaded: undefined,
} as const;

/** State, date, length and size, as far as there is something to say. */
export const factsOf = (recorded: Recorded, locale?: string): string[] =>
  [
    recorded.kind === "voicemail" ? "Voice message" : undefined,
    STATES[recorded.state],
    dateText(recorded.startedAt, locale),
    recorded.duration > 0 ? lengthText(recorded.duration) : undefined,
    recorded.size > 0 ? sizeText(recorded.size) : "no file",
    recorded.upload && UPLOADS[recorded.upload.state],
  ].filter((fact) => fact !== undefined);

/** What is wrong with it, in sentences; nothing is the rule. */
export const troubleOf = ({ reason, checks, upload }: Recorded): string[] =>
  [
    reason,
    ...(checks?.problems ?? []),
    upload?.error && `It is not uploaded yet: ${upload.error}`,
  ].filter((trouble) => trouble !== undefined && trouble !== "") as string[];

/** There is a file that can be played. */
export const isPlayable = ({ state, size }: Recorded): boolean =>
  (state === "stopped" || state === "failed") && size > 0;

/** One that is being recorded must be stopped first. */
export const isOver = ({ state }: Recorded): boolean =>
  state === "stopped" || state === "failed";

/** When a link ends, from now. */
export const endsText = (expires: string, locale?: string): string =>
  `until ${dateText(expires, locale)}`;
