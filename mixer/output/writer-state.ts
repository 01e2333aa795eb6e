/** What a writer knows: which part is open, what comes next, and where in the recording's time that is. */
import { wallTime } from "../clock.js";
import { LONGEST_GAP } from "../contract.js";
import type { EncodedUnit, Micros } from "../media.js";
import { FORMATS } from "./formats.js";
import type { LiveCheck } from "./live-check.js";
import type { RecorderOptions } from "./options.js";
import type { Part } from "./part.js";
import { noRestarts } from "./restart.js";
import type { Stitch } from "./stitch.js";

/** A part that is being written, and its time zero (microseconds since 1970). */
export type Open = {
  number: number;
  startedAt: Micros;
  /** Of its first unit, on the mixer's clock. */
  from: Micros;
  part: Part;
  stitch: Stitch;
  check: LiveCheck;
};

export type Phase =
  /** The next key frame (or, in sound alone, the next unit) opens a part. */
  | { is: "waiting" }
  | { is: "writing"; open: Open }
  /** ffmpeg is behind; a key frame after it has caught up goes on. */
  | { is: "skipping"; open: Open }
  /** The dead part is being closed. */
  | { is: "restarting" }
  | { is: "paused" }
  | { is: "ended" };

export type Writer = {
  readonly options: RecorderOptions;
  readonly counters: { droppedUnits: number; restarts: number };
  readonly restarts: ReturnType<typeof noRestarts>;
  phase: Phase;
  nextPart: number;
  /** The file's zero, in the recording's time; undefined before the first part. */
  zero: Micros | undefined;
  /** Where the parts so far end; undefined before the first one. */
  endedAt: Micros | undefined;
  /** Added to wall time, so that time goes on from the parts so far. */
  shift: Micros;
  /** The next part follows without a hole: they are paused in between. */
  joined: boolean;
  /** What is wished; the phase follows when nothing is being closed. */
  paused: boolean;
  /** Sound that came before the key frame of its time: it is encoded faster than pictures. The oldest go first. */
  readonly early: EncodedUnit[];
  keyAskedAt: Micros;
  keyAt: Micros;
  /** What is being closed; never rejects. */
  closing: Promise<void>;
  readonly abort: AbortController;
};

const LONGEST_PAUSE: Micros = LONGEST_GAP * 1_000_000;

/** What is there already: the number of the next part, and how time goes on. */
export type Earlier = Pick<Writer, "nextPart"> &
  Partial<Pick<Writer, "zero" | "endedAt" | "shift" | "joined">>;

export const createWriter = (
  options: RecorderOptions,
  { nextPart, zero, endedAt, shift = 0, joined = false }: Earlier,
): Writer => ({
  options,
  counters: { droppedUnits: 0, restarts: 0 },
  restarts: noRestarts(),
  phase: { is: "waiting" },
  nextPart,
  zero,
  endedAt,
  shift,
  joined,
  paused: false,
  early: [],
  keyAskedAt: -Infinity,
  keyAt: 0,
  closing: Promise.resolve(),
  abort: new AbortController(),
});

export const hasPicture = ({ options }: Writer): boolean =>
  FORMATS[options.format].picture !== undefined;

export const timeOf = ({ options, shift }: Writer, pts: Micros): Micros =>
  options.given ? pts : Math.round(wallTime(pts) * 1_000) + shift;

/** Where a moment is in the file; `later` tells, `never`: in no file. */
export type Place = Micros | "later" | "never";

export const placeOf = (writer: Writer, pts: Micros): Place => {
  const { phase, zero } = writer;
  if (phase.is === "paused" || phase.is === "ended") return "never";
  if (phase.is === "waiting" || phase.is === "restarting") return "later";
  return zero === undefined || pts < phase.open.from
    ? "never"
    : timeOf(writer, pts) - zero;
};

/** Where in the recording's time a part that begins with this unit begins, after the parts so far. */
export const timesOf = (writer: Writer, first: EncodedUnit) => {
  const wall = timeOf(writer, first.pts);
  const from = writer.endedAt ?? wall;
  const { given } = writer.options;
  const longest = writer.joined ? 0 : given ? Infinity : LONGEST_PAUSE;
  const time = Math.min(Math.max(wall, from), from + longest);
  writer.joined = false;
  writer.shift += time - wall;
  return { from, time };
};
