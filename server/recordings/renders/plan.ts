/** From what was asked for to what the render process does. Pure; refuses what cannot be done, and says why. */
import { join } from "node:path";
import {
  PLAYED_TRACK,
  RECORDING_FORMATS,
  type RecordingFormat,
  type RenderPicture,
  type RenderPlan,
  type ViewSettings,
} from "../../../mixer/contract.js";
import { ConferenceError } from "../../errors.js";
import { fileOf, isRunning, type RecordingEntry } from "../entry.js";
import type { Timeline } from "../timeline/keeper.js";
import { CANVASES, type RenderRequest } from "./request.js";
import type { TrackEntry } from "../tracks.js";
import { sceneOf } from "./scene.js";

export type PlanOptions = {
  /** Of recordings. */
  directory: string;
  entry: RecordingEntry;
  timeline?: Timeline;
  request: RenderRequest;
  /** The file that is made. */
  output: string;
};

type Person = { id: string; name: string };

export type Planned = {
  plan: RenderPlan;
  /** Whoever may be in it. */
  people: string[];
};

const bad = (message: string): ConferenceError =>
  new ConferenceError("bad-request", message);
const conflict = (message: string): ConferenceError =>
  new ConferenceError("conflict", message);

/** Whoever asks for the end by a rounded length means the end, in seconds. */
const ROUNDING = 0.05;

const span = (
  { id, checks, duration: said }: RecordingEntry,
  { from = 0, to }: RenderRequest,
): { from: number; duration: number; whole: boolean } => {
  const length = checks?.duration ?? said;
  if (length <= 0) throw conflict(`Nobody knows how long "${id}" is`);
  const lasts = `the recording lasts ${length.toFixed(2)} s`;
  if (from >= length) throw bad(`from: ${lasts}`);
  if (to !== undefined && to > length + ROUNDING) throw bad(`to: ${lasts}`);
  const end = Math.min(to ?? length, length);
  return { from, duration: end - from, whole: from === 0 && end === length };
};

/** Fields for which the mix alone is not enough. */
const NEED_TRACKS = ["layout", "canvas", "labels", "without", "only"] as const;
const NEED_PICTURE = ["layout", "canvas", "labels"] as const;

/** Everybody but those who did not want to be recorded at all. */
const everybody = ({ participants, tracks = [] }: RecordingEntry): Person[] => {
  const people = new Map<string, string>();
  const kept = new Set(tracks.map(({ participant }) => participant));
  for (const { id, name, unrecorded } of participants)
    if (!unrecorded || kept.has(id)) people.set(id, name);
  for (const { participant, name } of tracks)
    if (participant !== PLAYED_TRACK && !people.has(participant))
      people.set(participant, name);
  return [...people].map(([id, name]) => ({ id, name }));
};

const chosen = (
  entry: RecordingEntry,
  { without = [], only }: RenderRequest,
): Person[] => {
  const all = everybody(entry);
  const check = (field: string, id: string): void => {
    if (!all.some((one) => one.id === id))
      throw bad(`${field}: "${id}" is not in this recording`);
  };
  if (only !== undefined) check("only", only);
  without.forEach((id, at) => {
    if (id !== PLAYED_TRACK) check(`without.${at}`, id);
  });
  const left = all.filter(({ id }) =>
    only === undefined ? !without.includes(id) : id === only,
  );
  if (left.length === 0) throw bad("without: nobody is left");
  return left;
};

const settingsOf = ({
  canvas = "landscape",
  layout,
  labels = "on",
  only,
}: RenderRequest): ViewSettings => ({
  ...(typeof canvas === "string" ? CANVASES[canvas] : canvas),
  layout: layout ?? (only === undefined ? "grid" : "solo"),
  pinned: only,
  ...{ labels, autoShare: true, temperament: "normal", page: 0 },
});

const fromTracks = (
  { directory, entry, timeline, request }: PlanOptions,
  format: RecordingFormat,
): { source: RenderPlan["source"]; people: string[] } => {
  const people = chosen(entry, request);
  const ids = new Set(people.map(({ id }) => id));
  const { only, without = [] } = request;
  const tracks = (entry.tracks ?? []).filter(({ participant }) =>
    participant === PLAYED_TRACK
      ? only === undefined && !without.includes(participant)
      : ids.has(participant),
  );
  const path = (file: string): string => join(directory, file);
  const footage = (
    participant: string,
    source: "camera" | "share",
    found: TrackEntry["video"],
  ): RenderPicture["videos"] =>
    found === undefined
      ? []
      : [{ participant, source, path: path(found.file), start: found.start }];
  const voices = tracks.flatMap(({ audio }) =>
    audio === undefined ? [] : [path(audio.file)],
  );
  const shown: RenderPicture = {
    settings: settingsOf(request),
    events: sceneOf(timeline, people, tracks),
    videos: tracks.flatMap(({ participant, video, share }) => [
      ...footage(participant, "camera", video),
      ...footage(participant, "share", share),
    ]),
  };
  const picture = RECORDING_FORMATS[format].picture ? shown : undefined;
  if (picture === undefined && voices.length === 0)
    throw conflict("Nobody of them was heard");
  return { source: { kind: "tracks", voices, picture }, people: [...ids] };
};

const checkFormat = (
  { picture }: { picture: boolean },
  request: RenderRequest,
): void => {
  const field = NEED_PICTURE.find((name) => request[name] !== undefined);
  if (!picture && field !== undefined)
    throw bad(`${field}: this format is sound alone`);
};

/** Throws `bad-request` (naming the field) or `conflict`. */
export const planRender = (options: PlanOptions): Planned => {
  const { directory, entry, request, output } = options;
  const { id, tracks = [] } = entry;
  if (isRunning(entry)) throw conflict(`"${id}" is still being recorded`);
  const { format = entry.format } = request;
  const { from, duration, whole } = span(entry, request);
  const [is, was] = [
    RECORDING_FORMATS[format],
    RECORDING_FORMATS[entry.format],
  ];
  checkFormat(is, request);
  const field = NEED_TRACKS.find((name) => request[name] !== undefined);
  const appears = is.picture && !was.picture;
  if (field === undefined && !appears) {
    const path = join(directory, fileOf(entry));
    const source = { kind: "mix", path, format: entry.format, whole } as const;
    const people = everybody(entry).map((person) => person.id);
    return { plan: { output, format, from, duration, source }, people };
  }
  if (tracks.length === 0)
    throw conflict(
      `${field ?? "format"}: "${id}" was recorded without tracks, so it can only be trimmed and change its format`,
    );
  const { source, people } = fromTracks(options, format);
  return { plan: { output, format, from, duration, source }, people };
};
