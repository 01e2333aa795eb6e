/** What rooms tell of their recordings. */
import type {
  ParticipantId,
  RecordingFormat,
  RecordingId,
  RecordingResult,
  RoomId,
} from "../../mixer/contract.js";
import type { RecordingKind } from "../infos.js";
import type { ParticipantInfo, ServerMessage } from "../signaling/messages.js";
import type { KeptRoom } from "./kept.js";

export type PersonEvent = "joined" | "left" | "unrecorded";

/** Whom the rooms tell about recordings, so that what is known lies beside the file and outlives the server. */
export type RecordingJournal = {
  started(entry: {
    id: RecordingId;
    room: RoomId;
    title: string;
    format: RecordingFormat;
    kind?: RecordingKind;
    startedAt: Date;
    /** Who is there; nobody if absent. */
    present?: readonly ParticipantInfo[];
  }): Promise<void>;
  /** One that a killed server left goes on. */
  resumed(
    id: RecordingId,
    back: {
      /** When the last bytes of it were written. */
      leftAt: Date;
      at: Date;
      present: readonly ParticipantInfo[];
      /** A sentence for people. */
      reason: string;
    },
  ): Promise<void>;
  /** What it takes to open the room again with its recordings; undefined when none runs that would go on. Never fails. */
  keep(room: RoomId, kept: KeptRoom | undefined): void;
  /** What everybody in the room is told while it runs. */
  told(id: RecordingId, message: ServerMessage, at: Date): void;
  /** Somebody came or went while it ran; whoever is there at its start has joined then. */
  person(
    id: RecordingId,
    event: {
      participant: ParticipantId;
      name: string;
      at: Date;
      /** `unrecorded`: from now on it is left out. */
      event: PersonEvent;
    },
  ): void;
  /** How far a running one is: seconds without pauses, and bytes of all that is written for it, its tracks among them. */
  progress(id: RecordingId): Promise<{ duration: number; size: number }>;
  /** It stands still from now on, or goes on. */
  paused(id: RecordingId, paused: boolean): Promise<void>;
  /** It goes on, but something has happened to it: a sentence for people. */
  noted(id: RecordingId, reason: string): void;
  /** The file is final; `note` says what it survived, `at` when it was asked to end, if somebody did. */
  finished(
    id: RecordingId,
    result: RecordingResult,
    note?: string,
    at?: Date,
  ): Promise<void>;
  /** It ended by itself; `result` is what was kept, if anything. */
  failed(
    id: RecordingId,
    reason: string,
    result?: RecordingResult,
  ): Promise<void>;
};
