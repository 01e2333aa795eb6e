/** What the recordings of a room share: their surroundings, and all that there are. */
import type { Logger } from "pino";
import type { RecordingId, RoomId, TrackKind } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { RecordingInfo } from "../signaling/messages.js";
import type { Host } from "./host.js";
import type { Recording } from "./recording.js";
import type { LimitsWatch } from "./recording-limits.js";
import type { SeatState } from "./seats.js";
import type { RecordingJournal } from "./journal.js";
import type { RecordingLimits } from "./types.js";

export type RecordingSettings = {
  room: RoomId;
  host: Host;
  journal: RecordingJournal;
  now(): Date;
  title(): string;
  /** The room's, for recordings that say nothing else. */
  limits(): RecordingLimits;
  tracks(): TrackKind;
  /** Of the room now. */
  stereo(): boolean;
  seats(): SeatState[];
  /** Something about one changed: everybody wants to know. */
  onChange(info: RecordingInfo): void;
  /** The last one has ended. */
  onNone(): void;
  log: Logger;
};

export type State = RecordingSettings & {
  all: Map<RecordingId, Recording>;
  limitsWatch: LimitsWatch;
};

/** The journal is a help, not a condition: without it the call and the file go on. */
export const written = async (
  state: State,
  writing: Promise<void>,
): Promise<void> => {
  try {
    await writing;
  } catch (error) {
    state.log.error({ err: error, room: state.room }, "journal not written");
  }
};

export const notRunning = (id: RecordingId): ConferenceError =>
  new ConferenceError("no-such-recording", `"${id}" is not running`);

/** A paused one will go on. */
export const isRunning = ({ state }: Recording): boolean =>
  state === "recording" || state === "paused";

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
