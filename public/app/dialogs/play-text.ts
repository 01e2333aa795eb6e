/** What may be played and what plays, for people. Pure. */
import type { PlayableInfo, PlayedInfo } from "../../sdk/index.js";
import { clockOf } from "../people-text.js";
import type { Choice } from "./rows.js";

export type Source =
  | { kind: "file"; name: string }
  | { kind: "upload"; name: string }
  | { kind: "recording"; name: string }
  | { kind: "url" }
  | { kind: "push" };

/** As a choice's value: `file:a.mp3`. */
export const parseSource = (value: string): Source | undefined => {
  const [kind, ...rest] = value.split(":");
  const name = rest.join(":");
  if (kind === "url" || kind === "push") return { kind };
  if (kind === "file" || kind === "upload" || kind === "recording")
    return { kind, name };
  return undefined;
};

const withDuration = (name: string, seconds?: number): string =>
  seconds === undefined ? name : `${name} (${clockOf(seconds)})`;

const recordedAt = (iso: string): string =>
  new Date(iso).toLocaleString([], {
    ...{ dateStyle: "medium", timeStyle: "short" },
  });

export const sourceChoices = ({
  files,
  uploads,
  recordings,
  feedHosts,
  encoders,
}: PlayableInfo): Choice[] => [
  ...files.map((name) => ({ value: `file:${name}`, label: name })),
  ...uploads.map(({ id, name, duration }) => ({
    value: `upload:${id}`,
    label: withDuration(name, duration),
  })),
  ...recordings.map(({ id, startedAt, duration }) => ({
    value: `recording:${id}`,
    label: withDuration(`Recording of ${recordedAt(startedAt)}`, duration),
  })),
  ...(feedHosts.length > 0
    ? [{ value: "url:", label: "From an address…" }]
    : []),
  ...(encoders
    ? [{ value: "push:", label: "From OBS or another encoder…" }]
    : []),
];

/** As which it may be played. */
export const mayBe = (
  source: Source | undefined,
): { sound: boolean; feed: boolean } => ({
  sound: source?.kind === "file" || source?.kind === "upload",
  feed: source !== undefined && source.kind !== "upload",
});

export const playedName = (
  { file, upload, url, recording, push }: PlayedInfo,
  uploads: PlayableInfo["uploads"],
): string => {
  if (push !== undefined) return "Encoder";
  const uploaded = uploads.find(({ id }) => id === upload)?.name;
  return file ?? uploaded ?? url ?? recording ?? "Sound";
};

/** Where it is after so many more seconds. */
export const positionAfter = (played: PlayedInfo, seconds: number): number => {
  const { state, position, duration, loop } = played;
  const now = position + (state === "playing" ? seconds : 0);
  if (duration === undefined || now <= duration) return now;
  return loop && duration > 0 ? now % duration : duration;
};

/** `seconds`: since this was told. `heardBy`: the name of who alone hears it. */
export const playedState = (
  played: PlayedInfo,
  seconds: number,
  heardBy?: string,
): string => {
  const { state, kind, duration, reason, loop } = played;
  if (state === "waiting") return `Server: ${played.url} · key: ${played.key}`;
  if (state === "connecting") return reason ?? "It begins…";
  if (state === "failed") return reason ?? "It cannot be played";
  const at = clockOf(positionAfter(played, seconds));
  const place = duration === undefined ? at : `${at} of ${clockOf(duration)}`;
  return [
    place,
    state === "paused" ? "paused" : "",
    kind === "feed" ? "as a participant" : "",
    loop ? "again and again" : "",
    heardBy === undefined ? "" : `for ${heardBy} alone`,
  ]
    .filter((word) => word !== "")
    .join(" · ");
};
