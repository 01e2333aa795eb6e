/**
 * What the server and a render process say to each other. Unlike a mixer it works beside the files: paths are absolute.
 * It makes one file, tells how far it is, and ends.
 */
import type {
  ParticipantId,
  SourceKind,
  ViewSettings,
} from "./contract-picture.js";
import type { RecordingFormat } from "./contract-recording.js";

/** What happened in the meeting, as far as it is seen. */
export type RenderEvent = {
  /** Seconds since the recording's zero. */
  at: number;
} & (
  | { type: "joined"; participant: ParticipantId; name: string }
  | { type: "left"; participant: ParticipantId }
  | {
      type: "muted" | "camera" | "sharing";
      participant: ParticipantId;
      on: boolean;
    }
  | { type: "talking"; talkers: ParticipantId[] }
);

/** One participant's picture: a file that begins `start` seconds after the recording's zero. */
export type RenderVideo = {
  participant: ParticipantId;
  /** `camera` if absent. */
  source?: SourceKind;
  path: string;
  start: number;
};

/** A picture that is composed anew. */
export type RenderPicture = {
  settings: ViewSettings;
  /** In the order of their times, from the recording's zero on. */
  events: RenderEvent[];
  videos: RenderVideo[];
};

/** Where picture and sound come from: the finished file, or what was kept of each participant. */
export type RenderSource =
  | {
      kind: "mix";
      path: string;
      format: RecordingFormat;
      /** All of it is wanted: what need not be encoded again is copied. */
      whole: boolean;
    }
  | {
      kind: "tracks";
      /** Sounds that all begin at the recording's zero; not even one is silence. */
      voices: string[];
      /** Absent for a format without. */
      picture?: RenderPicture;
    };

export type RenderPlan = {
  /** Is written over. */
  output: string;
  format: RecordingFormat;
  /** Seconds. */
  from: number;
  duration: number;
  source: RenderSource;
};

/** The first and only message to the process; the channel's end tells it to stop. */
export type RenderOrder = { kind: "render"; plan: RenderPlan };

/** What it tells: how far it is (0 to 1, never less than before), then how it ended. */
export type RenderNews =
  | { kind: "progress"; progress: number }
  | { kind: "done"; result: RenderResult }
  /** A sentence for people. */
  | { kind: "failed"; reason: string };

/** Seconds and bytes. */
export type RenderResult = { duration: number; size: number };
