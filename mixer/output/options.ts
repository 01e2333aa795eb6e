import type { RecordingFormat, RecordingId } from "../contract.js";
import type { AudioFormat, VideoFormat } from "./stitch.js";

export type RecorderOptions = {
  directory: string;
  recording: RecordingId;
  format: RecordingFormat;
  /** For a format with a picture. */
  video?: VideoFormat;
  /** None for a picture without sound. */
  audio?: AudioFormat;
  /** It is a track: the units' times count from its recording's zero. They are kept, and so is every hole. */
  given?: boolean;
  /** It begins paused, as its mixer left it. */
  paused?: boolean;
  /** Ends the recording while the disk still has this many bytes, so that the rest of the machine lives on. */
  reserveBytes?: number;
  /**
   * Told whenever something happens: ffmpeg died and was restarted, the disk is too slow ("recording" with a reason),
   * disk full or given up ("failed" with a reason).
   */
  onStatus(status: RecorderStatus): void;
  /** The recorder wants a key frame soon. */
  requestKey(): void;
};

export type RecorderStatus = {
  state: "recording" | "failed";
  reason?: string;
};
