/** The recordings' part of the contract: what files there are, and what is found out about one. */
import type { RenditionName, ViewName } from "./contract-picture.js";

/** As `contract.ts` has them, which takes this file in. */
type RoomId = string;
type RecordingId = string;

/**
 * The formats of files: whether they have a picture, and their media type. MP4 is H.264 and AAC, WebM VP8 and Opus; M4A
 * is AAC, Opus is in Ogg; WAV and FLAC are the mix itself, 16 bits.
 */
export const RECORDING_FORMATS = {
  mp4: { picture: true, type: "video/mp4" },
  webm: { picture: true, type: "video/webm" },
  m4a: { picture: false, type: "audio/mp4" },
  opus: { picture: false, type: "audio/ogg" },
  wav: { picture: false, type: "audio/wav" },
  flac: { picture: false, type: "audio/flac" },
} as const;

export type RecordingFormat = keyof typeof RECORDING_FORMATS;

/** What is kept of each participant alone beside a recording: nothing, the sound, or sound and picture. */
export const TRACK_KINDS = ["none", "audio", "video"] as const;
export type TrackKind = (typeof TRACK_KINDS)[number];

/** A longer hole (the server was down) is closed to so many seconds: nobody wants to watch it. */
export const LONGEST_GAP = 60;

/** Whose track has what is played to everybody. */
export const PLAYED_TRACK = "played";

/** A file inside the directory of recordings, and its bytes. */
export type TrackFile = { file: string; size: number };

/**
 * What is kept of one participant alone. The sound (Opus in Ogg) begins with the recording and is silence where nothing
 * was said; the picture (H.264 in MP4, without sound) begins `start` seconds after the recording's zero, and so does that
 * of the screen, which stands still while nothing is shared.
 */
export type RecordingTrack = {
  participant: string;
  audio?: TrackFile;
  video?: TrackFile & { start: number };
  share?: TrackFile & { start: number };
};

/** What is made of a finished recording for those who look for it, beside its file. */
export const previewFiles = (recording: RecordingId) => ({
  thumbnail: `${recording}.jpg`,
  waveform: `${recording}.waveform.png`,
  peaks: `${recording}.waveform.json`,
});

/** A stretch of a file, in seconds from its start. */
export type Stretch = { from: number; to: number };

/** What was found when a finished file was decoded from start to end. Seconds, if not said otherwise. */
export type RecordingChecks = {
  /** Of the file. */
  duration: number;
  /** By how much the sound begins, and ends, later than the picture, in milliseconds; none without a picture. */
  startOffset?: number;
  endOffset?: number;
  /** Longer than a second without a picture, or without sound (not even silence). */
  gaps: Stretch[];
  /** Longer than 2 s. */
  black: Stretch[];
  /** Longer than 10 s below -60 dBFS. */
  silence: Stretch[];
  /** LUFS of all, EBU R 128; none for silence. */
  loudness?: number;
  /** Whether a decoder found nothing wrong. */
  decodes: boolean;
  /** Sentences for people about what is not as it should be; empty when all is well. */
  problems: string[];
};

/** What a finished (or given up) recording left: seconds, bytes, file name inside the recordings directory. */
export type RecordingResult = {
  duration: number;
  size: number;
  file: string;
  /** Absent where none were asked for. */
  tracks?: RecordingTrack[];
};

export type RecordingStatus = {
  room: RoomId;
  recording: RecordingId;
  /** Of a paused one, "recording" says that it is not over. */
  state: "recording" | "failed";
  /** A sentence for people; there whenever something went wrong, even if the recording goes on. */
  reason?: string;
};

type OfRecording = { room: RoomId; recording: RecordingId };

export type RecordingRequests = {
  /** Starts, or after a mixer's death goes on with, the recording of this id. */
  "recording.start": {
    params: OfRecording & {
      format: RecordingFormat;
      view: ViewName;
      rendition: RenditionName;
      /** What is kept of each participant alone; nothing if absent. */
      tracks?: TrackKind;
      /** Whether it began with two channels, which its files keep; as the room is now if absent. */
      stereo?: boolean;
      /** It was paused when its mixer died, and stays so. */
      paused?: boolean;
    };
    result: null;
  };
  /** Answers when what was recorded until now is on disk; what comes before `recording.resume` is in no file. */
  "recording.pause": { params: OfRecording; result: null };
  /** Goes on with the next key frame, where the file has stopped: the pause takes no time in it. */
  "recording.resume": { params: OfRecording; result: null };
  /** Answers when the file is final. */
  "recording.stop": { params: OfRecording; result: RecordingResult };
  /** Finishes what a killed server left behind; needs no room. */
  "recording.repair": {
    params: { recording: RecordingId; format: RecordingFormat };
    result: RecordingResult;
  };
  /** Makes what `previewFiles` names, at low priority and one at a time. What cannot be made is left out. Needs no room. */
  "recording.preview": {
    params: { recording: RecordingId; format: RecordingFormat };
    result: null;
  };
  /** Decodes a finished file, at low priority and one at a time: takes a minute for an hour. Needs no room. */
  "recording.check": {
    params: { recording: RecordingId; format: RecordingFormat };
    result: RecordingChecks;
  };
};

export type RecordingEvents = { recording: RecordingStatus };
