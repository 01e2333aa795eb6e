/** One recording of a room: its state, how it is shown, and how it is brought to its end. */
import type {
  RecordingId,
  RecordingResult,
  RenditionName,
  RoomId,
  TrackKind,
  ViewName,
} from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { RecordingInfo } from "../signaling/messages.js";
import type { Host } from "./host.js";
import type { RecordingRequest } from "./types.js";

export type Recording = RecordingRequest & {
  readonly view: ViewName;
  readonly rendition: RenditionName;
  readonly tracks: TrackKind;
  /** As the room was when it began; its file stays so. */
  readonly stereo: boolean;
  readonly id: RecordingId;
  readonly startedAt: Date;
  /**
   * `starting` is not replayed to a new mixer: its own request is still on the way. `waiting`: a killed server has left it,
   * and nobody has come back yet.
   */
  state:
    "starting" | "waiting" | "recording" | "paused" | "finishing" | "failed";
  /** Until a mixer has taken one that a killed server left: what it was then, and when that wrote its last bytes. */
  away?: "recording" | "paused";
  leftAt?: Date;
  /** The end of the last pausing or resuming; never rejects. One at a time. */
  changed: Promise<unknown>;
  /** Whether the journal knows it, and so may be told who comes and goes. */
  journaled: boolean;
  /** What it survived, or why it failed. */
  note?: string;
  /** Why it ended by itself. */
  why?: string;
  /** Settles when the mixer has answered the start; never rejects. */
  begun: Promise<void>;
  end?: Promise<RecordingInfo>;
};

export const SURVIVED = "The mixer was restarted; up to 2 s may be missing";

export const infoOf = (
  recording: Recording,
  state: RecordingInfo["state"],
): RecordingInfo => ({
  id: recording.id,
  ...(recording.kind !== undefined && { kind: recording.kind }),
  state,
  format: recording.format,
  startedAt: recording.startedAt.toISOString(),
  reason: reasonOf(recording),
});

/** What it survived, and why it ended. */
export const reasonOf = ({ note, why }: Recording): string | undefined =>
  note === undefined || why === undefined ? (note ?? why) : `${note}. ${why}`;

/** As it is shown while the room has it. */
export const shown = (recording: Recording): RecordingInfo => {
  const { state, away = "recording" } = recording;
  if (state === "waiting") return infoOf(recording, away);
  return infoOf(recording, state === "starting" ? "recording" : state);
};

/** Makes what a dead mixer or a broken-off recording left behind a playable file. */
export const repair = (
  host: Host,
  { id, format }: Recording,
): Promise<RecordingResult> =>
  host.request("recording.repair", { recording: id, format });

/**
 * Stops it and resolves when the file is final. If the mixer dies on it, the next one repairs the file, and `note` says so.
 */
export const finish = async (
  host: Host,
  room: RoomId,
  recording: Recording,
): Promise<RecordingResult> => {
  if (host.state() === "open")
    try {
      const params = { room, recording: recording.id };
      return await host.request("recording.stop", params);
    } catch (error) {
      // Still at work: a second writer would spoil the file. It is repaired at the next start of the server.
      if (error instanceof ConferenceError && error.code === "overloaded")
        throw error;
    }
  recording.note ??= SURVIVED;
  return repair(host, recording);
};
