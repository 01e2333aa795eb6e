/** The recordings' part of the contract: what files there are, and what is found out about one. */

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
